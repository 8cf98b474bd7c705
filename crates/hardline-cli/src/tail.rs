//! `tail`: a room as it goes on.

use std::time::Duration;

use hardline::client::Next;
use hardline::client_api::sync::{
    EventFilter, Filter, RoomEventFilter, RoomFilter, SyncFilter, SyncResponse,
};
use hardline::events::RawEvent;
use hardline::flow::{FlowError, Offline, SyncEvent, SyncLoop, SyncStatus};
use hardline::json::RawList;
use hardline::types::{RoomId, Timestamp};
use jiff::tz::TimeZone;

use crate::args::Tail;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::seed;
use crate::report::Report;
use crate::room::find;
use crate::room_step::RoomStep;
use crate::seen::Seen;
use crate::server_words::ServerWords;
use crate::session::Session;
use crate::timeline::Timeline;

/// How many events are shown at first, unless the user says so.
const LINES: u16 = 10;

/// How long the first answer may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// How many events one answer may have. If there were more, some are missing.
const MOST: u64 = 100;

/// Shows a room until Ctrl-C.
pub(crate) async fn run(options: &Tail, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let session = Session::begin(&options.account, report, &prompt, &interrupt).await?;
    let ended = tail(options, &session, &interrupt, report).await;
    session.end(report).await;
    ended
}

async fn tail(
    options: &Tail,
    session: &Session,
    interrupt: &Interrupt,
    report: &Report,
) -> Result<(), CliError> {
    let room_id = find(&options.room, session, report).await?;
    let doing = Doing::ReadingTheRoom;
    let client = session.client();
    let mut seen = Seen::load(session, &room_id)?;
    // Whoever says how many lines they want does not ask for what is new.
    let mut since = seen.since().filter(|_| options.lines.is_none());
    let mut shown = Shown {
        room_id,
        timeline: Timeline::new(TimeZone::system()),
        is_first: since.is_none(),
        is_offline: false,
        lines: options.lines.unwrap_or(LINES).into(),
        report,
    };
    let mut conversation = client.run(shown.sync(since.as_deref(), options, session)?);
    report.busy(doing.in_words());
    loop {
        let next = tokio::select! {
            // That is how it ends, and no failure.
            () = interrupt.pressed() => return Ok(()),
            next = conversation.next() => next,
        };
        match next {
            Next::Event(SyncEvent::Status(status)) => shown.status(status),
            Next::Event(SyncEvent::Gaps(_)) if !shown.is_first => {
                report.aside(&RoomStep::Missing);
            }
            Next::Event(SyncEvent::Answer(answer)) => {
                shown.answer(&answer.value, client.now())?;
                if report.is_over() {
                    return Ok(());
                }
                since = None;
                let token = &answer.value.next_batch;
                seen.save(token)?;
                let taken = conversation.flow_mut().taken(client.now(), token);
                taken.map_err(|error| {
                    CliError::local("the answer came at the wrong time", &error)
                })?;
            }
            Next::Event(_) => {}
            Next::Done(Ok(())) => return Ok(()),
            // The server knows the token no more.
            Next::Done(Err(FlowError::Refused { source, .. }))
                if since.is_some() && source.status().is_some_and(|status| status == 400) =>
            {
                since = None;
                shown.is_first = true;
                report.aside(&RoomStep::Missing);
                conversation = client.run(shown.sync(None, options, session)?);
            }
            Next::Done(Err(error)) => return Err(failed(&error, doing, client.now())),
        }
    }
}

/// What is shown, and how far it is.
struct Shown<'r> {
    room_id: RoomId,
    timeline: Timeline,
    /// Nothing was shown, so that the answer has what was there before.
    is_first: bool,
    is_offline: bool,
    /// How many events of the first answer are shown.
    lines: usize,
    report: &'r Report,
}

impl Shown<'_> {
    /// What asks for what is new since this token.
    fn sync(
        &self,
        since: Option<&str>,
        options: &Tail,
        session: &Session,
    ) -> Result<SyncLoop, CliError> {
        let filter = SyncFilter::inline(&filter(&self.room_id, self.lines))
            .map_err(|error| CliError::local("could not write the filter", &error))?;
        let patience = options.account.network.patience(PATIENCE);
        let (now, homeserver) = (session.client().now(), session.homeserver().clone());
        let sync = SyncLoop::new(now, homeserver, seed()?)
            .with_policy(session.policy())
            .with_filter(filter)
            .with_first_limit(patience);
        Ok(match since {
            Some(since) => sync.with_since(since),
            None => sync,
        })
    }

    fn answer(&mut self, answer: &SyncResponse, now: Timestamp) -> Result<(), CliError> {
        let rooms = &answer.rooms;
        if let Some(room) = rooms.join.get(&self.room_id) {
            self.room(&room.state.events, &room.timeline.events, now);
        } else if let Some(room) = rooms.leave.get(&self.room_id) {
            self.room(&room.state.events, &room.timeline.events, now);
            return Err(self.not_in_it());
        } else if self.is_first {
            return Err(self.not_in_it());
        }
        self.is_first = false;
        Ok(())
    }

    fn not_in_it(&self) -> CliError {
        CliError::new(
            Exit::Declined,
            format!("you are not in {}", self.room_id),
            "join it: hardline room join",
        )
    }

    fn room(&mut self, state: &RawList<RawEvent>, timeline: &RawList<RawEvent>, now: Timestamp) {
        for event in decoded(state) {
            self.timeline.learn(&event);
        }
        let events = decoded(timeline);
        let before = events.len().saturating_sub(self.lines);
        let before = if self.is_first { before } else { 0 };
        for (place, event) in events.iter().enumerate() {
            if place >= before {
                let lines = self.timeline.lines(event, now);
                self.report.event(&self.in_room(event), &lines);
            }
            self.timeline.learn(event);
        }
    }

    /// The event as JSON, with its room: in an answer the room is known, and whoever reads a line alone does not know it.
    fn in_room(&self, event: &RawEvent) -> String {
        let json = event.as_raw().as_str();
        match json.strip_prefix('{') {
            Some(rest) if event.room_id().is_none() => {
                let room_id = serde_json::Value::from(self.room_id.as_str());
                let comma = if rest.trim_start().starts_with('}') {
                    ""
                } else {
                    ","
                };
                format!("{{\"room_id\":{room_id}{comma}{rest}")
            }
            _ => json.to_owned(),
        }
    }

    fn status(&mut self, status: SyncStatus) {
        match status {
            SyncStatus::Offline(Offline { error, .. }) => {
                self.is_offline = true;
                self.report
                    .aside(&RoomStep::Offline(ServerWords::of(&error)));
                self.report.busy("waiting for the server");
            }
            SyncStatus::CatchingUp if self.is_offline => {
                self.is_offline = false;
                self.report.aside(&RoomStep::Online);
            }
            SyncStatus::Live => self.report.rest(),
            _ => {}
        }
    }
}

/// Lets through what is shown of this room, and nothing else.
fn filter(room_id: &RoomId, lines: usize) -> Filter {
    let nothing = || Some(vec!["*".to_owned()]);
    let mut filter = Filter::new();
    for section in [&mut filter.presence, &mut filter.account_data] {
        section.insert(EventFilter::new()).not_types = nothing();
    }
    let room = filter.room.insert(RoomFilter::new());
    room.rooms = Some(vec![room_id.clone()]);
    for section in [&mut room.ephemeral, &mut room.account_data] {
        section.insert(RoomEventFilter::new()).not_types = nothing();
    }
    let state = room.state.insert(RoomEventFilter::new());
    state.types = Some(vec!["m.room.member".to_owned()]);
    state.lazy_load_members = Some(true);
    // What a server has told an earlier command, this one does not know.
    state.include_redundant_members = Some(true);
    let timeline = room.timeline.insert(RoomEventFilter::new());
    timeline.limit = Some(MOST.max(lines as u64));
    timeline.lazy_load_members = Some(true);
    filter
}

fn decoded(events: &RawList<RawEvent>) -> Vec<RawEvent> {
    events.decode_all().0
}

fn failed(error: &FlowError, doing: Doing, now: Timestamp) -> CliError {
    match error {
        FlowError::Refused { source, .. } | FlowError::LoggedOut(source) => {
            explain(source, doing, now)
        }
        other => CliError::given_up("given up", &other.to_string()),
    }
}
