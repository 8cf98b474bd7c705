// Logs in, makes a room, sends a message into it, and sees it in a sync, over one connection loop:
//
//     chat HOMESERVER USER MESSAGE
//
// It asks for the password on the standard input. The long poll of the sync and the sending of the queue go on at the same
// time: one core, one loop.
#define _DEFAULT_SOURCE // strdup

#include "host.h"
#include "json.h"

#include <stdbool.h>

struct program {
    hl_core *core;
    struct host *host;
    // The flows; 0 while they are not open.
    uint64_t log_in, room, queue, sync;
    const char *message;
    // The event's ID as the queue has it, and as the sync has it.
    char *sent, *seen;
};

static void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static uint64_t open_flow(struct program *program, const char *flow, const char *arguments) {
    struct host_entropy entropy = host_random();
    uint64_t id = hl_core_open(program->core, host_now(), hl_text(flow), hl_text(arguments), entropy.bytes);
    if (id == 0) {
        fail(flow, hl_core_error(program->core)->message.data);
    }
    return id;
}

// Replies, and frees the reply.
static void reply(struct program *program, uint64_t flow, cJSON *reply) {
    char *text = cJSON_PrintUnformatted(reply);
    if (hl_core_reply(program->core, host_now(), flow, hl_text(text), NULL) != HL_OK) {
        fail(text, hl_core_error(program->core)->message.data);
    }
    cJSON_free(text);
    cJSON_Delete(reply);
}

static cJSON *typed(const char *type) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "type", type);
    return object;
}

static void log_in(struct program *program, const cJSON *value) {
    char line[256];
    if (strcmp(JSON_TEXT(value, "type"), "asks") != 0) {
        fail("log_in", "the password was not accepted");
    }
    printf("password? ");
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) {
        fail("log_in", "there is no password");
    }
    line[strcspn(line, "\r\n")] = 0;
    cJSON *password = typed("password");
    cJSON_AddStringToObject(password, "password", line);
    reply(program, program->log_in, password);
}

// Puts the message into the queue, which sends it once, in its order, when what `changed` tells of is saved.
static void enqueue(struct program *program, const char *room_id) {
    struct host_entropy entropy = host_random();
    char digits[33];
    for (int i = 0; i < 16; i++) {
        snprintf(digits + 2 * i, 3, "%02x", entropy.bytes[i]);
    }
    cJSON *entry = typed("enqueue");
    cJSON_AddStringToObject(entry, "room_id", room_id);
    cJSON_AddStringToObject(entry, "event_type", "m.room.message");
    cJSON *content = cJSON_AddObjectToObject(entry, "content");
    cJSON_AddStringToObject(content, "msgtype", "m.text");
    cJSON_AddStringToObject(content, "body", program->message);
    cJSON_AddStringToObject(entry, "entropy", digits);
    reply(program, program->queue, entry);
}

static void follow_queue(struct program *program, const cJSON *value) {
    const char *type = JSON_TEXT(value, "type");
    if (strcmp(type, "changed") == 0) {
        // A program that is to survive a crash stores what hl_core_save gives first.
        cJSON *saved = typed("saved");
        cJSON_AddItemToObject(saved, "revision", cJSON_Duplicate(cJSON_GetObjectItem(value, "revision"), 1));
        reply(program, program->queue, saved);
    } else if (strcmp(type, "sent") == 0) {
        program->sent = strdup(JSON_TEXT(value, "event_id"));
        puts("sent");
        reply(program, program->queue, typed("close"));
    } else if (strcmp(type, "stuck") == 0) {
        fail("send_queue", JSON_TEXT(value, "error", "message"));
    }
}

// The ID of the event with the message, if an answer of the sync has it: maybe before the queue knows that it was sent.
static const char *id_of_message(const struct program *program, const cJSON *answer) {
    const cJSON *room, *event;
    const cJSON *rooms = cJSON_GetObjectItem(cJSON_GetObjectItem(answer, "rooms"), "join");
    cJSON_ArrayForEach(room, rooms) {
        cJSON_ArrayForEach(event, cJSON_GetObjectItem(cJSON_GetObjectItem(room, "timeline"), "events")) {
            if (strcmp(JSON_TEXT(event, "content", "body"), program->message) == 0) {
                return JSON_TEXT(event, "event_id");
            }
        }
    }
    return NULL;
}

static void follow_sync(struct program *program, const cJSON *value) {
    if (strcmp(JSON_TEXT(value, "type"), "answer") != 0) {
        return;
    }
    const char *id = id_of_message(program, cJSON_GetObjectItem(value, "value"));
    if (id && !program->seen) {
        printf("seen: %s\n", program->message);
        program->seen = strdup(id);
    }
    // Only now does the server forget what it has told.
    cJSON *taken = typed("taken");
    cJSON_AddStringToObject(taken, "next_batch", JSON_TEXT(value, "next_batch"));
    reply(program, program->sync, taken);
}

static void follow(struct program *program, const hl_output *output) {
    uint64_t flow = output->flow;
    cJSON *value = json_of(output->value);
    if (output->kind == HL_KIND_FAILED) {
        fail("failed", JSON_TEXT(value, "message"));
    }
    bool is_done = output->kind == HL_KIND_DONE;
    if (flow == program->log_in && is_done) {
        printf("logged in as %s\n", JSON_TEXT(value, "user_id"));
        program->room = open_flow(program, "call", "{\"operation\":\"cs:createRoom\"}");
    } else if (flow == program->log_in) {
        log_in(program, value);
    } else if (flow == program->room && is_done) {
        program->queue = open_flow(program, "send_queue", "{}");
        program->sync = open_flow(program, "sync", "{}");
        enqueue(program, JSON_TEXT(value, "value", "room_id"));
    } else if (flow == program->queue && !is_done) {
        follow_queue(program, value);
    } else if (flow == program->sync && !is_done) {
        follow_sync(program, value);
    }
    cJSON_Delete(value);
    if (program->seen && program->sent && program->sync) {
        reply(program, program->sync, typed("stop"));
        program->sync = 0;
    }
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: %s HOMESERVER USER MESSAGE\n", arguments[0]);
        return 2;
    }
    struct program program = {.message = arguments[3]};
    char *config = json_object("homeserver", arguments[1], NULL, NULL);
    program.core = hl_core_new(hl_text(config));
    cJSON_free(config);
    if (hl_core_error(program.core)->code != HL_OK) {
        fail("the homeserver", hl_core_error(program.core)->message.data);
    }
    program.host = host_new(program.core);

    cJSON *login = cJSON_Parse("{\"login\":{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\"}}}");
    cJSON *identifier = cJSON_GetObjectItem(cJSON_GetObjectItem(login, "login"), "identifier");
    cJSON_AddStringToObject(identifier, "user", arguments[2]);
    char *text = cJSON_PrintUnformatted(login);
    program.log_in = open_flow(&program, "log_in", text);
    cJSON_free(text);
    cJSON_Delete(login);

    for (const hl_output *output; (output = host_next(program.host));) {
        follow(&program, output);
    }
    bool ok = program.seen && program.sent && strcmp(program.seen, program.sent) == 0;
    host_free(program.host);
    hl_core_free(program.core);
    free(program.sent);
    free(program.seen);
    return ok ? 0 : 1;
}
