// What a program gives a core: the time, random numbers, and HTTP, here over libcurl. Copy it, or take it as a pattern for
// another HTTP library.
#ifndef HOST_H
#define HOST_H

#include "hardline.h"

#ifdef __cplusplus
extern "C" {
#endif

struct host;

// The core stays the caller's, and has to outlive the host. Ends the program if libcurl cannot be used.
struct host *host_new(hl_core *core);
void host_free(struct host *host);

// Does what the core asks for until it has something for the program: an output of kind HL_KIND_EVENT, HL_KIND_DONE or
// HL_KIND_FAILED, which is good until the next call of the core. Null if nothing is awaited any more but the program.
const hl_output *host_next(struct host *host);

// The clock, in Unix milliseconds.
uint64_t host_now(void);

// 32 bytes from the operating system's random number generator.
struct host_entropy {
    uint8_t bytes[32];
};
struct host_entropy host_random(void);

#ifdef __cplusplus
}
#endif

#endif
