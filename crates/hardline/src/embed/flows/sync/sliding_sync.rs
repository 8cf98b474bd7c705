use std::time::Duration;

use hardline_derive::Wire;

use super::whole_answer::whole_answer;
use crate::client_api::unstable::msc4186::{ExtensionsWanted, ListFilters, RoomSubscription};
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::{EmbedError, ErrorForm};
use crate::embed::forms::json;
use crate::embed::forms::read::{names, read};
use crate::embed::forms::shared::WarningForm;
use crate::embed::forms::typed::TypedForm;
use crate::embed::json_flow::NOTHING;
use crate::embed::looping::NamedLoop;
use crate::embed::opening::Opening;
use crate::flow::{
    FlowError, SlidingSync, SlidingSyncAnswer, SlidingSyncEvent, SlidingSyncTokens, SyncList,
    SyncStatus,
};
use crate::json::{RawJson, Shape, Shaped};
use crate::types::{PresenceState, RoomId, Timestamp};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of_loop::<SlidingSync>();

/// What `sliding_sync` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SlidingSyncArguments {
    /// Tells apart the connections of one device.
    pub conn_id: Option<String>,
    /// The tokens of the last answer that the program stored.
    pub tokens: Option<SyncTokensForm>,
    /// How long the server waits for something new.
    pub timeout_ms: Option<u64>,
    /// Whether the program keeps the flow itself, and confirms that with `saved`.
    pub confirms_saves: Option<bool>,
}

/// Where a sliding sync goes on.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct SyncTokensForm {
    /// For rooms.
    pub pos: Option<String>,
    /// For what is sent to the device.
    pub to_device: Option<String>,
    /// For sticky events.
    pub sticky_events: Option<String>,
}

/// What `sliding_sync` tells.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct SlidingSyncEventForm {
    /// `answer`, `restarted`, `catching_up`, `live` or `offline`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The position of the answer: reply that it is `taken` once what it says is stored.
    pub pos: Option<String>,
    /// The tokens to store with it.
    pub tokens: Option<SyncTokensForm>,
    /// The answer: the fields of the response to `cs:msc4186SlidingSync`.
    pub value: Option<RawJson>,
    /// What did not fit, and was left out of `value`.
    pub warnings: Option<Vec<WarningForm>>,
    /// How many warnings there are besides.
    pub more_warnings: Option<u64>,
    /// Since when the server has not answered.
    pub since_ms: Option<Timestamp>,
    /// Why it did not.
    pub error: Option<ErrorForm>,
    /// When it is asked again.
    pub until_ms: Option<Timestamp>,
}

/// What is said to `sliding_sync`.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SlidingSyncReplyForm {
    /// What is said.
    #[serde(rename = "type")]
    pub reply_type: String,
    /// The position of the answer that was taken or saved.
    pub pos: Option<String>,
    /// The name of a list.
    pub list: Option<String>,
    /// By how many rooms the list grows until it has all.
    pub batch: Option<u64>,
    /// What is wanted of the list's rooms, or of the room.
    pub room: Option<RoomSubscription>,
    /// Which rooms the list has.
    pub filters: Option<ListFilters>,
    /// The room.
    pub room_id: Option<RoomId>,
    /// What is wanted besides rooms.
    pub extensions: Option<ExtensionsWanted>,
    /// Whether the user is there.
    pub presence: Option<PresenceState>,
}

const EVENTS: &[TypedForm] = &[
    TypedForm::new("answer", &["pos", "tokens", "value"]).or(&["warnings", "more_warnings"]),
    TypedForm::new("restarted", &[]),
    TypedForm::new("catching_up", &[]),
    TypedForm::new("live", &[]),
    TypedForm::new("offline", &["since_ms", "error", "until_ms"]),
];

const REPLIES: &[TypedForm] = &[
    TypedForm::new("taken", &["pos"]),
    TypedForm::new("saved", &["pos"]),
    TypedForm::new("set_list", &["list", "batch", "room"]).or(&["filters"]),
    TypedForm::new("remove_list", &["list"]),
    TypedForm::new("subscribe", &["room_id", "room"]),
    TypedForm::new("unsubscribe", &["room_id"]),
    TypedForm::new("extensions", &["extensions"]),
    TypedForm::new("presence", &[]).or(&["presence"]),
    TypedForm::new("nudge", &[]),
    TypedForm::new("pause", &[]),
    TypedForm::new("resume", &[]),
    TypedForm::new("stop", &[]),
];

impl NamedLoop for SlidingSync {
    const NAME: &'static str = "sliding_sync";
    const SAVED_AS: &'static str = "SlidingSync";
    const EVENTS: (&'static Shape, &'static [TypedForm]) = (SlidingSyncEventForm::SHAPE, EVENTS);
    const REPLIES: (&'static Shape, &'static [TypedForm]) = (SlidingSyncReplyForm::SHAPE, REPLIES);

    type Arguments = SlidingSyncArguments;

    fn open(opening: &Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let (homeserver, user) = (opening.homeserver()?, opening.user()?);
        let mut flow = Self::new(opening.now, homeserver, user, opening.seed());
        if let Some(conn_id) = arguments.conn_id {
            flow = flow.with_conn_id(&conn_id);
        }
        if let Some(form) = arguments.tokens {
            let mut tokens = SlidingSyncTokens::new();
            tokens.pos = form.pos;
            tokens.to_device = form.to_device;
            tokens.sticky_events = form.sticky_events;
            flow = flow.with_tokens(tokens);
        }
        if let Some(millis) = arguments.timeout_ms {
            flow = flow.with_timeout(Duration::from_millis(millis));
        }
        if arguments.confirms_saves == Some(true) {
            flow = flow.with_confirmed_saves();
        }
        Ok(flow)
    }

    fn event(now: Timestamp, event: SlidingSyncEvent) -> String {
        json(&match event {
            SlidingSyncEvent::Answer(answer) => SlidingSyncEventForm::answer(*answer),
            SlidingSyncEvent::Restarted => SlidingSyncEventForm::new("restarted"),
            SlidingSyncEvent::Status(SyncStatus::CatchingUp) => {
                SlidingSyncEventForm::new("catching_up")
            }
            SlidingSyncEvent::Status(SyncStatus::Live) => SlidingSyncEventForm::new("live"),
            SlidingSyncEvent::Status(SyncStatus::Offline(offline)) => SlidingSyncEventForm {
                since_ms: Some(offline.since),
                error: Some(ErrorForm::of_error(now, &offline.error)),
                until_ms: Some(offline.until),
                ..SlidingSyncEventForm::new("offline")
            },
        })
    }

    fn reply(&mut self, now: Timestamp, reply: &str) -> Result<String, EmbedError> {
        let form: SlidingSyncReplyForm = read("the reply", reply)?;
        let given = names(reply);
        let given = given.iter().map(String::as_str);
        TypedForm::check(REPLIES, "the reply", &form.reply_type, given)?;
        let missing = || EmbedError::usage("the reply lacks a member");
        let pos = form.pos.unwrap_or_default();
        let list = form.list.unwrap_or_default();
        match form.reply_type.as_str() {
            "taken" => self.taken(now, &pos)?,
            "saved" => self.saved(now, &pos)?,
            "set_list" => {
                let room = form.room.ok_or_else(missing)?;
                let mut wanted = SyncList::growing(form.batch.unwrap_or_default(), room);
                if let Some(filters) = form.filters {
                    wanted = wanted.with_filters(filters);
                }
                self.set_list(now, &list, wanted);
            }
            "remove_list" => self.remove_list(now, &list),
            "subscribe" => {
                let room_id = form.room_id.ok_or_else(missing)?;
                self.subscribe(now, room_id, form.room.ok_or_else(missing)?);
            }
            "unsubscribe" => self.unsubscribe(now, &form.room_id.ok_or_else(missing)?),
            "extensions" => self.set_extensions(now, form.extensions.ok_or_else(missing)?),
            "presence" => self.set_presence(now, form.presence),
            "nudge" => self.nudge(now),
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

impl SlidingSyncEventForm {
    fn new(event_type: &str) -> Self {
        Self {
            event_type: event_type.to_owned(),
            ..Self::default()
        }
    }

    fn answer(answer: SlidingSyncAnswer) -> Self {
        let SlidingSyncAnswer { response, tokens } = answer;
        let pos = response.value.pos;
        let name = "cs:msc4186SlidingSync";
        let done = whole_answer(name, response.status, response.body, ("pos", pos.as_str()));
        Self {
            pos: Some(pos),
            tokens: Some(SyncTokensForm {
                pos: tokens.pos,
                to_device: tokens.to_device,
                sticky_events: tokens.sticky_events,
            }),
            value: Some(done.value),
            warnings: done.warnings,
            more_warnings: done.more_warnings,
            ..Self::new("answer")
        }
    }
}
