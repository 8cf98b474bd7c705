//! The core as plain data, for programs in other languages: flows and operations by name, with JSON for what they take,
//! tell and bring. No futures, no callbacks, no generics, no borrowed values.
//!
//! [`Core`] is one session and any number of flows. [`encode`] and [`decode`] are single operations without either. The
//! bindings for Python, C and the browser are thin over these.
//!
//! # The loop
//!
//! It is the same for all flows, in every language:
//!
//! 1. Call [`next`](Core::next) until it says [`Wait`](OutputKind::Wait), and do what each output says.
//! 2. Wait for whichever is first: what came of a request that was sent, the time in that `Wait`, or something that the
//!    user says.
//! 3. Say it: [`tell`](Core::tell), [`reply`](Core::reply), [`retry`](Core::retry) or [`cancel`](Core::cancel). Go on
//!    with 1.
//!
//! ```
//! use hardline::embed::{Core, CoreInput, CoreOutput, OutputKind};
//!
//! # fn clock() -> u64 { 1_700_000_000_000 }
//! # fn random() -> [u8; 32] { [7; 32] }
//! # fn http(request: &CoreOutput) -> Result<(u16, Vec<(String, String)>, Vec<u8>), String> {
//! #     assert_eq!(request.url, "https://example.org/_matrix/client/v3/account/whoami");
//! #     Ok((200, vec![], br#"{"user_id": "@alice:example.org"}"#.to_vec()))
//! # }
//! # fn ask(event: &str) -> &'static str { "" }
//! # fn sleep_until(millis: u64) {}
//! let config = r#"{"homeserver": "https://example.org", "session": {"access_token": "syt_secret"}}"#;
//! let mut core = Core::new(config)?;
//! let call = core.open(clock(), "call", r#"{"operation": "cs:getTokenOwner"}"#, random())?;
//! let value = loop {
//!     let output = core.next(clock());
//!     match output.kind {
//!         OutputKind::Send => {
//!             // With any HTTP library. One that works in the background says later what came of it.
//!             let request = output.request;
//!             let told = match http(&output) {
//!                 Ok((status, headers, body)) => CoreInput::Response { request, status, headers, body },
//!                 Err(message) => CoreInput::Failed { request, class: "interrupted".into(), message },
//!             };
//!             core.tell(clock(), told)?;
//!         }
//!         OutputKind::Event if output.flow == call => {
//!             core.reply(clock(), call, ask(&output.value))?;
//!         }
//!         OutputKind::Done => break output.value,
//!         OutputKind::Failed => panic!("{}", output.value),
//!         OutputKind::Wait => {
//!             sleep_until(output.millis.expect("nothing else is awaited"));
//!             core.tell(clock(), CoreInput::Timeout)?;
//!         }
//!         // This program streams nothing, and drops no request.
//!         _ => {}
//!     }
//! };
//! assert_eq!(value, r#"{"value":{"user_id":"@alice:example.org"},"status":200}"#);
//! # Ok::<(), hardline::embed::EmbedError>(())
//! ```
//!
//! # The forms
//!
//! Every form is an object of JSON. Here `?` marks members that may be missing. [`schema`] has all of them as JSON Schema.
//! Programs pass over members and types that they do not know, since more may be added ([`ABI`]); what the core takes may
//! have no member that it does not know, since that would be a misspelt one. A member that is `null` counts as missing.
//! Times are Unix milliseconds.
//!
//! A threepid is `{"email"}` or `{"country","number"}`, except where a server listed it: `{"medium","address"}`.
//! Which stages of authentication the program can complete, is `uia_capabilities`:
//! `{"password"?,"terms"?,"registration_token"?,"threepid"?,"captcha"?,"browser"?,"others"?}`.
//!
//! ## Flows
//!
//! | flow | arguments | brings |
//! |---|---|---|
//! | `call` | `operation`, `arguments`?, `base_url`?, `token`?, `password`?, `uia_capabilities`?, `unattended`? | `value`, `status`, `warnings`? `[{pointer, message}]`, `more_warnings`? |
//! | `discovery` | `address` | `homeserver`, `versions`, `unstable_features`, `identity_server`? |
//! | `log_in` | `login` (fields of `cs:login`), `redirect_url`? | the response to `cs:login` |
//! | `register` | `register`? (fields of `cs:register`), `threepid`?, `check_username`?, `uia_capabilities`? | the response to `cs:register` |
//! | `reset_password` | `threepid`, `new_password`?, `keep_devices`?, `uia_capabilities`? | |
//! | `change_password` | `password`?, `new_password`?, `keep_devices`?, `uia_capabilities`? | |
//! | `deactivate` | `password`?, `erase`?, `confirmed`?, `uia_capabilities`? | the response to `cs:deactivateAccount` |
//! | `add_threepid` | `threepid`, `password`?, `uia_capabilities`? | |
//! | `bind_threepid` | `threepid`, `identity_server`?, `identity_token`? | |
//! | `unbind_threepid` | `unbind` `{medium, address}`, `identity_server`?, `identity_token`? | |
//! | `lookup` | `threepids` `[{medium, address}]`, `identity_server`?, `identity_token`? | `found` `[{medium, address, user_id}]` |
//! | `identity_session` | `identity_server`? | `token` |
//! | `oauth_login` | `client` (fields of `oauth:registerClient`), `redirect_uri`?, `response_mode`?, `device_id`?, `registering`? | `user_id`, `device_id`, `session` |
//! | `device_login` | `client`, `device_id`? | the same |
//! | `oauth_logout` | | |
//! | `upload` | `bytes` (of a source that streams) or `content` (base64), `content_type`?, `file_name`?, `config`? | `uri` |
//! | `download` | `uri`, `thumbnail`? `{width, height, method?, animated?, or_file?}`, `cap`?, `sha256`?, `wait_ms`? | `bytes`, `sha256`?, `content_type`?, `file_name`?, `is_inline`, `is_thumbnail` |
//! | `sync` | `since`?, `filter`?, `filter_id`?, `stores_filter`?, `timeout_ms`?, `margin_ms`?, `first_limit_ms`?, `presence`?, `state_after`?, `confirms_saves`? | nothing, once it is stopped |
//! | `sliding_sync` (feature `unstable`) | `conn_id`?, `tokens`? `{pos?, to_device?, sticky_events?}`, `timeout_ms`?, `confirms_saves`? | nothing, once it is stopped |
//! | `send_queue` | `device_id`?, `confirms_saves`?, `max_entries`?, `max_bytes`?, `max_in_flight`?, `server_memory_ms`?, `goes_on_past_stuck`? | nothing, once it is closed and empty |
//!
//! What `discovery`, `log_in`, `register`, `oauth_login` and `device_login` bring is the core's from then on: its
//! homeserver, or its session. `oauth_logout` forgets the session at once, and `cs:logout` when it has succeeded.
//!
//! `call` does any operation. Requests to the homeserver have the session's token, which is refreshed as need be; those to
//! an identity server have `token`, from `identity_session`. What does not fit in a response, such as an element of a list
//! that is no JSON, is left out of `value` and listed in `warnings`.
//!
//! ## Events
//!
//! | `type` | members | |
//! |---|---|---|
//! | `asks` | `prompt` P | [`reply`](Core::reply) |
//! | `rejected` | `prompt` P, `error` E | the last reply was not accepted: reply again |
//! | `validated` | | the number or the address is the user's |
//! | `progress` | `bytes`, `total`? | a file is on its way; without `total` nobody knows how large it is |
//! | `waiting` | `error` E, `until_ms` | an attempt failed, and the flow goes on by itself |
//! | `stalled` | `error` E | an attempt failed: [`retry`](Core::retry) when that may help |
//!
//! Those of the session, which is flow 0:
//!
//! | `type` | members | |
//! |---|---|---|
//! | `refreshed` | `session` | store the tokens; with `has_store`, reply `{"type":"saved"}` then |
//! | `load_tokens` | | only with `has_store`: reply `{"type":"loaded","session"?}` with what is stored |
//! | `waiting` | `error` E, `until_ms` | the refresh is tried again |
//! | `refresh_failed` | `error` E | for now; a later request tries again |
//! | `refresh_refused` | `error` E | for good, though the access token stays in use |
//! | `logged_out` | `soft`, `error`? E | the session is over: delete its tokens. No `error`: the program logged out |
//!
//! Those of `sync`, which goes on until it is stopped ([`SyncLoop`](crate::flow)):
//!
//! | `type` | members | |
//! |---|---|---|
//! | `answer` | `next_batch`, `value` (the response to `cs:sync`), `warnings`?, `more_warnings`? | store what it says and the token together, and reply `taken` |
//! | `gaps` | `gaps` `[{room_id, prev_batch?}]` | these rooms miss events in the answer that follows |
//! | `catching_up`, `live` | | how far it is |
//! | `offline` | `since_ms`, `error` E, `until_ms` | it goes on by itself; reply `nudge` when the network has changed |
//!
//! `sliding_sync` tells the same, except that an `answer` has `pos` and `tokens` in place of `next_batch`, and that `restarted` says that
//! the server has forgotten the connection: all rooms come again.
//!
//! And those of `send_queue` ([`SendQueue`](crate::flow)), whose `error` is E too:
//!
//! | `type` | members | |
//! |---|---|---|
//! | `changed` | `revision` | save the queue, and reply `saved` with this revision: requests wait for that |
//! | `sent` | `room_id`, `txn_id`, `event_id` | the event is in the room |
//! | `redacted` | `room_id`, `txn_id`, `event_id`? | so is the redaction |
//! | `stuck` | `room_id`, `txn_id`, `error` | reply `edit`, `retry` or `discard` |
//! | `may_have_been_sent` | `room_id`, `txn_id`, `reason` | reply `resend` or `discard` |
//! | `waiting` | `room_id`, `txn_id`, `error`, `until_ms` | it is tried again |
//! | `limited`, `offline` | `error`, `until_ms` | all rooms wait; reply `nudge` when the network has changed |
//! | `online` | | |
//! | `logged_out` | `error` | reply `new_device` after the next login |
//! | `scheduled`, `delay_ended` | `room_id`, `txn_id` | of delayed events |
//!
//! ## Prompts
//!
//! P, and the replies that it takes besides `cancel`:
//!
//! | `type` | members | replies |
//! |---|---|---|
//! | `code` | `send_attempt` | `code`, `resend` |
//! | `confirmation` | `send_attempt` | `done`, `resend` |
//! | `new_message` | `send_attempt` | `resend` |
//! | `deactivation` | | `done` |
//! | `password`, `new_password` | | `password` |
//! | `username` | | `username` |
//! | `threepid` | `medium` | `threepid` |
//! | `login_token` | `pages` `[{url, provider?, name?, icon?, brand?}]` | `login_token` |
//! | `terms` | `policies` `[{id, version, languages: {language: {name, url}}}]` | `done` |
//! | `registration_token` | | `registration_token` |
//! | `captcha` | `public_key` | `captcha` |
//! | `browser` | `url` | `done` |
//! | `stage` | `stage` | `stage` |
//! | `homeserver` | | `homeserver` |
//! | `authorization` | `url`, `redirect_uri` | `redirected` |
//! | `device_authorization` | `user_code`, `verification_uri`, `verification_uri_complete`?, `expires_at`? | |
//! | `retry` | | [`retry`](Core::retry) |
//!
//! ## Replies
//!
//! | `type` | members |
//! |---|---|
//! | `code` | `code` |
//! | `resend`, `done` | |
//! | `password` | `password` |
//! | `username` | `username` |
//! | `threepid` | `threepid` |
//! | `login_token`, `registration_token` | `token` |
//! | `captcha` | `response` |
//! | `stage` | `auth`: the stage's members, without the session |
//! | `homeserver` | `address` |
//! | `redirected` | `url` |
//!
//! Replies to `sync`: `taken` and `saved` (`next_batch`), `nudge`, `presence` (`presence`?), `full_state`, `pause`, `resume`,
//! `stop`.
//!
//! Replies to `sliding_sync`: `taken` and `saved` (`pos`), `set_list` (`list`, `batch`, `room`, `filters`?), `remove_list` (`list`),
//! `subscribe` (`room_id`, `room`), `unsubscribe` (`room_id`), `extensions` (`extensions`), `presence`, `nudge`, `pause`, `resume`, `stop`.
//!
//! Replies to `send_queue`, and what it says to them: `enqueue` (`room_id`, `event_type`, `content`?, `entropy`) and `redact`
//! (`room_id`, `redacts`, `reason`?, `entropy`) say `txn_id`; `edit` (`txn_id`, `content`, `entropy`) says the `txn_id` of the
//! edit, if it is sent as one; `discard` (`txn_id`, `entropy`) says `discarded`: `from_queue`, `by_redaction` with `txn_id`, or
//! `by_cancelling`; `entries` says `entries` `[{room_id, txn_id, event_type, content?, state, reason?, errcode?, status?,
//! message?}]`; `provide` (`txn_id`, `content`), `retry` and `resend` (`txn_id`), `saved` (`revision`), `new_device`
//! (`device_id`), `nudge` and `close` say nothing. `entropy` is 16 random bytes as 32 hexadecimal digits.
//!
//! ## Errors
//!
//! E, the `value` of `Failed` and what [`EmbedError`] holds: `kind`, `code`, `message`, and where they are known
//! `operation`, `errcode`, `oauth_error`, `status`, `retry_after_ms`, `soft_logout`, `threepid_refusal`, `class`,
//! `reason`, `body`, `uia` `{flows, completed, session?, params}`, `index`, `wanted`, `offered`, `issuer`.
//!
//! | `code` | `kind` | |
//! |---|---|---|
//! | 100 | `usage` | a call or a form is wrong |
//! | 101 | `encode` | the request cannot be built |
//! | 102 | `usage` | the flow does not expect this now, or is over |
//! | 103 | `usage` | the flow cannot be saved now: call `next` until it waits |
//! | 104 | `usage` | the send queue did not do it |
//! | 200 to 212 | `transport` | the class of the failure: `connect`, `dns`, `refused`, `tls`, `timed_out_before_send`, `timed_out_after_send`, `interrupted`, `too_large`, `malformed`, `unsendable`, `not_admitted`, `network_error`, `proxy` |
//! | 300 | `server` | the server declined: `errcode`, `status` |
//! | 301 | `server` | it asks to wait: `retry_after_ms` |
//! | 302 | `uia` | it asks for authentication, and nobody can be asked: `uia` |
//! | 303 | `unexpected_response` | the response is none of Matrix: `reason` |
//! | 400 | `flow` | cancelled |
//! | 401 | `flow` | the program can complete none of the ways in `uia` |
//! | 402 | `flow` | the server does not offer the login `wanted`, but `offered` |
//! | 403 | `flow` | the identity server has no algorithm that is known |
//! | 404 | `flow` | no identity server knows an address of this form: the one at `index` |
//! | 405 | `flow` | users log in at the authorization server `issuer` |
//! | 406 | `flow` | the server lacks what a login or logout by OAuth needs |
//! | 407 | `flow` | the user or the authorization server refused: `oauth_error` |
//! | 408 | `flow` | the tokens were not revoked |
//! | 409 | `flow` | the flow asked while nobody could answer |
//! | 410 | `flow` | the session is over: log in again |
//! | 411 | `flow` | a file is too large, not the right one, or out of reach |
//!
//! ## Requests and bodies
//!
//! The `value` of `Send` is `{"operation"?,"attempt"?,"repeatable"?}`. A request that is not `repeatable` must reach the server
//! once at most. That of `SendStreaming` says besides which body streams: `{"type":"upload","at"}`, the request's, from that
//! offset of its source, or `{"type":"download"}`, the response's. Of a download tell [the head](CoreInput::Head), and read
//! on when `Receive` says where to: `{"type":"sink","at"}`, into the sink at that offset, and tell
//! [progress](CoreInput::Progress) and [the end](CoreInput::BodyEnded); `{"type":"whole","cap"}`, into memory, and tell the
//! whole response; or `{"type":"discard"}`, nowhere. A program that cannot stream fails such a request as `unsendable`.
//!
//! ## Configuration
//!
//! [`ConfigForm`]: `homeserver`?, `versions`?, `unstable_features`?, `identity_server`?, `user_id`?, `device_id`?,
//! `session`? `{access_token, refresh_token?, expires_at?, oauth?}`, `seed`?, `has_store`?.
//!
//! # What crosses the border
//!
//! - JSON as text, bodies as bytes, times and IDs as whole numbers below 2^53.
//! - Secrets: in the configuration, in saved flows, in replies, and in what logins bring. Keep them where nobody else can
//!   read them.
//! - A `now` that is earlier than the last one means that the clock was set back: all waits end earlier by as much.

mod codec;
mod core;
mod core_input;
mod core_output;
mod dialogue;
mod flow_kind;
mod flows;
mod forms;
mod json_flow;
#[cfg(any(feature = "sync", feature = "room_events"))]
mod looping;
mod opening;
mod schema;

pub use self::core::Core;
pub use codec::{decode, encode};
pub use core_input::CoreInput;
pub use core_output::{BodyForm, CoreOutput, OutputKind, RequestForm};
pub use flows::*;
pub use forms::config::ConfigForm;
pub use forms::error::{EmbedError, ErrorForm, UiaForm};
pub use forms::event::EventForm;
pub use forms::prompt::{PolicyForm, PromptForm, SignOnPageForm};
pub use forms::reply::ReplyForm;
pub use forms::session_reply::SessionReplyForm;
pub use forms::shared::{ThreepidForm, UiaCapabilitiesForm, WarningForm};
pub use schema::schema;

/// The version of the interface: of calls, forms and codes. With 0 they may still change, and every release says how.
/// From 1 on they are only added to, and it counts up if one has to change or go.
pub const ABI: u32 = 0;
