//! Which threads users are told of.
//!
//! Proposals: [MSC4306](https://github.com/matrix-org/matrix-spec-proposals/pull/4306) and
//! [MSC4308](https://github.com/matrix-org/matrix-spec-proposals/pull/4308).

use std::collections::BTreeMap;

use hardline::client_api::unstable::msc4306::{
    DeleteThreadSubscription, GetThreadSubscription, SetThreadSubscription, ThreadSubscription,
};
use hardline::client_api::unstable::msc4308::{
    GetThreadSubscriptionChanges, GetThreadSubscriptionChangesResponse, ThreadSubscribed,
    ThreadUnsubscribed,
};
use hardline::json::Empty;
use hardline::types::{EventId, RoomId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::super::data::HomeserverData;
use super::super::errors::no_place;
use super::super::errors::{invalid, not_found};
use super::super::request_context::RequestContext;
use super::super::state::{State, Stream, Subscription, SubscriptionKind};
use super::history::position;
use crate::handlers::Handlers;

/// How many changes a page has that nobody asked a number for.
pub(in crate::homeserver) const PAGE: u64 = 100;
/// How many changes a page has at most.
const LARGEST_PAGE: u64 = 512;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetThreadSubscription>(|context, asked| {
        context.thread_seen(&asked.room_id, &asked.event_id)?;
        let user_id = context.user_id()?;
        let subscriptions = &context.state.thread_subscriptions;
        let subscription = subscriptions.get(&user_id, &asked.room_id, &asked.event_id);
        match subscription.map(|subscription| subscription.kind) {
            Some(SubscriptionKind::Manual) => Ok(ThreadSubscription::new(false)),
            Some(SubscriptionKind::Automatic) => Ok(ThreadSubscription::new(true)),
            Some(SubscriptionKind::None) | None => {
                Err(not_found("you are not subscribed to the thread"))
            }
        }
    });
    handlers.answer_with(subscribe);
    handlers.answer_with::<DeleteThreadSubscription>(|context, delete| {
        context.thread_seen(&delete.room_id, &delete.event_id)?;
        let kind = SubscriptionKind::None;
        context.set_subscription(&delete.room_id, &delete.event_id, kind)
    });
    handlers.answer_with(changes);
}

fn subscribe(
    context: &mut RequestContext<'_>,
    set: SetThreadSubscription,
) -> Result<Empty, ErrorResponse> {
    context.thread_seen(&set.room_id, &set.event_id)?;
    let Some(cause) = &set.automatic else {
        let kind = SubscriptionKind::Manual;
        return context.set_subscription(&set.room_id, &set.event_id, kind);
    };
    let (room, place) = context.event_seen(&set.room_id, cause)?;
    let event = room.event(place);
    let caused_at = event.position;
    if event.thread_root() != Some(set.event_id.as_str()) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::from("IO.ELEMENT.MSC4306.M_NOT_IN_THREAD"),
            "the event that is the cause is not in the thread",
        ));
    }
    let user_id = context.user_id()?;
    let subscriptions = &context.state.thread_subscriptions;
    let known = subscriptions.get(&user_id, &set.room_id, &set.event_id);
    match known {
        Some(known) if known.kind == SubscriptionKind::None && known.position >= caused_at => {
            Err(ErrorResponse::new(
                StatusCode::CONFLICT,
                ErrorCode::from("IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION"),
                "the user has unsubscribed since the event that is the cause",
            ))
        }
        // The user's own subscription stays theirs.
        Some(known) if known.kind != SubscriptionKind::None => Ok(Empty {}),
        _ => {
            let kind = SubscriptionKind::Automatic;
            context.set_subscription(&set.room_id, &set.event_id, kind)
        }
    }
}

impl RequestContext<'_> {
    /// # Errors
    /// `M_NOT_FOUND`: the user sees no such event.
    fn thread_seen(&self, room_id: &RoomId, root: &EventId) -> Result<(), ErrorResponse> {
        self.event_seen(room_id, root)
            .map(drop)
            .map_err(|_| not_found("there is no such thread"))
    }

    fn set_subscription(
        &mut self,
        room_id: &RoomId,
        root: &EventId,
        kind: SubscriptionKind,
    ) -> Result<Empty, ErrorResponse> {
        let user_id = self.user_id()?;
        let state = &mut *self.state;
        let known = state.thread_subscriptions.get(&user_id, room_id, root);
        let before = known.map_or(SubscriptionKind::None, |known| known.kind);
        if before == kind {
            return Ok(Empty {});
        }
        let position = state.stream.advance();
        let subscription = Subscription { kind, position };
        let subscriptions = &mut state.thread_subscriptions;
        if !subscriptions.set(&user_id, room_id, root, subscription) {
            return Err(no_place("you are subscribed to too many threads"));
        }
        state.stream.concerns(&user_id, &user_id);
        Ok(Empty {})
    }
}

fn changes(
    context: &mut RequestContext<'_>,
    asked: GetThreadSubscriptionChanges,
) -> Result<GetThreadSubscriptionChangesResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let from = asked.from.as_deref().map(position).transpose()?;
    // It is the position of a sliding sync, whose number does not matter here.
    let to = asked.to.as_deref();
    let to = to.map(|to| to.split_once('/').map_or(to, |(_, to)| to));
    let to = to.map(position).transpose()?;
    let limit = asked.limit.unwrap_or(PAGE);
    if limit == 0 {
        return Err(invalid("the limit is greater than 0"));
    }
    let range = (to.unwrap_or(0), from.unwrap_or(u64::MAX));
    Ok(thread_changes(context.state, &user_id, range, limit))
}

/// What a user has changed after one position and up to another: the newest changes, so many at most.
pub(in crate::homeserver) fn thread_changes(
    state: &State,
    user_id: &UserId,
    range: (u64, u64),
    limit: u64,
) -> GetThreadSubscriptionChangesResponse {
    let mut changes = state.thread_subscriptions.changes(user_id, range);
    let size = usize::try_from(limit.min(LARGEST_PAGE)).unwrap_or(usize::MAX);
    let has_more = changes.len() > size;
    changes.truncate(size);
    let mut response = GetThreadSubscriptionChangesResponse::default();
    if let Some((_, _, oldest)) = changes.last().filter(|_| has_more) {
        response.end = Some(Stream::token(oldest.position - 1));
    }
    let mut subscribed: BTreeMap<RoomId, BTreeMap<EventId, ThreadSubscribed>> = BTreeMap::new();
    let mut unsubscribed: BTreeMap<RoomId, BTreeMap<EventId, ThreadUnsubscribed>> = BTreeMap::new();
    for (room_id, root, Subscription { kind, position }) in changes {
        let (room_id, root) = (room_id.clone(), root.clone());
        if kind == SubscriptionKind::None {
            let threads = unsubscribed.entry(room_id).or_default();
            threads.insert(root, ThreadUnsubscribed::new(position));
        } else {
            let mut thread = ThreadSubscribed::new(position);
            thread.automatic = kind == SubscriptionKind::Automatic;
            subscribed.entry(room_id).or_default().insert(root, thread);
        }
    }
    response.subscribed = subscribed
        .into_iter()
        .map(|(room_id, threads)| (room_id, threads.into_iter().collect()))
        .collect();
    response.unsubscribed = unsubscribed
        .into_iter()
        .map(|(room_id, threads)| (room_id, threads.into_iter().collect()))
        .collect();
    response
}
