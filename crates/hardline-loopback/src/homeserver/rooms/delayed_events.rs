//! Events that are sent later.
//!
//! Proposal: [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140).

use std::time::Duration;

use hardline::client_api::unstable::msc4140::{
    DelayedEventAction, DelayedEventId, GetDelayedEvent, GetDelayedEventResponse, GetDelayedEvents,
    GetDelayedEventsResponse, ScheduleDelayedEvent, SendDelayedEvent, SetDelayedState,
    UpdateDelayedEvent, UpdateDelayedEventByBody,
};
use hardline::json::{Empty, RawJson};
use hardline::types::{RoomId, TransactionId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::super::data::HomeserverData;
use super::super::errors::{invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::{DelayedEvent, Outcome};
use super::sending;
use crate::handlers::Handlers;

/// The longest delay.
pub(in crate::homeserver) const LONGEST_DELAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<SendDelayedEvent>(|context, send| {
        let event = (&*send.event_type, None, &send.content);
        context.schedule(send.room_id, event, send.delay, Some(send.txn_id))
    });
    handlers.answer_with::<SetDelayedState>(|context, set| {
        let event = (&*set.event_type, Some(set.state_key), &set.content);
        context.schedule(set.room_id, event, set.delay, None)
    });
    handlers.answer_with::<ScheduleDelayedEvent>(|context, schedule| {
        let event = (&*schedule.event_type, schedule.state_key, &schedule.content);
        let delay = schedule.delay_ms;
        if delay == 0 {
            return Err(invalid("the delay is longer than nothing"));
        }
        context.schedule(schedule.room_id, event, delay, Some(schedule.txn_id))
    });
    handlers.answer_with::<UpdateDelayedEvent>(|context, update| {
        context.update_delayed(&update.delay_id, &update.action)
    });
    handlers.answer_with::<UpdateDelayedEventByBody>(|context, update| {
        context.update_delayed(&update.delay_id, &update.action)
    });
    handlers.answer_with(list);
    handlers.answer_with(one);
}

impl RequestContext<'_> {
    fn schedule(
        &mut self,
        room_id: RoomId,
        (event_type, state_key, content): (&str, Option<String>, &RawJson),
        delay: u64,
        txn_id: Option<TransactionId>,
    ) -> Result<DelayedEventId, ErrorResponse> {
        let now = self.now();
        let (user_id, device_id) = self.login()?;
        let (user_id, device_id) = (user_id.clone(), device_id.clone());
        let scope = format!("delay/{room_id}/{event_type}");
        let mut response = DelayedEventId::default();
        if let Some(txn_id) = &txn_id
            && let login = (&user_id, &device_id)
            && let Some(made) = self.state.transactions.find(login, &scope, txn_id)
        {
            response.delay_id = Some(made.to_owned());
            return Ok(response);
        }
        let content = sending::content(content)?;
        let delay = Duration::from_millis(delay);
        if delay > LONGEST_DELAY {
            let message = "an event is sent within a day";
            let errcode = ErrorCode::from("ORG.MATRIX.MSC4140_DELAY_TOO_LARGE");
            return Err(ErrorResponse::bad_request(errcode, message));
        }
        if matches!(event_type, "m.room.redaction" | "m.room.create") {
            return Err(invalid("events of this type are not sent later"));
        }
        self.state.rooms.of_member(&room_id, &user_id)?;
        let delay_id = self.state.entropy.letters(24);
        let event = DelayedEvent {
            delay_id: delay_id.clone(),
            user_id: user_id.clone(),
            device_id: device_id.clone(),
            room_id,
            event_type: event_type.to_owned(),
            state_key,
            content,
            delay,
            since: now,
            outcome: None,
        };
        if !self.state.delayed_events.schedule(event) {
            return Err(ErrorResponse::new(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::LimitExceeded,
                "too many events are scheduled: cancel some",
            ));
        }
        if let Some(txn_id) = txn_id {
            let (login, made) = ((&user_id, &device_id), delay_id.clone());
            self.state.transactions.add(login, scope, txn_id, made);
        }
        response.delay_id = Some(delay_id);
        Ok(response)
    }

    /// Does with a scheduled event what somebody who knows its ID wants.
    fn update_delayed(
        &mut self,
        delay_id: &str,
        action: &DelayedEventAction,
    ) -> Result<Empty, ErrorResponse> {
        let now = self.now();
        let event = self.state.delayed_events.get(delay_id);
        let event = event.ok_or_else(|| not_found("no event has this delay_id"))?;
        match (&event.outcome, action) {
            (None, DelayedEventAction::Send) => {
                self.state.send_delayed(now, delay_id);
                self.sent(delay_id)?;
            }
            (None, DelayedEventAction::Cancel) => self.state.delayed_events.cancel(now, delay_id),
            (None, DelayedEventAction::Restart) => {
                self.state.delayed_events.restart(now, delay_id);
            }
            // The same again.
            (Some((_, Outcome::Sent(_))), DelayedEventAction::Send)
            | (Some((_, Outcome::Cancelled)), DelayedEventAction::Cancel) => {}
            (
                Some(_),
                DelayedEventAction::Send | DelayedEventAction::Cancel | DelayedEventAction::Restart,
            ) => {
                return Err(ErrorResponse::new(
                    StatusCode::CONFLICT,
                    ErrorCode::Unknown,
                    "the event was sent or cancelled before",
                ));
            }
            _ => return Err(invalid("the action is send, cancel or restart")),
        }
        Ok(Empty {})
    }

    /// Whether the room let an event in.
    fn sent(&self, delay_id: &str) -> Result<(), ErrorResponse> {
        let event = self.state.delayed_events.get(delay_id);
        match event.and_then(|event| event.outcome.as_ref()) {
            Some((_, Outcome::Refused(error))) => Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::from(error["errcode"].as_str().unwrap_or("M_FORBIDDEN")),
                error["error"].as_str().unwrap_or_default(),
            )),
            _ => Ok(()),
        }
    }
}

fn list(
    context: &mut RequestContext<'_>,
    asked: GetDelayedEvents,
) -> Result<GetDelayedEventsResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let delayed = &context.state.delayed_events;
    let events: Vec<&DelayedEvent> = match asked.status.as_deref() {
        None | Some("scheduled") => delayed.of_user(&user_id).collect(),
        Some("finalised") => delayed.finalised_of(&user_id).collect(),
        Some(_) => return Err(invalid("the status is scheduled or finalised")),
    };
    let mut response = GetDelayedEventsResponse::default();
    response.delayed_events = events.into_iter().map(listed).collect();
    Ok(response)
}

fn listed(event: &DelayedEvent) -> hardline::client_api::unstable::msc4140::DelayedEvent {
    let mut listed = hardline::client_api::unstable::msc4140::DelayedEvent::new(
        event.delay_id.clone(),
        event.room_id.clone(),
        event.event_type.clone(),
    );
    listed.state_key.clone_from(&event.state_key);
    listed.delay_ms = Some(millis(event.delay));
    listed.delay = listed.delay_ms;
    listed.scheduled_at = Some(event.since);
    listed.delayed_since_ts = Some(event.since);
    listed.running_since = Some(event.since);
    listed.content = RawJson::new(&event.content).ok();
    listed
}

fn one(
    context: &mut RequestContext<'_>,
    asked: GetDelayedEvent,
) -> Result<GetDelayedEventResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let event = context.state.delayed_events.get(&asked.delay_id);
    let event = event.filter(|event| event.user_id == user_id);
    let event = event.ok_or_else(|| not_found("you have scheduled no such event"))?;
    let mut response = GetDelayedEventResponse::new(
        event.delay_id.clone(),
        event.room_id.clone(),
        event.event_type.clone(),
    );
    response.state_key.clone_from(&event.state_key);
    response.delay_ms = Some(millis(event.delay));
    response.scheduled_at = Some(event.since);
    response.delayed_since_ts = Some(event.since);
    response.content = RawJson::new(&event.content).ok();
    if let Some((at, outcome)) = &event.outcome {
        response.finalised_ts = Some(*at);
        match outcome {
            Outcome::Sent(event_id) => response.event_id = Some(event_id.clone()),
            Outcome::Refused(error) => response.error = serde_json::from_value(error.clone()).ok(),
            Outcome::Cancelled => {}
        }
    }
    Ok(response)
}

fn millis(delay: Duration) -> u64 {
    u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)
}
