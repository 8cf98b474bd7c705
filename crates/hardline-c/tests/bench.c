// What a call by name costs: open, next until it waits, the response, next until it waits. CPU time, the median of runs.
#define _DEFAULT_SOURCE // clock_gettime

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hardline.h"

enum { RUNS = 51, CALLS = 4000 };

static double microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void call(hl_core *core) {
    static const char BODY[] = "{\"user_id\":\"@alice:example.org\",\"device_id\":\"ABCDEF\"}";
    static const uint8_t ENTROPY[32] = {7};
    const hl_header field = {hl_text("content-type"), hl_text("application/json")};
    const hl_bytes body = {(const uint8_t *)BODY, sizeof BODY - 1};
    uint64_t request = 0, done = 0;
    uint64_t flow = hl_core_open(core, 0, hl_text("call"), hl_text("{\"operation\":\"cs:getTokenOwner\"}"), ENTROPY);
    for (const hl_output *output; (output = hl_core_next(core, 0))->kind != HL_KIND_WAIT;) {
        request = output->request;
    }
    hl_core_tell_response(core, 0, request, 200, &field, 1, body);
    for (const hl_output *output; (output = hl_core_next(core, 0))->kind != HL_KIND_WAIT;) {
        done = output->kind == HL_KIND_DONE ? output->flow : done;
    }
    if (flow == 0 || done != flow) {
        fputs("the call does not end\n", stderr);
        exit(1);
    }
}

static int in_order(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

int main(void) {
    double runs[RUNS];
    hl_core *core =
        hl_core_new(hl_text("{\"homeserver\":\"https://example.org\",\"session\":{\"access_token\":\"syt_secret\"}}"));
    for (int i = 0; i < CALLS; i++) {
        call(core);
    }
    for (int run = 0; run < RUNS; run++) {
        double started = microseconds();
        for (int i = 0; i < CALLS; i++) {
            call(core);
        }
        runs[run] = (microseconds() - started) / CALLS;
    }
    hl_core_free(core);
    qsort(runs, RUNS, sizeof *runs, in_order);
    printf("a call by name: %.2f us, the median of %d runs of %d calls (least %.2f, most %.2f)\n", runs[RUNS / 2], RUNS,
           CALLS, runs[0], runs[RUNS - 1]);
    return 0;
}
