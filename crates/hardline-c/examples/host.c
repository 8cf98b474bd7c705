#define _DEFAULT_SOURCE // getentropy

#include "host.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

// A request on its way.
struct exchange {
    uint64_t request;
    CURL *curl;
    struct curl_slist *fields;
    char *body;
    size_t length;
    bool too_large;
    char why[CURL_ERROR_SIZE];
    struct exchange *next;
};

struct host {
    hl_core *core;
    CURLM *multi;
    struct exchange *exchanges;
};

// The most that a response may have.
static const size_t MOST = 256 * 1024 * 1024;

static void *must(void *memory) {
    if (!memory) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

uint64_t host_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct host_entropy host_random(void) {
    struct host_entropy entropy;
    if (getentropy(entropy.bytes, sizeof entropy.bytes) != 0) {
        perror("no random numbers");
        abort();
    }
    return entropy;
}

struct host *host_new(hl_core *core) {
    struct host *host = must(calloc(1, sizeof *host));
    curl_global_init(CURL_GLOBAL_DEFAULT);
    host->core = core;
    host->multi = must(curl_multi_init());
    return host;
}

static void drop(struct host *host, struct exchange **place) {
    struct exchange *exchange = *place;
    *place = exchange->next;
    curl_multi_remove_handle(host->multi, exchange->curl);
    curl_easy_cleanup(exchange->curl);
    curl_slist_free_all(exchange->fields);
    free(exchange->body);
    free(exchange);
}

void host_free(struct host *host) {
    while (host->exchanges) {
        drop(host, &host->exchanges);
    }
    curl_multi_cleanup(host->multi);
    curl_global_cleanup();
    free(host);
}

static size_t receive(char *data, size_t size, size_t count, void *user) {
    struct exchange *exchange = user;
    size_t more = size * count;
    if (more > MOST - exchange->length) {
        exchange->too_large = true;
        return 0;
    }
    if (more > 0) {
        exchange->body = must(realloc(exchange->body, exchange->length + more));
        memcpy(exchange->body + exchange->length, data, more);
        exchange->length += more;
    }
    return more;
}

static void add_field(struct exchange *exchange, const char *name, const char *value) {
    size_t size = strlen(name) + strlen(value) + 3;
    char *line = must(malloc(size));
    // libcurl takes a field without a value by a semicolon, and one with nothing behind the colon not at all.
    snprintf(line, size, *value ? "%s: %s" : "%s;", name, value);
    exchange->fields = must(curl_slist_append(exchange->fields, line));
    free(line);
}

static void send_request(struct host *host, const hl_output *output) {
    struct exchange *exchange = must(calloc(1, sizeof *exchange));
    CURL *curl = must(curl_easy_init());
    exchange->request = output->request;
    exchange->curl = curl;
    bool has_type = false;
    for (size_t i = 0; i < output->headers_length; i++) {
        const hl_header *field = &output->headers[i];
        has_type |= strcasecmp(field->name.data, "content-type") == 0;
        add_field(exchange, field->name.data, field->value.data);
    }
    curl_easy_setopt(curl, CURLOPT_URL, output->url.data);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (output->body.length > 0 || strcmp(output->method.data, "POST") == 0) {
        if (!has_type) { // libcurl would add one of its own
            exchange->fields = must(curl_slist_append(exchange->fields, "Content-Type:"));
        }
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)output->body.length);
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, output->body.length > 0 ? (const char *)output->body.data : "");
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, output->method.data);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, exchange->fields);
    if (output->millis != HL_FOREVER) {
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)output->millis);
    }
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->why);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, exchange);
    exchange->next = host->exchanges;
    host->exchanges = exchange;
    curl_multi_add_handle(host->multi, curl);
}

static struct exchange **place_of(struct host *host, uint64_t request) {
    struct exchange **place = &host->exchanges;
    while (*place && (*place)->request != request) {
        place = &(*place)->next;
    }
    return place;
}

// The class of a failure: whether the server can have seen the request is what counts.
static const char *class_of(const struct exchange *exchange, CURLcode code) {
    long sent = 0;
    if (exchange->too_large) {
        return "too_large";
    }
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "dns";
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return "proxy";
    case CURLE_COULDNT_CONNECT:
        return "connect";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return "tls";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "unsendable";
    case CURLE_WEIRD_SERVER_REPLY:
        return "malformed";
    case CURLE_OPERATION_TIMEDOUT:
        curl_easy_getinfo(exchange->curl, CURLINFO_REQUEST_SIZE, &sent);
        return sent > 0 ? "timed_out_after_send" : "timed_out_before_send";
    default:
        return "interrupted";
    }
}

static void tell_response(struct host *host, const struct exchange *exchange) {
    long status = 0;
    size_t length = 0;
    hl_header *fields = NULL;
    struct curl_header *field = NULL;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    while ((field = curl_easy_nextheader(exchange->curl, CURLH_HEADER, -1, field))) {
        fields = must(realloc(fields, (length + 1) * sizeof *fields));
        fields[length].name = hl_text(field->name);
        fields[length].value = hl_text(field->value);
        length++;
    }
    hl_bytes body = {(const uint8_t *)exchange->body, exchange->length};
    hl_core_tell_response(host->core, host_now(), exchange->request, (uint32_t)status, fields, length, body);
    free(fields);
}

// Tells the core what came of the requests that are over; whether there were any.
static bool tell_ended(struct host *host) {
    bool told = false;
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(host->multi, &left));) {
        struct exchange *exchange = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange);
        if (code == CURLE_OK) {
            tell_response(host, exchange);
        } else {
            const char *why = *exchange->why ? exchange->why : curl_easy_strerror(code);
            hl_core_tell_failed(host->core, host_now(), exchange->request, hl_text(class_of(exchange, code)),
                                hl_text(why));
        }
        drop(host, place_of(host, exchange->request));
        told = true;
    }
    return told;
}

// Waits until a request is over, or until this time, and tells the core.
static void wait_until(struct host *host, uint64_t until) {
    for (;;) {
        int running;
        uint64_t now = host_now();
        curl_multi_perform(host->multi, &running);
        if (tell_ended(host)) {
            return;
        }
        if (until <= now) {
            hl_core_tell_timeout(host->core, now);
            return;
        }
        uint64_t left = until - now;
        curl_multi_poll(host->multi, NULL, 0, left < 60000 ? (int)left : 60000, NULL);
    }
}

const hl_output *host_next(struct host *host) {
    for (;;) {
        const hl_output *output = hl_core_next(host->core, host_now());
        switch (output->kind) {
        case HL_KIND_EVENT:
        case HL_KIND_DONE:
        case HL_KIND_FAILED:
            return output;
        case HL_KIND_SEND:
            send_request(host, output);
            break;
        case HL_KIND_SEND_STREAMING: // files, which this host does not have
            hl_core_tell_failed(host->core, host_now(), output->request, hl_text("unsendable"),
                                hl_text("this program streams nothing"));
            break;
        case HL_KIND_CANCEL: {
            struct exchange **place = place_of(host, output->request);
            if (*place) {
                drop(host, place);
            }
            break;
        }
        case HL_KIND_WAIT:
            if (output->millis == HL_FOREVER && !host->exchanges) {
                return NULL;
            }
            wait_until(host, output->millis);
            break;
        default: // of a later version
            break;
        }
    }
}
