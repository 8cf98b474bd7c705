// Hardline for C: the protocol core of Matrix, without I/O. Made by cbindgen of the crate hardline-c: do not edit it.
//
// A core is a session and any number of flows, each opened by its name. It opens no socket, reads no clock and draws no
// random number: the program does. The loop is the same for all flows:
//
//  1. Call hl_core_next until it says HL_KIND_WAIT, and do what each output says.
//  2. Wait for whichever is first: what came of a request that was sent, the time in that HL_KIND_WAIT, or something that
//     the user says.
//  3. Say it: hl_core_tell_..., hl_core_reply, hl_core_retry or hl_core_cancel. Go on with 1.
//
// The forms of JSON stand at https://docs.rs/hardline/latest/hardline/embed, and hl_schema has them as JSON Schema.
//
// Errors. Functions that return uint32_t return HL_OK or a code; those that return an ID return 0 if they fail.
// hl_core_error has the code, a message and JSON of the last call of a core. A call that fails has changed nothing. No
// call crosses the border with a panic: it fails with HL_ERROR_PANICKED, and then so does every call of that core.
//
// Memory. What a call gives belongs to the core, and is good until the next call of that core, other than hl_core_error;
// so copy what you keep, such as a request's ID before you tell of it. Arguments are read while the call lasts, and may be
// what the call before gave. Only hl_core_new gives something that has to be freed.
//
// Null. A core that is null makes a call fail, and does not crash it; so does a text or an array that is null and has a
// length. The place for what a call gives may be null. A pointer that leads elsewhere, and a core that was freed, cannot be
// told from a good one.
//
// Threads. A core belongs to one thread at a time, and may move between threads. Different cores have nothing in common.
//
// Times are Unix milliseconds; IDs are below 2^53, from one counter, and none is used twice in a core.


#ifndef HARDLINE_H
#define HARDLINE_H

#include <stddef.h>
#include <stdint.h>

// For ever, where an output has `millis`.
#define HL_FOREVER UINT64_MAX

// Nothing to do until `millis`, or until something happens: the only kind that ends a round.
#define HL_KIND_WAIT 0

// Send this request, without following redirects, and tell what came of it.
#define HL_KIND_SEND 1

// Drop this request, and tell nothing.
#define HL_KIND_CANCEL 2

// Tell the user or the program `value`.
#define HL_KIND_EVENT 3

// The flow is over, and brought `value`.
#define HL_KIND_DONE 4

// The flow is over, and failed as `value` says.
#define HL_KIND_FAILED 5

// Send this request with a body that streams, as `value` says, or fail it as "unsendable".
#define HL_KIND_SEND_STREAMING 6

// Where the body of the response to such a request goes is in `value`.
#define HL_KIND_RECEIVE 7

// It did not fail.
#define HL_OK 0

// The library has a bug, and the handle is of no use any more: free it.
#define HL_ERROR_PANICKED 1

// A call or a form is wrong.
#define HL_ERROR_USAGE 100

// The request cannot be built.
#define HL_ERROR_ENCODE 101

// The flow does not expect this now, or is over.
#define HL_ERROR_NOT_AWAITED 102

// The flow cannot be saved now: call hl_core_next until it waits.
#define HL_ERROR_NOT_NOW 103

// The send queue did not do it.
#define HL_ERROR_SEND_QUEUE 104

// A request failed as "connect".
#define HL_ERROR_CONNECT 200

// A request failed as "dns".
#define HL_ERROR_DNS 201

// A request failed as "refused".
#define HL_ERROR_REFUSED 202

// A request failed as "tls".
#define HL_ERROR_TLS 203

// A request failed as "timed_out_before_send".
#define HL_ERROR_TIMED_OUT_BEFORE_SEND 204

// A request failed as "timed_out_after_send".
#define HL_ERROR_TIMED_OUT_AFTER_SEND 205

// A request failed as "interrupted".
#define HL_ERROR_INTERRUPTED 206

// A request failed as "too_large".
#define HL_ERROR_TOO_LARGE 207

// A request failed as "malformed".
#define HL_ERROR_MALFORMED 208

// A request failed as "unsendable".
#define HL_ERROR_UNSENDABLE 209

// A request failed as "not_admitted".
#define HL_ERROR_NOT_ADMITTED 210

// A request failed as "network_error".
#define HL_ERROR_NETWORK_ERROR 211

// A request failed as "proxy".
#define HL_ERROR_PROXY 212

// The server declined: `errcode`, `status`.
#define HL_ERROR_SERVER 300

// It asks to wait: `retry_after_ms`.
#define HL_ERROR_RATE_LIMITED 301

// It asks for authentication, and nobody can be asked: `uia`.
#define HL_ERROR_UIA 302

// The response is none of Matrix: `reason`.
#define HL_ERROR_UNEXPECTED_RESPONSE 303

// The flow was cancelled.
#define HL_ERROR_CANCELLED 400

// The program can complete none of the ways in `uia`.
#define HL_ERROR_UNKNOWN_AUTHENTICATION 401

// The server does not offer the login `wanted`, but `offered`.
#define HL_ERROR_NO_SUCH_LOGIN 402

// The identity server has no algorithm that is known.
#define HL_ERROR_NO_KNOWN_ALGORITHM 403

// No identity server knows an address of this form: the one at `index`.
#define HL_ERROR_INVALID_ADDRESS 404

// Users log in at the authorization server `issuer`.
#define HL_ERROR_REQUIRES_OAUTH 405

// The server lacks what a login or logout by OAuth needs.
#define HL_ERROR_NO_OAUTH 406

// The user or the authorization server refused: `oauth_error`.
#define HL_ERROR_NOT_AUTHORIZED 407

// The tokens were not revoked.
#define HL_ERROR_NOT_REVOKED 408

// The flow asked while nobody could answer.
#define HL_ERROR_UNANSWERED 409

// The session is over: log in again.
#define HL_ERROR_LOGGED_OUT 410

// A file is too large, not the right one, or out of reach.
#define HL_ERROR_MEDIA 411

// The version of the interface: of functions, structs, forms and codes. With 0 they may still change, and every release
// says how. From 1 on they are only added to, and it counts up if one has to change or go.
#define HL_ABI 0

// A session and any number of flows, each opened by its name.
typedef struct hl_core hl_core;

// Text: UTF-8 of this length, which may have NUL bytes in it. Without `data`, a length of 0 is no text.
// What the library gives has a NUL byte behind it that `length` does not count, so that "%s" prints it.
typedef struct hl_str {
    // The first byte.
    const char *data;
    // The number of bytes.
    size_t length;
} hl_str;

// What the last call of a handle failed with.
typedef struct hl_error {
    // HL_OK if it did not fail, or one of the other codes.
    uint32_t code;
    // What to show to a developer.
    struct hl_str message;
    // All that is known, as the JSON object that the documentation calls E.
    struct hl_str json;
} hl_error;

// A header field of a request or of a response.
typedef struct hl_header {
    // Its name. The library writes it in lower case, and takes any.
    struct hl_str name;
    // Its value.
    struct hl_str value;
} hl_header;

// Bytes of any kind.
typedef struct hl_bytes {
    // The first byte; null if there is none.
    const uint8_t *data;
    // The number of bytes.
    size_t length;
} hl_bytes;

// What to do next. Which members have a meaning is told by `kind`; the others are empty.
// Later versions may have more members, at the end: only the library makes one.
typedef struct hl_output {
    // HL_KIND_WAIT, or one of the others. Do nothing about one that you do not know.
    uint32_t kind;
    // The flow that it is about; 0 is the session.
    uint64_t flow;
    // The request that it is about.
    uint64_t request;
    // Of a wait: until when, in Unix milliseconds, or HL_FOREVER. Of a request: how long it may take, in
    // milliseconds, or HL_FOREVER; counted from the last progress if a body streams.
    uint64_t millis;
    // The method to send.
    struct hl_str method;
    // The URL to send it to.
    struct hl_str url;
    // The header fields to send; null if there are none.
    const struct hl_header *headers;
    // How many there are.
    size_t headers_length;
    // The body to send.
    struct hl_bytes body;
    // JSON: the event, what a flow brought, why it failed, or what is known of a request or of a body.
    struct hl_str value;
} hl_output;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the interface that the library has. A program that was compiled against another HL_ABI does not fit.
uint32_t hl_abi(void);

// The version of the library, such as "0.1.0". It stays for ever.
const char *hl_version(void);

// All forms of JSON as JSON Schema, which stays for ever.
struct hl_str hl_schema(void);

// Text that ends with a NUL byte, such as a literal. Null is no text. It is not copied.
struct hl_str hl_text(const char *text);

// Makes a core of a configuration, which is JSON: "{}" is one, and so is what hl_core_session says.
// It is never null. If the configuration does not fit, hl_core_error says why, and so does every call.
// Give it to hl_core_free.
struct hl_core *hl_core_new(struct hl_str config);

// Frees a core, its flows, and all that its calls gave. Null is nothing to free. Any other pointer is given once.
void hl_core_free(struct hl_core *core);

// What the last call of this core failed with; its code is HL_OK if it did not fail. Never null. Asking changes nothing:
// pointers that the last call gave stay good.
const struct hl_error *hl_core_error(const struct hl_core *core);

// What to do next. Never null; good until the next call of this core. After every other call, call this until it says
// HL_KIND_WAIT, and do what each says, in that order. If it fails, as with a core whose configuration did not fit, it
// says to wait for ever, and hl_core_error says why.
const struct hl_output *hl_core_next(struct hl_core *core, uint64_t now);

// Opens the flow with this name, and returns its ID; 0 if that fails. Arguments are JSON; none are "{}".
// `entropy` is 32 bytes from the operating system's random number generator, new for each flow.
uint64_t hl_core_open(struct hl_core *core,
                      uint64_t now,
                      struct hl_str flow,
                      struct hl_str arguments,
                      const uint8_t *entropy);

// Loads a flow that hl_core_save gave, here or elsewhere, and returns its new ID; 0 if that fails. What it waits for is
// in hl_core_prompt; it is not told again.
uint64_t hl_core_load(struct hl_core *core, uint64_t now, struct hl_str saved);

// Saves a flow as JSON, which is good until the next call of this core. It goes on here too, so free this core or cancel
// the flow. The text holds secrets. It fails while the flow has more to say: call hl_core_next until it waits.
uint32_t hl_core_save(struct hl_core *core,
                      uint64_t flow,
                      struct hl_str *saved);

// Replies to what a flow asks, or to an event of the session, which is flow 0. The reply is JSON, and so is what the flow
// has to say to it at once, which is "{}" mostly. If it fails, nothing changed.
uint32_t hl_core_reply(struct hl_core *core,
                       uint64_t now,
                       uint64_t flow,
                       struct hl_str reply,
                       struct hl_str *said);

// Tries again what stalled.
uint32_t hl_core_retry(struct hl_core *core, uint64_t now, uint64_t flow);

// Ends a flow, which then fails with HL_ERROR_CANCELLED. The server may still act on what was sent.
uint32_t hl_core_cancel(struct hl_core *core, uint64_t now, uint64_t flow);

// The JSON of what a flow waits for from the user or the program; no text if for nothing, or if it is over.
// Good until the next call of this core.
struct hl_str hl_core_prompt(struct hl_core *core, uint64_t flow);

// The state that a flow is in, for logs; no text if it is over. Good until the next call of this core.
struct hl_str hl_core_state(struct hl_core *core, uint64_t flow);

// The IDs of the flows that are open, oldest first: how many, and in `flows` the first of them, good
// until the next call of this core.
size_t hl_core_flows(struct hl_core *core, const uint64_t **flows);

// The configuration with which another core goes on with this session, as JSON. It holds secrets. Flows are saved one by
// one. Good until the next call of this core.
struct hl_str hl_core_session(struct hl_core *core);

// Tells of a whole response, whatever its status. Header fields that cannot be ones are left out; what is no UTF-8 in
// one is replaced. What is late, repeated or about an unknown request changes nothing, here and below.
uint32_t hl_core_tell_response(struct hl_core *core,
                               uint64_t now,
                               uint64_t request,
                               uint32_t status,
                               const struct hl_header *fields,
                               size_t fields_length,
                               struct hl_bytes body);

// Tells that there will be no response. `failure` is its class, and says whether the server can have seen the request:
// "connect", "dns", "refused", "tls", "timed_out_before_send", "timed_out_after_send", "interrupted", "too_large",
// "malformed", "unsendable", "network_error" or "proxy"; "interrupted" if that is not known. The message is for a
// developer.
uint32_t hl_core_tell_failed(struct hl_core *core,
                             uint64_t now,
                             uint64_t request,
                             struct hl_str failure,
                             struct hl_str message);

// Tells that the time of the last wait has come. One that is early or needless changes nothing.
uint32_t hl_core_tell_timeout(struct hl_core *core, uint64_t now);

// Tells of the head of a response to a request that streams. Read on only when an output says where to.
uint32_t hl_core_tell_head(struct hl_core *core,
                           uint64_t now,
                           uint64_t request,
                           uint32_t status,
                           const struct hl_header *fields,
                           size_t fields_length);

// Tells that so many bytes of a body that streams have passed so far.
uint32_t hl_core_tell_progress(struct hl_core *core, uint64_t now, uint64_t request, uint64_t bytes);

// Tells that a body is in the sink: the length of the whole, and its SHA-256, 32 bytes, if the program computed it, or
// null.
uint32_t hl_core_tell_body_ended(struct hl_core *core,
                                 uint64_t now,
                                 uint64_t request,
                                 uint64_t bytes,
                                 const uint8_t *sha256);

// Builds the request of the operation with this name, without a flow: its method, URL, header fields and body. The core
// holds what comes of it, and has no part in it otherwise: one of "{}" will do. Without `data` there is no token.
uint32_t hl_core_encode(struct hl_core *core,
                        struct hl_str operation,
                        struct hl_str arguments,
                        struct hl_str base_url,
                        struct hl_str token,
                        const struct hl_output **request);

// Reads the response to the operation with this name, without a flow: the JSON of what a flow "call" brings. If the
// server declined, it fails with what the server says.
uint32_t hl_core_decode(struct hl_core *core,
                        uint64_t now,
                        struct hl_str operation,
                        uint32_t status,
                        const struct hl_header *fields,
                        size_t fields_length,
                        struct hl_bytes body,
                        struct hl_str *done);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HARDLINE_H */
