// A program that does everything wrong, and never crashes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardline.h"

static int wrong = 0;

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                    \
            wrong++;                                                                                                   \
        }                                                                                                              \
    } while (0)

static const uint8_t ENTROPY[32] = {7};
static const hl_str NONE = {NULL, 0};
static const hl_str NOWHERE = {NULL, 5};
static const hl_str BAD_UTF8 = {"{\"\xff\"}", 5};
static const hl_str TOO_LONG = {"{}", SIZE_MAX};
static const hl_bytes NO_BYTES = {NULL, 0};

static uint32_t code(const hl_core *core) { return hl_core_error(core)->code; }

// A core with a session, so that a call by name has something to send.
static hl_core *with_session(void) {
    return hl_core_new(hl_text("{\"homeserver\":\"https://example.org\",\"session\":{\"access_token\":\"t\"}}"));
}

static uint64_t open_call(hl_core *core) {
    return hl_core_open(core, 0, hl_text("call"), hl_text("{\"operation\":\"cs:getTokenOwner\"}"), ENTROPY);
}

static void a_core_that_is_null(void) {
    hl_str said;
    const uint64_t *flows;
    const hl_output *output = hl_core_next(NULL, 0);
    hl_core_free(NULL);
    CHECK(code(NULL) == HL_ERROR_USAGE);
    CHECK(strlen(hl_core_error(NULL)->message.data) == hl_core_error(NULL)->message.length);
    CHECK(strlen(hl_core_error(NULL)->json.data) == hl_core_error(NULL)->json.length);
    CHECK(output->kind == HL_KIND_WAIT && output->millis == HL_FOREVER && output->method.data == NULL);
    CHECK(hl_core_open(NULL, 0, hl_text("call"), hl_text("{}"), ENTROPY) == 0);
    CHECK(hl_core_load(NULL, 0, hl_text("{}")) == 0);
    CHECK(hl_core_save(NULL, 1, &said) == HL_ERROR_USAGE && said.data == NULL);
    CHECK(hl_core_reply(NULL, 0, 1, hl_text("{}"), &said) == HL_ERROR_USAGE && said.data == NULL);
    CHECK(hl_core_retry(NULL, 0, 1) == HL_ERROR_USAGE);
    CHECK(hl_core_cancel(NULL, 0, 1) == HL_ERROR_USAGE);
    CHECK(hl_core_prompt(NULL, 1).data == NULL);
    CHECK(hl_core_state(NULL, 1).data == NULL);
    CHECK(hl_core_session(NULL).data == NULL);
    CHECK(hl_core_flows(NULL, &flows) == 0 && flows == NULL);
    CHECK(hl_core_tell_response(NULL, 0, 1, 200, NULL, 0, NO_BYTES) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_failed(NULL, 0, 1, hl_text("dns"), NONE) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_timeout(NULL, 0) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_head(NULL, 0, 1, 200, NULL, 0) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_progress(NULL, 0, 1, 1) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_body_ended(NULL, 0, 1, 1, NULL) == HL_ERROR_USAGE);
    CHECK(hl_core_encode(NULL, hl_text("cs:getVersions"), NONE, NONE, NONE, &output) == HL_ERROR_USAGE && !output);
    CHECK(hl_core_decode(NULL, 0, hl_text("cs:getVersions"), 200, NULL, 0, NO_BYTES, &said) == HL_ERROR_USAGE);
    CHECK(hl_text(NULL).data == NULL && hl_text(NULL).length == 0);
}

static void a_configuration_that_does_not_fit(void) {
    const hl_str all[] = {NONE,
                          NOWHERE,
                          BAD_UTF8,
                          TOO_LONG,
                          hl_text("[]"),
                          hl_text("{\"homeserver\":7}"),
                          hl_text("{\"homserver\":\"https://example.org\"}"),
                          hl_text("{\"homeserver\":\"example\"}"),
                          hl_text("{\"session\":{\"access_token\":\"t\"}}")};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        hl_core *core = hl_core_new(all[i]);
        CHECK(core != NULL);
        if (i > 0) { // no text counts as no configuration
            CHECK(code(core) == HL_ERROR_USAGE);
            CHECK(open_call(core) == 0 && code(core) == HL_ERROR_USAGE);
            CHECK(hl_core_next(core, 0)->kind == HL_KIND_WAIT && code(core) == HL_ERROR_USAGE);
            CHECK(hl_core_session(core).data == NULL && code(core) == HL_ERROR_USAGE);
        }
        hl_core_free(core);
    }
}

static void arguments_that_are_null_or_no_text(void) {
    const hl_str bad[] = {NOWHERE, BAD_UTF8, TOO_LONG};
    hl_core *core = with_session();
    uint64_t flow = open_call(core);
    CHECK(flow != 0);
    CHECK(hl_core_open(core, 0, hl_text("call"), hl_text("{\"operation\":\"cs:getTokenOwner\"}"), NULL) == 0);
    CHECK(code(core) == HL_ERROR_USAGE);
    CHECK(hl_core_open(core, 0, NONE, NONE, ENTROPY) == 0 && code(core) == HL_ERROR_USAGE);
    CHECK(hl_core_load(core, 0, NONE) == 0 && code(core) == HL_ERROR_USAGE);
    CHECK(hl_core_reply(core, 0, flow, NONE, NULL) == HL_ERROR_USAGE);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const hl_header in_value = {hl_text("a"), bad[i]}, in_name = {bad[i], hl_text("a")};
        const hl_bytes body = {NULL, bad[i].length};
        CHECK(hl_core_open(core, 0, bad[i], hl_text("{}"), ENTROPY) == 0 && code(core) == HL_ERROR_USAGE);
        CHECK(hl_core_open(core, 0, hl_text("call"), bad[i], ENTROPY) == 0 && code(core) == HL_ERROR_USAGE);
        CHECK(hl_core_load(core, 0, bad[i]) == 0 && code(core) == HL_ERROR_USAGE);
        CHECK(hl_core_reply(core, 0, flow, bad[i], NULL) == HL_ERROR_USAGE);
        CHECK(hl_core_tell_failed(core, 0, 1, bad[i], hl_text("m")) == HL_ERROR_USAGE);
        CHECK(hl_core_tell_failed(core, 0, 1, hl_text("dns"), bad[i]) == HL_ERROR_USAGE);
        CHECK(hl_core_encode(core, bad[i], NONE, NONE, NONE, NULL) == HL_ERROR_USAGE);
        CHECK(hl_core_decode(core, 0, bad[i], 200, NULL, 0, NO_BYTES, NULL) == HL_ERROR_USAGE);
        CHECK(hl_core_tell_response(core, 0, 1, 200, NULL, 0, body) == HL_ERROR_USAGE);
        if (bad[i].data != BAD_UTF8.data) { // which costs a field, and no more
            CHECK(hl_core_tell_head(core, 0, 1, 200, &in_value, 1) == HL_ERROR_USAGE);
            CHECK(hl_core_tell_head(core, 0, 1, 200, &in_name, 1) == HL_ERROR_USAGE);
        }
    }
    CHECK(hl_core_tell_response(core, 0, 1, 200, NULL, 3, NO_BYTES) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_response(core, 0, 1, 200, (const hl_header *)(uintptr_t)1, 1, NO_BYTES) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_response(core, 0, 1, 99, NULL, 0, NO_BYTES) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_response(core, 0, 1, 65736, NULL, 0, NO_BYTES) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_failed(core, 0, 1, hl_text("bad luck"), NONE) == HL_ERROR_USAGE);
    CHECK(hl_core_tell_failed(core, 0, 1, NONE, NONE) == HL_ERROR_USAGE);
    // All that changed nothing.
    CHECK(hl_core_next(core, 0)->kind == HL_KIND_SEND && code(core) == HL_OK);
    hl_core_free(core);
}

static void ids_that_are_wrong_or_over(void) {
    const uint64_t ids[] = {0, 77, UINT64_MAX};
    hl_str said;
    hl_core *core = with_session(), *other = with_session();
    uint64_t flow = open_call(core);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        CHECK(hl_core_save(core, ids[i], &said) == HL_ERROR_NOT_AWAITED && said.data == NULL);
        CHECK(hl_core_retry(core, 0, ids[i]) == HL_ERROR_NOT_AWAITED);
        CHECK(hl_core_cancel(core, 0, ids[i]) == HL_ERROR_NOT_AWAITED);
        CHECK(hl_core_reply(core, 0, ids[i], hl_text("{\"type\":\"code\",\"code\":\"1\"}"), &said) != HL_OK);
        CHECK(said.data == NULL);
        CHECK(hl_core_prompt(core, ids[i]).data == NULL && code(core) == HL_OK);
        CHECK(hl_core_state(core, ids[i]).data == NULL && code(core) == HL_OK);
        // What is late changes nothing.
        CHECK(hl_core_tell_response(core, 0, ids[i], 200, NULL, 0, NO_BYTES) == HL_OK);
        CHECK(hl_core_tell_progress(core, 0, ids[i], UINT64_MAX) == HL_OK);
        CHECK(hl_core_tell_body_ended(core, UINT64_MAX, ids[i], UINT64_MAX, ENTROPY) == HL_OK);
    }
    // That of a flow in another core.
    CHECK(hl_core_cancel(other, 0, flow) == HL_ERROR_NOT_AWAITED);
    CHECK(hl_core_save(core, flow, &said) == HL_ERROR_NOT_NOW);
    CHECK(hl_core_cancel(core, 0, flow) == HL_OK);
    const hl_output *output;
    do {
        output = hl_core_next(core, 0);
    } while (output->kind != HL_KIND_FAILED && output->kind != HL_KIND_WAIT);
    CHECK(output->kind == HL_KIND_FAILED && output->flow == flow);
    // And that of one that is over.
    CHECK(hl_core_cancel(core, 0, flow) == HL_ERROR_NOT_AWAITED);
    CHECK(hl_core_save(core, flow, NULL) == HL_ERROR_NOT_AWAITED);
    hl_core_free(other);
    hl_core_free(core);
}

static void places_that_are_null_and_texts_with_nul(void) {
    hl_core *core = with_session();
    const hl_str with_nul = {"ca\0ll", 5};
    const hl_output *request;
    hl_str first, again;
    CHECK(hl_core_open(core, 0, with_nul, hl_text("{}"), ENTROPY) == 0 && code(core) == HL_ERROR_USAGE);
    uint64_t flow = open_call(core);
    request = hl_core_next(core, 0);
    CHECK(request->kind == HL_KIND_SEND && request->headers_length > 0 && request->body.data == NULL);
    while ((request = hl_core_next(core, 0))->kind != HL_KIND_WAIT) {
    }
    CHECK(request->headers == NULL && request->url.length == 0);
    CHECK(hl_core_save(core, flow, NULL) == HL_OK);
    CHECK(hl_core_flows(core, NULL) == 1);
    CHECK(hl_core_encode(core, hl_text("cs:getVersions"), NONE, hl_text("https://example.org"), NONE, NULL) == HL_OK);
    CHECK(hl_core_encode(core, hl_text("cs:nothing"), NONE, hl_text("https://example.org"), NONE, &request) != HL_OK);
    CHECK(request == NULL);
    // What one call gave is the argument of the next.
    CHECK(hl_core_save(core, flow, &first) == HL_OK);
    uint64_t loaded = hl_core_load(core, 0, first);
    CHECK(loaded > flow);
    CHECK(hl_core_load(core, 0, hl_core_error(core)->message) == 0);
    CHECK(hl_core_load(core, 0, hl_core_error(core)->message) == 0 && code(core) == HL_ERROR_USAGE);
    // Asking for the error does not.
    again = hl_core_session(core);
    CHECK(code(core) == HL_OK && strlen(again.data) == again.length);
    // It is freed with flows open, and what they said never read.
    hl_core_free(core);
}

static void a_header_field_that_is_not_utf8(void) {
    hl_core *core = with_session();
    const hl_header fields[] = {{{"bad name", 8}, hl_text("x")},
                                {{"\xff", 1}, hl_text("x")},
                                {hl_text("server"), {"caf\xe9", 4}},
                                {{"x\0y", 3}, hl_text("x")},
                                {hl_text("x"), {"a\nb", 3}}};
    const char *json = "{\"user_id\":\"@alice:example.org\"}";
    const hl_bytes body = {(const uint8_t *)json, strlen(json)};
    uint64_t flow = open_call(core);
    uint64_t request = hl_core_next(core, 0)->request;
    CHECK(hl_core_tell_response(core, 0, request, 200, fields, 5, body) == HL_OK);
    const hl_output *output = hl_core_next(core, 0);
    CHECK(output->kind == HL_KIND_DONE && output->flow == flow);
    hl_core_free(core);
}

int main(void) {
    CHECK(hl_abi() == HL_ABI);
    CHECK(hl_schema().length == strlen(hl_schema().data));
    CHECK(*hl_version() != 0);
    a_core_that_is_null();
    a_configuration_that_does_not_fit();
    arguments_that_are_null_or_no_text();
    ids_that_are_wrong_or_over();
    places_that_are_null_and_texts_with_nul();
    a_header_field_that_is_not_utf8();
    if (wrong == 0) {
        puts("no misuse crashes it, and each has its error");
    }
    return wrong == 0 ? 0 : 1;
}
