// The few things that the examples do with JSON, over cJSON: a program takes the library that it has.
#ifndef JSON_H
#define JSON_H

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardline.h"

// The value of an output. Null if it is no JSON, which the core never gives.
static inline cJSON *json_of(hl_str text) {
    return cJSON_ParseWithLength(text.data, text.length);
}

// The text at the end of a path of members, such as {"prompt", "type", NULL}; "" if there is none.
static inline const char *json_text(const cJSON *value, const char *const *path) {
    for (; *path; path++) {
        value = cJSON_GetObjectItemCaseSensitive(value, *path);
    }
    return cJSON_IsString(value) ? value->valuestring : "";
}

#define JSON_TEXT(value, ...) json_text(value, (const char *const[]){__VA_ARGS__, NULL})

// An object with up to two members that are text.
static inline char *json_object(const char *name, const char *text, const char *name2, const char *text2) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, name, text);
    if (name2) {
        cJSON_AddStringToObject(object, name2, text2);
    }
    char *written = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    if (!written) {
        abort();
    }
    return written;
}

#endif
