//! The numbers of the interface, with their names. They never change.

/// For ever, where an output has `millis`.
pub const HL_FOREVER: u64 = u64::MAX;

/// Nothing to do until `millis`, or until something happens: the only kind that ends a round.
pub const HL_KIND_WAIT: u32 = 0;

/// Send this request, without following redirects, and tell what came of it.
pub const HL_KIND_SEND: u32 = 1;

/// Drop this request, and tell nothing.
pub const HL_KIND_CANCEL: u32 = 2;

/// Tell the user or the program `value`.
pub const HL_KIND_EVENT: u32 = 3;

/// The flow is over, and brought `value`.
pub const HL_KIND_DONE: u32 = 4;

/// The flow is over, and failed as `value` says.
pub const HL_KIND_FAILED: u32 = 5;

/// Send this request with a body that streams, as `value` says, or fail it as "unsendable".
pub const HL_KIND_SEND_STREAMING: u32 = 6;

/// Where the body of the response to such a request goes is in `value`.
pub const HL_KIND_RECEIVE: u32 = 7;

/// It did not fail.
pub const HL_OK: u32 = 0;

/// The library has a bug, and the handle is of no use any more: free it.
pub const HL_ERROR_PANICKED: u32 = 1;

/// A call or a form is wrong.
pub const HL_ERROR_USAGE: u32 = 100;

/// The request cannot be built.
pub const HL_ERROR_ENCODE: u32 = 101;

/// The flow does not expect this now, or is over.
pub const HL_ERROR_NOT_AWAITED: u32 = 102;

/// The flow cannot be saved now: call hl_core_next until it waits.
pub const HL_ERROR_NOT_NOW: u32 = 103;

/// The send queue did not do it.
pub const HL_ERROR_SEND_QUEUE: u32 = 104;

/// A request failed as "connect".
pub const HL_ERROR_CONNECT: u32 = 200;

/// A request failed as "dns".
pub const HL_ERROR_DNS: u32 = 201;

/// A request failed as "refused".
pub const HL_ERROR_REFUSED: u32 = 202;

/// A request failed as "tls".
pub const HL_ERROR_TLS: u32 = 203;

/// A request failed as "timed_out_before_send".
pub const HL_ERROR_TIMED_OUT_BEFORE_SEND: u32 = 204;

/// A request failed as "timed_out_after_send".
pub const HL_ERROR_TIMED_OUT_AFTER_SEND: u32 = 205;

/// A request failed as "interrupted".
pub const HL_ERROR_INTERRUPTED: u32 = 206;

/// A request failed as "too_large".
pub const HL_ERROR_TOO_LARGE: u32 = 207;

/// A request failed as "malformed".
pub const HL_ERROR_MALFORMED: u32 = 208;

/// A request failed as "unsendable".
pub const HL_ERROR_UNSENDABLE: u32 = 209;

/// A request failed as "not_admitted".
pub const HL_ERROR_NOT_ADMITTED: u32 = 210;

/// A request failed as "network_error".
pub const HL_ERROR_NETWORK_ERROR: u32 = 211;

/// A request failed as "proxy".
pub const HL_ERROR_PROXY: u32 = 212;

/// The server declined: `errcode`, `status`.
pub const HL_ERROR_SERVER: u32 = 300;

/// It asks to wait: `retry_after_ms`.
pub const HL_ERROR_RATE_LIMITED: u32 = 301;

/// It asks for authentication, and nobody can be asked: `uia`.
pub const HL_ERROR_UIA: u32 = 302;

/// The response is none of Matrix: `reason`.
pub const HL_ERROR_UNEXPECTED_RESPONSE: u32 = 303;

/// The flow was cancelled.
pub const HL_ERROR_CANCELLED: u32 = 400;

/// The program can complete none of the ways in `uia`.
pub const HL_ERROR_UNKNOWN_AUTHENTICATION: u32 = 401;

/// The server does not offer the login `wanted`, but `offered`.
pub const HL_ERROR_NO_SUCH_LOGIN: u32 = 402;

/// The identity server has no algorithm that is known.
pub const HL_ERROR_NO_KNOWN_ALGORITHM: u32 = 403;

/// No identity server knows an address of this form: the one at `index`.
pub const HL_ERROR_INVALID_ADDRESS: u32 = 404;

/// Users log in at the authorization server `issuer`.
pub const HL_ERROR_REQUIRES_OAUTH: u32 = 405;

/// The server lacks what a login or logout by OAuth needs.
pub const HL_ERROR_NO_OAUTH: u32 = 406;

/// The user or the authorization server refused: `oauth_error`.
pub const HL_ERROR_NOT_AUTHORIZED: u32 = 407;

/// The tokens were not revoked.
pub const HL_ERROR_NOT_REVOKED: u32 = 408;

/// The flow asked while nobody could answer.
pub const HL_ERROR_UNANSWERED: u32 = 409;

/// The session is over: log in again.
pub const HL_ERROR_LOGGED_OUT: u32 = 410;

/// A file is too large, not the right one, or out of reach.
pub const HL_ERROR_MEDIA: u32 = 411;

#[cfg(test)]
mod tests;
