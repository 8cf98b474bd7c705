use std::time::Duration;

use hardline_derive::Wire;

use super::whole_answer::whole_answer;
use crate::client_api::sync::{Filter, SyncFilter, SyncWithRawRoomsResponse};
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::{EmbedError, ErrorForm};
use crate::embed::forms::json;
use crate::embed::forms::read::{names, read};
use crate::embed::forms::shared::WarningForm;
use crate::embed::forms::typed::TypedForm;
use crate::embed::json_flow::NOTHING;
use crate::embed::looping::NamedLoop;
use crate::embed::opening::Opening;
use crate::flow::{FlowError, SyncEvent, SyncLoop, SyncStatus};
use crate::json::{RawJson, Shape, Shaped};
use crate::types::{PresenceState, RoomId, Timestamp};
use crate::wire::ApiResponse;

pub(in crate::embed) const KIND: FlowKind = FlowKind::of_loop::<RawSyncLoop>();

type RawSyncLoop = SyncLoop<SyncWithRawRoomsResponse>;

/// What `sync` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SyncArguments {
    /// The token after which it begins, of the last answer that the program stored.
    pub since: Option<String>,
    /// Which events are wanted.
    pub filter: Option<Filter>,
    /// The ID of a filter that the server has, in place of one.
    pub filter_id: Option<String>,
    /// Whether the filter is stored at the server, and named by its ID from then on.
    pub stores_filter: Option<bool>,
    /// How long the server waits for something new.
    pub timeout_ms: Option<u64>,
    /// How long an answer may take beyond that.
    pub margin_ms: Option<u64>,
    /// How long the first answer may take.
    pub first_limit_ms: Option<u64>,
    /// What it says of whether the user is there: `online`, `offline` or `unavailable`.
    pub presence: Option<PresenceState>,
    /// Whether the state at the end of timelines is wanted.
    pub state_after: Option<bool>,
    /// Whether the program keeps the flow itself, and not its token, and confirms that with `saved`.
    pub confirms_saves: Option<bool>,
}

/// What `sync` tells.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct SyncEventForm {
    /// `answer`, `gaps`, `catching_up`, `live` or `offline`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The token of the answer: reply that it is `taken` once what it says is stored together with the token.
    pub next_batch: Option<String>,
    /// The answer: the fields of the response to `cs:sync`.
    pub value: Option<RawJson>,
    /// What did not fit, and was left out of `value`.
    pub warnings: Option<Vec<WarningForm>>,
    /// How many warnings there are besides.
    pub more_warnings: Option<u64>,
    /// The rooms whose timelines miss events in the answer that follows.
    pub gaps: Option<Vec<GapForm>>,
    /// Since when the server has not answered.
    pub since_ms: Option<Timestamp>,
    /// Why it did not.
    pub error: Option<ErrorForm>,
    /// When it is asked again.
    pub until_ms: Option<Timestamp>,
}

/// A room whose timeline misses events.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct GapForm {
    /// The room.
    pub room_id: RoomId,
    /// Where the missing events end: a token for the room's history, backward.
    pub prev_batch: Option<String>,
}

/// What is said to `sync`.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SyncReplyForm {
    /// What is said.
    #[serde(rename = "type")]
    pub reply_type: String,
    /// The token of the answer that was taken or saved.
    pub next_batch: Option<String>,
    /// Whether the user is there.
    pub presence: Option<PresenceState>,
}

const EVENTS: &[TypedForm] = &[
    TypedForm::new("answer", &["next_batch", "value"]).or(&["warnings", "more_warnings"]),
    TypedForm::new("gaps", &["gaps"]),
    TypedForm::new("catching_up", &[]),
    TypedForm::new("live", &[]),
    TypedForm::new("offline", &["since_ms", "error", "until_ms"]),
];

const REPLIES: &[TypedForm] = &[
    TypedForm::new("taken", &["next_batch"]),
    TypedForm::new("saved", &["next_batch"]),
    TypedForm::new("nudge", &[]),
    TypedForm::new("presence", &[]).or(&["presence"]),
    TypedForm::new("full_state", &[]),
    TypedForm::new("pause", &[]),
    TypedForm::new("resume", &[]),
    TypedForm::new("stop", &[]),
];

impl NamedLoop for RawSyncLoop {
    const NAME: &'static str = "sync";
    const SAVED_AS: &'static str = "SyncLoop";
    const EVENTS: (&'static Shape, &'static [TypedForm]) = (SyncEventForm::SHAPE, EVENTS);
    const REPLIES: (&'static Shape, &'static [TypedForm]) = (SyncReplyForm::SHAPE, REPLIES);

    type Arguments = SyncArguments;

    fn open(opening: &Opening<'_>, arguments: SyncArguments) -> Result<Self, EmbedError> {
        let homeserver = opening.homeserver()?;
        let mut flow = SyncLoop::new(opening.now, homeserver, opening.seed()).with_raw_rooms();
        if let Some(since) = arguments.since {
            flow = flow.with_since(since);
        }
        let stores = arguments.stores_filter == Some(true);
        flow = match (arguments.filter, arguments.filter_id, stores) {
            (Some(filter), None, true) => flow.with_stored_filter(opening.user()?, filter),
            (Some(filter), None, false) => {
                flow.with_filter(SyncFilter::inline(&filter).map_err(EmbedError::usage)?)
            }
            (None, Some(id), false) => {
                flow.with_filter(SyncFilter::parse(id).map_err(EmbedError::usage)?)
            }
            (None, None, false) => flow,
            _ => {
                let why = "give either a filter, which may be stored, or a filter_id";
                return Err(EmbedError::usage(why));
            }
        };
        if let Some(millis) = arguments.timeout_ms {
            flow = flow.with_timeout(Duration::from_millis(millis));
        }
        if let Some(millis) = arguments.margin_ms {
            flow = flow.with_margin(Duration::from_millis(millis));
        }
        if let Some(millis) = arguments.first_limit_ms {
            flow = flow.with_first_limit(Duration::from_millis(millis));
        }
        if let Some(presence) = arguments.presence {
            flow = flow.with_presence(presence);
        }
        if arguments.state_after == Some(true) {
            flow = flow.with_state_after();
        }
        if arguments.confirms_saves == Some(true) {
            flow = flow.with_confirmed_saves();
        }
        Ok(flow)
    }

    fn event(now: Timestamp, event: Self::Event) -> String {
        json(&match event {
            SyncEvent::Answer(answer) => SyncEventForm::answer(*answer),
            SyncEvent::Gaps(gaps) => SyncEventForm {
                gaps: Some(
                    gaps.into_iter()
                        .map(|gap| GapForm {
                            room_id: gap.room_id,
                            prev_batch: gap.prev_batch,
                        })
                        .collect(),
                ),
                ..SyncEventForm::new("gaps")
            },
            SyncEvent::Status(SyncStatus::CatchingUp) => SyncEventForm::new("catching_up"),
            SyncEvent::Status(SyncStatus::Live) => SyncEventForm::new("live"),
            SyncEvent::Status(SyncStatus::Offline(offline)) => SyncEventForm {
                since_ms: Some(offline.since),
                error: Some(ErrorForm::of_error(now, &offline.error)),
                until_ms: Some(offline.until),
                ..SyncEventForm::new("offline")
            },
        })
    }

    fn reply(&mut self, now: Timestamp, reply: &str) -> Result<String, EmbedError> {
        let form: SyncReplyForm = read("the reply", reply)?;
        let given = names(reply);
        let given = given.iter().map(String::as_str);
        TypedForm::check(REPLIES, "the reply", &form.reply_type, given)?;
        let next_batch = form.next_batch.unwrap_or_default();
        match form.reply_type.as_str() {
            "taken" => self.taken(now, &next_batch)?,
            "saved" => self.saved(now, &next_batch)?,
            "nudge" => self.nudge(now),
            "presence" => self.set_presence(now, form.presence),
            "full_state" => self.request_full_state(now),
            "pause" => self.pause(now),
            "resume" => self.resume(now),
            _ => self.stop(now)?,
        }
        Ok(NOTHING.to_owned())
    }

    fn ended(outcome: Self::Outcome) -> Result<(), FlowError> {
        outcome
    }
}

impl SyncEventForm {
    fn new(event_type: &str) -> Self {
        Self {
            event_type: event_type.to_owned(),
            ..Self::default()
        }
    }

    fn answer(answer: ApiResponse<SyncWithRawRoomsResponse>) -> Self {
        let next_batch = answer.value.next_batch;
        let token = ("next_batch", next_batch.as_str());
        let done = whole_answer("cs:sync", answer.status, answer.body, token);
        Self {
            next_batch: Some(next_batch),
            value: Some(done.value),
            warnings: done.warnings,
            more_warnings: done.more_warnings,
            ..Self::new("answer")
        }
    }
}
