// Runs the table of what every binding does alike: see tests/embed/README.md in the repository.
//
//     cases CASES.jsonl
#define _DEFAULT_SOURCE // strdup

#include "expected.h"

// The most outputs before a core has to wait, and the most names of a kind in a case.
enum { AT_MOST = 100 };

// IDs or texts under the names that a case gives them; the last of one name counts.
struct names {
    struct {
        const char *name;
        uint64_t id;
        char *text;
    } all[AT_MOST];
    size_t length;
};

struct played {
    hl_core *core;
    uint64_t now;
    struct names flows, requests, saved;
    // What the last reply was answered with.
    cJSON *said;
    struct complaint why;
};

static void put(struct names *names, const char *name, uint64_t id, char *text) {
    if (names->length == AT_MOST) {
        die("too many names");
    }
    names->all[names->length].name = name;
    names->all[names->length].id = id;
    names->all[names->length].text = text;
    names->length++;
}

static size_t find(const struct names *names, const char *name) {
    for (size_t i = names->length; i > 0; i--) {
        if (strcmp(names->all[i - 1].name, name) == 0) {
            return i - 1;
        }
    }
    die(name);
    return 0;
}

// A call ended as the step expects it.
static bool ended(struct played *played, const cJSON *step) {
    const cJSON *expected = cJSON_IsObject(step) ? member(step, "error") : NULL;
    const hl_error *error = hl_core_error(played->core);
    if (error->code == HL_OK) {
        return expected ? wrong(&played->why, "it succeeds") : true;
    }
    if (!expected) {
        return wrong(&played->why, "it fails: %s", error->json.data);
    }
    cJSON *json = parse(error->json);
    bool fits = number(json, "code", 0) == error->code && strcmp(text(json, "message"), error->message.data) == 0;
    bool is_right = fits ? check(&played->why, expected, json, "error") : wrong(&played->why, "the error is not its JSON");
    cJSON_Delete(json);
    return is_right;
}

// What is expected of an output, with IDs for names; `as` is taken out, and named.
static cJSON *resolved(struct played *played, const cJSON *expected, uint64_t request) {
    cJSON *copy = cJSON_Duplicate(expected, true);
    struct names *names[] = {&played->flows, &played->requests};
    const char *members[] = {"flow", "request"};
    if (member(expected, "as")) {
        put(&played->requests, text(expected, "as"), request, NULL);
        cJSON_DeleteItemFromObjectCaseSensitive(copy, "as");
    }
    for (int i = 0; i < 2; i++) {
        if (cJSON_IsString(member(expected, members[i]))) {
            uint64_t id = names[i]->all[find(names[i], text(expected, members[i]))].id;
            cJSON_ReplaceItemInObjectCaseSensitive(copy, members[i], cJSON_CreateNumber((double)id));
        }
    }
    return copy;
}

static bool next(struct played *played, const cJSON *expected) {
    cJSON *outputs = cJSON_CreateArray();
    uint64_t requests[AT_MOST];
    int length = 0, wanted = cJSON_GetArraySize(expected);
    const hl_output *output;
    do {
        if (length == AT_MOST) {
            cJSON_Delete(outputs);
            return wrong(&played->why, "the core does not come to rest");
        }
        output = hl_core_next(played->core, played->now);
        requests[length++] = output->request;
        cJSON_AddItemToArray(outputs, shown(output));
    } while (output->kind != HL_KIND_WAIT);
    const cJSON *last = wanted > 0 ? cJSON_GetArrayItem(expected, wanted - 1) : NULL;
    bool is_told = last && strcmp(text(last, "kind"), "wait") == 0;
    if (!is_told && output->millis == HL_FOREVER) {
        length--;
        cJSON_DeleteItemFromArray(outputs, length);
    }
    bool is_right = length == wanted || wrong(&played->why, "there are %d outputs, not %d", length, wanted);
    for (int i = 0; is_right && i < wanted; i++) {
        char place[32];
        snprintf(place, sizeof place, "output %d", i);
        cJSON *one = resolved(played, cJSON_GetArrayItem(expected, i), requests[i]);
        is_right = check(&played->why, one, cJSON_GetArrayItem(outputs, i), place);
        cJSON_Delete(one);
    }
    if (!is_right) {
        char *all = cJSON_PrintUnformatted(outputs);
        size_t used = strlen(played->why.text);
        snprintf(played->why.text + used, sizeof played->why.text - used, "; the outputs are %s", all);
        free(all);
    }
    cJSON_Delete(outputs);
    return is_right;
}

struct fields {
    hl_header all[AT_MOST];
    size_t length;
};

static struct fields fields_of(const cJSON *step) {
    struct fields fields = {.length = 0};
    const cJSON *pair;
    cJSON_ArrayForEach(pair, member(step, "headers")) {
        if (fields.length == AT_MOST) {
            die("too many header fields");
        }
        hl_header *field = &fields.all[fields.length++];
        field->name = hl_text(cJSON_GetArrayItem(pair, 0)->valuestring);
        field->value = hl_text(cJSON_GetArrayItem(pair, 1)->valuestring);
    }
    return fields;
}

static uint64_t flow_of(const struct played *played, const cJSON *step) {
    return played->flows.all[find(&played->flows, text(step, "flow"))].id;
}

static void tell(struct played *played, const char *name, const cJSON *step) {
    if (strcmp(name, "timeout") == 0) {
        hl_core_tell_timeout(played->core, played->now);
        return;
    }
    uint64_t request = played->requests.all[find(&played->requests, text(step, "request"))].id;
    uint32_t status = (uint32_t)number(step, "status", 200);
    struct fields fields = fields_of(step);
    char *body = body_of(step);
    hl_bytes bytes = {(const uint8_t *)body, strlen(body)};
    if (strcmp(name, "response") == 0) {
        hl_core_tell_response(played->core, played->now, request, status, fields.all, fields.length, bytes);
    } else if (strcmp(name, "failed") == 0) {
        hl_core_tell_failed(played->core, played->now, request, hl_text(text(step, "class")),
                            hl_text("a case says so"));
    } else if (strcmp(name, "head") == 0) {
        hl_core_tell_head(played->core, played->now, request, status, fields.all, fields.length);
    } else if (strcmp(name, "progress") == 0) {
        hl_core_tell_progress(played->core, played->now, request, number(step, "bytes", 0));
    } else if (strcmp(name, "body_ended") == 0) {
        hl_core_tell_body_ended(played->core, played->now, request, number(step, "bytes", 0), NULL);
    } else {
        die(name);
    }
    free(body);
}

static bool call(struct played *played, const char *name, const cJSON *step) {
    uint64_t id = 0;
    if (strcmp(name, "open") == 0) {
        uint8_t entropy[32];
        memset(entropy, (int)number(step, "entropy", 7), sizeof entropy);
        char *arguments = json_of(step, "arguments");
        id = hl_core_open(played->core, played->now, hl_text(text(step, "flow")), hl_text(arguments), entropy);
        free(arguments);
    } else if (strcmp(name, "load") == 0) {
        const char *saved = played->saved.all[find(&played->saved, text(step, "saved"))].text;
        id = hl_core_load(played->core, played->now, hl_text(saved));
    } else if (strcmp(name, "save") == 0) {
        hl_str saved;
        if (hl_core_save(played->core, flow_of(played, step), &saved) == HL_OK) {
            put(&played->saved, text(step, "as"), 0, strdup(saved.data));
        }
    } else if (strcmp(name, "reply") == 0) {
        hl_str said;
        char *reply = json_of(step, "reply");
        if (hl_core_reply(played->core, played->now, flow_of(played, step), hl_text(reply), &said) == HL_OK) {
            cJSON_Delete(played->said);
            played->said = parse(said);
        }
        free(reply);
    } else if (strcmp(name, "retry") == 0) {
        hl_core_retry(played->core, played->now, flow_of(played, step));
    } else if (strcmp(name, "cancel") == 0) {
        hl_core_cancel(played->core, played->now, flow_of(played, step));
    } else {
        tell(played, name, step);
    }
    if (!ended(played, step)) {
        return false;
    }
    if (id != 0) {
        put(&played->flows, text(step, "as"), id, NULL);
    }
    const cJSON *is = member(step, "is");
    return !is || check(&played->why, is, played->said, "what it says");
}

static bool check_text(struct played *played, const cJSON *expected, hl_str said, const char *place) {
    cJSON *value = said.data ? parse(said) : cJSON_CreateNull();
    bool is_right = check(&played->why, expected, value, place);
    cJSON_Delete(value);
    return is_right;
}

static bool encode(struct played *played, const cJSON *step) {
    const hl_output *request;
    char *arguments = json_of(step, "arguments");
    const cJSON *token = member(step, "token");
    uint32_t code = hl_core_encode(played->core, hl_text(text(step, "operation")), hl_text(arguments),
                                   hl_text(text(step, "base_url")), hl_text(token ? token->valuestring : NULL), &request);
    free(arguments);
    if (code != HL_OK) {
        return request ? wrong(&played->why, "it fails, and gives a request") : ended(played, step);
    }
    cJSON *one = shown(request);
    bool is_right = ended(played, step) && check(&played->why, member(step, "is"), one, "request");
    cJSON_Delete(one);
    return is_right;
}

static bool decode(struct played *played, const cJSON *step) {
    hl_str done;
    struct fields fields = fields_of(step);
    char *body = body_of(step);
    hl_bytes bytes = {(const uint8_t *)body, strlen(body)};
    uint32_t code = hl_core_decode(played->core, played->now, hl_text(text(step, "operation")),
                                   (uint32_t)number(step, "status", 200), fields.all, fields.length, bytes, &done);
    free(body);
    if (code != HL_OK) {
        return ended(played, step);
    }
    return ended(played, step) && check_text(played, member(step, "is"), done, "value");
}

static void restart(struct played *played) {
    // What the old core says is the new one's before the old one is freed.
    hl_core *next_core = hl_core_new(hl_core_session(played->core));
    hl_core_free(played->core);
    played->core = next_core;
}

static bool play(struct played *played, const cJSON *all) {
    const cJSON *step = all->child;
    const char *name = step->string;
    if (strcmp(name, "now") == 0) {
        played->now = (uint64_t)step->valuedouble;
        return true;
    }
    if (strcmp(name, "next") == 0) {
        return next(played, step);
    }
    if (strcmp(name, "prompt") == 0) {
        return check_text(played, member(step, "is"), hl_core_prompt(played->core, flow_of(played, step)), "prompt");
    }
    if (strcmp(name, "session") == 0) {
        return check_text(played, step, hl_core_session(played->core), "session");
    }
    if (strcmp(name, "restart") == 0) {
        restart(played);
        return ended(played, NULL);
    }
    if (strcmp(name, "encode") == 0) {
        return encode(played, step);
    }
    if (strcmp(name, "decode") == 0) {
        return decode(played, step);
    }
    return call(played, name, step);
}

// Runs a case; whether it passes.
static bool run(const cJSON *one) {
    struct played played = {.now = 0};
    char *config = json_of(one, "config");
    played.core = hl_core_new(hl_text(config));
    free(config);
    put(&played.flows, "session", 0, NULL);
    bool is_right = ended(&played, NULL);
    int index = 0;
    const cJSON *step;
    cJSON_ArrayForEach(step, member(one, "steps")) {
        if (!is_right) {
            break;
        }
        is_right = play(&played, step);
        if (!is_right) {
            fprintf(stderr, "%s, step %d: %s\n", text(one, "name"), index, played.why.text);
        }
        index++;
    }
    hl_core_free(played.core);
    cJSON_Delete(played.said);
    for (size_t i = 0; i < played.saved.length; i++) {
        free(played.saved.all[i].text);
    }
    return is_right;
}

int main(int count, char **arguments) {
    FILE *table = count == 2 ? fopen(arguments[1], "r") : NULL;
    char *line = NULL;
    size_t size = 0;
    int cases = 0, passed = 0;
    if (!table) {
        fprintf(stderr, "usage: %s CASES.jsonl\n", arguments[0]);
        return 2;
    }
    while (getline(&line, &size, table) > 0) {
        cJSON *one = cJSON_Parse(line);
        if (!one) {
            die(line);
        }
        cases++;
        passed += run(one);
        cJSON_Delete(one);
    }
    free(line);
    fclose(table);
    printf("%d of %d cases pass\n", passed, cases);
    return cases > 0 && passed == cases ? 0 : 1;
}
