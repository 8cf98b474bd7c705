//! Records the exchanges of a [`Transport`](hardline::client::Transport) as a
//! [HAR 1.2](http://www.softwareishard.com/blog/har-12-spec/) file, which browsers' developer tools open, and replays
//! such a file, so that the tests of a program need no server.
//!
//! ```
//! use hardline::client_api::discovery::GetVersions;
//! use hardline::client::Client;
//! use hardline::wire::Target;
//! use hardline_har::{Recorder, Replay};
//! # use hardline::client::Clock;
//! # use hardline::types::Timestamp;
//! # #[derive(Clone, Copy)]
//! # struct MyClock;
//! # impl Clock for MyClock {
//! #     type Sleep = std::future::Pending<()>;
//! #     fn now(&self) -> Timestamp { Timestamp::from_millis(1_700_000_000_000) }
//! #     fn sleep_until(&self, _: Timestamp) -> Self::Sleep { std::future::pending() }
//! # }
//! # let directory = std::env::temp_dir().join(format!("hardline-har-{}", std::process::id()));
//! # std::fs::create_dir_all(&directory)?;
//! # let path = directory.join("versions.har");
//! # futures_lite::future::block_on(async {
//! # let loopback = hardline_loopback::Loopback::start()?;
//! # let real_transport = loopback.transport();
//!
//! // Once, against a real server:
//! let target = Target::homeserver(loopback.url())?;
//! let recorder = Recorder::new();
//! let client = Client::new(recorder.over(real_transport, MyClock), MyClock, target);
//! let recorded = client.call(GetVersions::new()).await?;
//! recorder.save(&path)?;
//!
//! // From then on, without one:
//! let replay = Replay::read(&path)?;
//! let client = Client::new(replay.clone(), MyClock, Target::homeserver("https://example.org")?);
//! assert_eq!(client.call(GetVersions::new()).await?.versions, recorded.versions);
//! assert_eq!(replay.unused(), 0);
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Secrets are masked before they are recorded**, in requests and in responses: [`SECRET_HEADERS`] and all headers
//! marked as sensitive, and the members of JSON, the pairs of queries and the fields of forms that are in
//! [`SECRET_NAMES`] and [`SECRET_TEXT_NAMES`]. Where a response repeats a secret of its request, in the description of an
//! error perhaps, it is masked there too. Truncated JSON is left out, since nobody can tell where its secrets end. Private data that gives
//! access to nothing (user IDs, phone numbers, messages) **is in the file**: look before you publish one.
//!
//! **What is recorded.** Bodies keep their meaning, not their bytes: JSON is written again. Lengths are those of the
//! original bodies. Besides HAR's own fields, an entry has `_operation` and `_attempt` if the core made the request,
//! and `_failure` if there was no response. Recordings are held in memory until they are saved.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod exchange;
mod format;
mod known;
mod mask;
mod query;
mod record;
mod replay;
mod save;

pub use exchange::MaskedExchange;
pub use mask::{MASK, SECRET_HEADERS, SECRET_NAMES, SECRET_TEXT_NAMES};
pub use record::{Recorder, Recording, RecordingFuture};
pub use replay::{NoMatch, Replay, ReplayError};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
