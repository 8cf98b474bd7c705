// What the cases of the table are written in, and how values are held against it.
#ifndef EXPECTED_H
#define EXPECTED_H

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardline.h"

// What is not as a step expects it.
struct complaint {
    char text[4096];
};

static inline void die(const char *what) {
    fprintf(stderr, "the table is wrong: %s\n", what);
    exit(2);
}

// Says why a step is wrong; the first time counts.
static inline bool wrong(struct complaint *why, const char *format, ...) {
    if (!*why->text) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(why->text, sizeof why->text, format, arguments);
        va_end(arguments);
    }
    return false;
}

static inline const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static inline const char *text(const cJSON *step, const char *name) {
    const cJSON *value = member(step, name);
    if (!cJSON_IsString(value)) {
        die(name);
    }
    return value->valuestring;
}

static inline uint64_t number(const cJSON *step, const char *name, uint64_t otherwise) {
    const cJSON *value = member(step, name);
    return cJSON_IsNumber(value) ? (uint64_t)value->valuedouble : otherwise;
}

// The JSON of a member, to be freed; "" if there is none, and the text itself of a body that is text.
static inline char *json_of(const cJSON *step, const char *name) {
    const cJSON *value = member(step, name);
    return value ? cJSON_PrintUnformatted(value) : strdup("");
}

static inline char *body_of(const cJSON *step) {
    const cJSON *body = member(step, "body");
    if (!body) {
        return strdup("{}");
    }
    return cJSON_IsString(body) ? strdup(body->valuestring) : cJSON_PrintUnformatted(body);
}

static inline cJSON *parse(hl_str said) {
    cJSON *value = cJSON_ParseWithLength(said.data, said.length);
    if (!value) {
        fprintf(stderr, "the core says what is no JSON: %s\n", said.data);
        exit(1);
    }
    return value;
}

static inline bool check(struct complaint *why, const cJSON *expected, const cJSON *value, const char *place) {
    char inner[512];
    if (cJSON_IsObject(expected) && cJSON_IsObject(value)) {
        const cJSON *one;
        cJSON_ArrayForEach(one, expected) {
            const cJSON *found = member(value, one->string);
            snprintf(inner, sizeof inner, "%s/%s", place, one->string);
            if (!found && !cJSON_IsNull(one)) {
                return wrong(why, "%s is missing", inner);
            }
            if (found && !check(why, one, found, inner)) {
                return false;
            }
        }
        return true;
    }
    if (cJSON_IsArray(expected) && cJSON_IsArray(value) && cJSON_GetArraySize(expected) == cJSON_GetArraySize(value)) {
        for (int i = 0; i < cJSON_GetArraySize(expected); i++) {
            snprintf(inner, sizeof inner, "%s/%d", place, i);
            if (!check(why, cJSON_GetArrayItem(expected, i), cJSON_GetArrayItem(value, i), inner)) {
                return false;
            }
        }
        return true;
    }
    if (cJSON_IsString(expected) && cJSON_IsString(value) && strcmp(expected->valuestring, "*") == 0) {
        return true;
    }
    if (cJSON_Compare(expected, value, true)) {
        return true;
    }
    char *is = cJSON_PrintUnformatted(value), *should_be = cJSON_PrintUnformatted(expected);
    wrong(why, "%s is %s, not %s", place, is, should_be);
    free(is);
    free(should_be);
    return false;
}

// An output as cases write it.
static inline cJSON *shown(const hl_output *output) {
    static const char *const KINDS[] = {"wait", "send", "cancel", "event", "done", "failed", "send_streaming", "receive"};
    cJSON *all = cJSON_CreateObject();
    cJSON_AddStringToObject(all, "kind", output->kind < sizeof KINDS / sizeof *KINDS ? KINDS[output->kind] : "unknown");
    cJSON_AddNumberToObject(all, "flow", (double)output->flow);
    cJSON_AddNumberToObject(all, "request", (double)output->request);
    cJSON_AddStringToObject(all, "method", output->method.data ? output->method.data : "");
    cJSON_AddStringToObject(all, "url", output->url.data ? output->url.data : "");
    cJSON *headers = cJSON_AddObjectToObject(all, "headers");
    for (size_t i = 0; i < output->headers_length; i++) {
        cJSON_AddStringToObject(headers, output->headers[i].name.data, output->headers[i].value.data);
    }
    cJSON *body = cJSON_ParseWithLength((const char *)output->body.data, output->body.length);
    if (!body) {
        char *plain = strndup(output->body.length ? (const char *)output->body.data : "", output->body.length);
        body = cJSON_CreateString(plain);
        free(plain);
    }
    cJSON_AddItemToObject(all, "body", body);
    if (output->millis != HL_FOREVER) {
        cJSON_AddNumberToObject(all, "millis", (double)output->millis);
    }
    if (output->value.length > 0) {
        cJSON_AddItemToObject(all, "value", parse(output->value));
    }
    return all;
}

#endif
