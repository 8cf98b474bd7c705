use std::time::Duration;

use hardline_derive::Wire;

use super::event::{EVENTS, SendEventForm};
use super::reply::{REPLIES, SendReplyForm};
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;
use crate::embed::forms::json;
use crate::embed::forms::typed::TypedForm;
use crate::embed::looping::NamedLoop;
use crate::embed::opening::Opening;
use crate::flow::{FlowError, SendEvent, SendOptions, SendQueue};
use crate::json::{Shape, Shaped};
use crate::types::{DeviceId, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of_loop::<SendQueue>();

/// What `send_queue` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SendQueueArguments {
    /// The device that is logged in, if it is not the core's.
    pub device_id: Option<DeviceId>,
    /// Whether the program confirms its saves; true if it is left out.
    pub confirms_saves: Option<bool>,
    /// The most events that wait at a time.
    pub max_entries: Option<u32>,
    /// The most bytes that their contents have together.
    pub max_bytes: Option<u32>,
    /// The most rooms whose requests are in flight at a time.
    pub max_in_flight: Option<u32>,
    /// For how long the server is sure to remember a transaction ID.
    pub server_memory_ms: Option<u64>,
    /// Whether the events of a room go on past one that is stuck or uncertain.
    pub goes_on_past_stuck: Option<bool>,
}

impl NamedLoop for SendQueue {
    const NAME: &'static str = "send_queue";
    const SAVED_AS: &'static str = "SendQueue";
    const EVENTS: (&'static Shape, &'static [TypedForm]) = (SendEventForm::SHAPE, EVENTS);
    const REPLIES: (&'static Shape, &'static [TypedForm]) = (SendReplyForm::SHAPE, REPLIES);

    type Arguments = SendQueueArguments;

    fn open(opening: &Opening<'_>, arguments: SendQueueArguments) -> Result<Self, EmbedError> {
        let device_id = arguments.device_id.or_else(|| opening.device_id.cloned());
        let device_id = device_id.ok_or_else(|| {
            EmbedError::usage("nobody is logged in: give a device_id, or log in first")
        })?;
        let size = |given: Option<u32>, default: usize| {
            given
                .and_then(|size| usize::try_from(size).ok())
                .unwrap_or(default)
        };
        let mut options = SendOptions::default();
        options.confirms_saves = arguments.confirms_saves != Some(false);
        options.max_entries = size(arguments.max_entries, options.max_entries);
        options.max_bytes = size(arguments.max_bytes, options.max_bytes);
        options.max_in_flight = size(arguments.max_in_flight, options.max_in_flight);
        options.goes_on_past_stuck = arguments.goes_on_past_stuck == Some(true);
        if let Some(millis) = arguments.server_memory_ms {
            options.server_memory = Duration::from_millis(millis);
        }
        let queue = Self::new(
            opening.now,
            opening.homeserver()?,
            device_id,
            opening.seed(),
        );
        Ok(queue.with_options(options))
    }

    fn event(now: Timestamp, event: SendEvent) -> String {
        json(&SendEventForm::of(now, event))
    }

    fn reply(&mut self, now: Timestamp, reply: &str) -> Result<String, EmbedError> {
        SendReplyForm::parse(reply)?.give(now, self)
    }

    fn ended((): ()) -> Result<(), FlowError> {
        Ok(())
    }
}
