//! Hardline in the browser: a [`Transport`](hardline::client::Transport) over `fetch`, its clock, and what JavaScript
//! calls. It is for `wasm32-unknown-unknown`; on every other target this crate is empty.
//!
//! `FetchTransport` and `BrowserClock` are for programs in Rust. They work in a page and in a worker.
//!
//! ```ignore
//! use hardline::client::Client;
//! use hardline::client_api::session::Login;
//! use hardline::wire::{Target, UserIdentifier};
//! use hardline_web::{BrowserClock, FetchTransport};
//!
//! let client = Client::new(FetchTransport::new(), BrowserClock, Target::homeserver("https://matrix.org")?);
//! client.log_in(Login::password(UserIdentifier::user("alice"), "wonderland".into())).await?;
//! ```
//!
//! # What fetch hides
//!
//! | | what the core learns |
//! |---|---|
//! | an unknown name, a refused connection, TLS, no permission by CORS, being offline, a connection that breaks before the response | [`NetworkError`](hardline::wire::FailureClass::NetworkError), whichever it was; the request may have arrived |
//! | a connection that breaks in the middle of a response | [`Interrupted`](hardline::wire::FailureClass::Interrupted) |
//! | **how often a request was sent** | nothing. Chromium repeats a POST by itself if a connection that was kept open breaks: a server has had one three times. So *at most once* cannot be promised in a browser, whatever [`RequestMeta::repeatable`](hardline::wire::RequestMeta::repeatable) says |
//! | a redirect | that there was one: status 302, without `Location`. The browser follows those of `/.well-known/matrix/client`, and of downloads that allow it (`allow_redirect=true`); it leaves out the token at another origin |
//! | `Retry-After`, `Date` and most other fields | only what the server lists in `Access-Control-Expose-Headers`. Synapse does not list them, so `retry_after_ms` in the body is what counts |
//! | `Content-Encoding` | nothing: the browser has decoded the body. The length of the response is that of the body as it is now |
//! | a compressed body that is damaged | in Chromium, an empty body |
//! | `Host`, `Cookie`, `Date`, `User-Agent` and others of a request | nothing: the browser drops them |
//! | a request with `Authorization` or JSON | it is sent after an `OPTIONS`, which the core does not see |
//! | time limits while the page is hidden | browsers slow timers down, to one a minute |
//!
//! Nothing is taken from the browser's cache or put there, no cookies are sent, and no `Referer`.
//!
//! # Limits
//!
//! | | |
//! |---|---|
//! | the whole exchange | the core's limit for the request, and at most 10 minutes, or what `FetchTransport::with_timeout` says; the request is then aborted |
//! | the response's body | 256 MiB, what `FetchTransport::with_max_response_bytes` says, or the request's own cap. It is checked while the body is read |
//! | dropping the future | aborts the request by an `AbortController`; the server sees the connection close |
//! | bodies that stream | not here: a conversation that uploads or downloads fails as [`Unsendable`](hardline::wire::FailureClass::Unsendable). The driver in JavaScript streams downloads |
//!
//! # Features
//!
//! `flows` and `embed` export what the two packages for JavaScript are made of; [the README](https://github.com/hardline-rs/hardline/tree/main/crates/hardline-web)
//! has them.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(target_arch = "wasm32")]
mod clock;
#[cfg(all(target_arch = "wasm32", feature = "embed"))]
mod embed;
#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(all(target_arch = "wasm32", feature = "flows"))]
mod flows;
#[cfg(target_arch = "wasm32")]
mod global;
#[cfg(all(target_arch = "wasm32", any(feature = "embed", feature = "flows")))]
mod objects;

#[cfg(target_arch = "wasm32")]
pub use clock::{BrowserClock, BrowserSleep};
#[cfg(target_arch = "wasm32")]
pub use fetch::{FetchFuture, FetchTransport};
