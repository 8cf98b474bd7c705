#define _DEFAULT_SOURCE // strdup

// Logs in, and adds a phone number to the account:
//
//     phone HOMESERVER USER COUNTRY NUMBER
//
// It asks for passwords and codes on the standard input. After a wrong code it saves the flow, forgets everything, and goes
// on with a new core, as a program does that was closed while the text message was on its way.
#include "host.h"
#include "json.h"

struct program {
    hl_core *core;
    struct host *host;
};

static void begin(struct program *program, hl_str config) {
    program->core = hl_core_new(config);
    program->host = host_new(program->core);
    if (hl_core_error(program->core)->code != HL_OK) {
        fprintf(stderr, "%s\n", hl_core_error(program->core)->message.data);
        exit(1);
    }
}

static void end(struct program *program) {
    host_free(program->host);
    hl_core_free(program->core);
}

static uint64_t open_flow(struct program *program, const char *flow, char *arguments) {
    struct host_entropy entropy = host_random();
    uint64_t id = hl_core_open(program->core, host_now(), hl_text(flow), hl_text(arguments), entropy.bytes);
    cJSON_free(arguments);
    if (id == 0) {
        fprintf(stderr, "%s: %s\n", flow, hl_core_error(program->core)->message.data);
        exit(1);
    }
    return id;
}

// Asks the user for what a prompt wants, and replies.
static void ask(struct program *program, uint64_t flow, const char *prompt) {
    char line[256];
    printf("%s? ", prompt);
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) {
        hl_core_cancel(program->core, host_now(), flow);
        return;
    }
    line[strcspn(line, "\r\n")] = 0;
    // A code is in `code`, a password in `password`: see the table of replies.
    char *reply = json_object("type", prompt, prompt, line);
    if (hl_core_reply(program->core, host_now(), flow, hl_text(reply), NULL) != HL_OK) {
        fprintf(stderr, "%s\n", hl_core_error(program->core)->message.data);
        hl_core_cancel(program->core, host_now(), flow);
    }
    cJSON_free(reply);
}

enum outcome { GOES_ON, SUCCEEDED, FAILED, WRONG_CODE };

// Does what a flow says.
static enum outcome handle(struct program *program, const hl_output *output) {
    enum outcome outcome = GOES_ON;
    uint64_t flow = output->flow;
    cJSON *value = json_of(output->value);
    const char *type = JSON_TEXT(value, "type");
    const char *prompt = JSON_TEXT(value, "prompt", "type");
    if (output->kind == HL_KIND_DONE) {
        outcome = SUCCEEDED;
    } else if (output->kind == HL_KIND_FAILED) {
        fprintf(stderr, "%s\n", JSON_TEXT(value, "message"));
        outcome = FAILED;
    } else if (strcmp(type, "asks") == 0) {
        ask(program, flow, prompt);
    } else if (strcmp(type, "rejected") == 0) {
        printf("no: %s\n", JSON_TEXT(value, "error", "message"));
        if (strcmp(prompt, "code") == 0) {
            outcome = WRONG_CODE;
        } else {
            ask(program, flow, prompt);
        }
    } else if (strcmp(type, "stalled") == 0) {
        fprintf(stderr, "%s\n", JSON_TEXT(value, "error", "message"));
        hl_core_cancel(program->core, host_now(), flow);
    } else {
        puts(type);
    }
    cJSON_Delete(value);
    return outcome;
}

// Runs a flow to its end, or until the user was wrong about a code.
static enum outcome run(struct program *program) {
    enum outcome outcome = GOES_ON;
    while (outcome == GOES_ON) {
        const hl_output *output = host_next(program->host);
        outcome = output ? handle(program, output) : FAILED;
    }
    return outcome;
}

// Saves a flow and the session, and loads them into a new core, in place of a file.
static uint64_t restart(struct program *program, uint64_t flow) {
    hl_str text;
    // It has nothing to send: it waits for the user.
    while (hl_core_next(program->core, host_now())->kind != HL_KIND_WAIT) {
    }
    if (hl_core_save(program->core, flow, &text) != HL_OK) {
        fprintf(stderr, "%s\n", hl_core_error(program->core)->message.data);
        exit(1);
    }
    char *saved = strdup(text.data);
    char *session = strdup(hl_core_session(program->core).data);
    end(program);
    begin(program, hl_text(session));
    flow = hl_core_load(program->core, host_now(), hl_text(saved));
    free(session);
    free(saved);
    puts("saved and loaded");
    return flow;
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: %s HOMESERVER USER COUNTRY NUMBER\n", arguments[0]);
        return 2;
    }
    if (hl_abi() != HL_ABI) {
        fprintf(stderr, "this program does not fit libhardline %s\n", hl_version());
        return 1;
    }
    struct program program;
    char *config = json_object("homeserver", arguments[1], NULL, NULL);
    begin(&program, hl_text(config));
    cJSON_free(config);

    cJSON *login = cJSON_Parse("{\"login\":{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\"}}}");
    cJSON *identifier = cJSON_GetObjectItem(cJSON_GetObjectItem(login, "login"), "identifier");
    cJSON_AddStringToObject(identifier, "user", arguments[2]);
    open_flow(&program, "log_in", cJSON_PrintUnformatted(login));
    cJSON_Delete(login);
    enum outcome outcome = run(&program);

    if (outcome == SUCCEEDED) {
        cJSON *threepid = cJSON_CreateObject();
        char *number = json_object("country", arguments[3], "number", arguments[4]);
        cJSON_AddRawToObject(threepid, "threepid", number);
        uint64_t flow = open_flow(&program, "add_threepid", cJSON_PrintUnformatted(threepid));
        cJSON_free(number);
        cJSON_Delete(threepid);
        while ((outcome = run(&program)) == WRONG_CODE) {
            flow = restart(&program, flow);
            ask(&program, flow, "code");
        }
    }
    end(&program);
    puts(outcome == SUCCEEDED ? "added" : "not added");
    return outcome == SUCCEEDED ? 0 : 1;
}
