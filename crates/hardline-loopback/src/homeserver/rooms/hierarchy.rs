use std::collections::BTreeSet;

use hardline::client_api::rooms::{
    GetSpaceHierarchy, GetSpaceHierarchyResponse, SpaceHierarchyRoom,
};
use hardline::json::RawJson;
use hardline::types::{RoomId, RoomType};
use hardline::wire::server::ErrorResponse;
use serde_json::json;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, invalid};
use super::super::request_context::RequestContext;
use super::super::state::{Event, Room, Walk};
use super::face::Face;
use crate::handlers::Handlers;

/// How many rooms a page has at most.
const LARGEST_PAGE: u64 = 50;
/// How long the text may be by which a child is ordered.
const LONGEST_ORDER: usize = 50;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(hierarchy);
}

fn hierarchy(
    context: &mut RequestContext<'_>,
    asked: GetSpaceHierarchy,
) -> Result<GetSpaceHierarchyResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let rooms = &context.state.rooms;
    let root = rooms.get(&asked.room_id);
    if !root.is_some_and(|root| rooms.may_see_face(root, Some(&user_id))) {
        return Err(forbidden("you may not see the room"));
    }
    let new = Walk {
        user_id,
        room_id: asked.room_id.clone(),
        suggested_only: asked.suggested_only == Some(true),
        max_depth: asked.max_depth,
        queue: vec![(asked.room_id, 0)],
        seen: BTreeSet::new(),
    };
    let mut walk = match &asked.from {
        None => new,
        Some(token) => {
            let kept = context.state.hierarchies.get(token);
            let kept = kept.filter(|kept| kept.is_for(&new));
            kept.cloned()
                .ok_or_else(|| invalid("the token is not one of this hierarchy's"))?
        }
    };
    let size = asked.limit.unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE);
    let mut found = Vec::new();
    while (found.len() as u64) < size {
        let Some((room_id, depth)) = walk.queue.pop() else {
            break;
        };
        found.extend(visit(context, &mut walk, &room_id, depth));
    }
    let mut response = GetSpaceHierarchyResponse::new(found);
    if !walk.queue.is_empty() {
        let state = &mut *context.state;
        let token = state.entropy.letters(24);
        response.next_batch = Some(token.clone());
        state.hierarchies.keep(token, walk);
    }
    Ok(response)
}

/// A room of the hierarchy; what is below it comes next. `None` if it was there already or the user may not see it.
fn visit(
    context: &RequestContext<'_>,
    walk: &mut Walk,
    room_id: &RoomId,
    depth: u64,
) -> Option<SpaceHierarchyRoom> {
    if !walk.seen.insert(room_id.clone()) {
        return None;
    }
    let rooms = &context.state.rooms;
    let room = rooms.get(room_id)?;
    if !rooms.may_see_face(room, Some(&walk.user_id)) {
        return None;
    }
    let mut shown = Face::of(room).into_hierarchy_room();
    if shown.room_type != Some(RoomType::Space) {
        return Some(shown);
    }
    let children = children(room, walk.suggested_only);
    shown.children_state = children.iter().map(|event| stripped(event)).collect();
    if walk.max_depth.is_none_or(|deepest| depth < deepest) {
        let below = children.iter().rev();
        let below = below.filter_map(|event| RoomId::parse(event.state_key.clone()?).ok());
        walk.queue.extend(below.map(|room_id| (room_id, depth + 1)));
    }
    Some(shown)
}

impl Walk {
    /// Whether it was begun by a request for the same.
    fn is_for(&self, new: &Self) -> bool {
        self.user_id == new.user_id
            && self.room_id == new.room_id
            && self.suggested_only == new.suggested_only
            && self.max_depth == new.max_depth
    }
}

/// The children of a space, in the order that it gives them.
fn children(space: &Room, suggested_only: bool) -> Vec<&Event> {
    let children = space.state_of_type_at(space.events().len(), "m.space.child");
    let mut children: Vec<&Event> = children
        .filter(|event| {
            let content = &event.content;
            let is_suggested = content.get("suggested").and_then(|value| value.as_bool());
            let via = content.get("via").and_then(|value| value.as_array());
            via.is_some_and(|via| via.iter().any(|server| server.is_string()))
                && (!suggested_only || is_suggested == Some(true))
        })
        .collect();
    children.sort_by_key(|event| {
        let order = event.text("order").filter(|order| is_order(order));
        // Those without an order come last.
        let place = (order.is_none(), order.unwrap_or_default());
        (place, event.origin_server_ts, event.state_key.as_deref())
    });
    children
}

fn is_order(order: &str) -> bool {
    order.len() <= LONGEST_ORDER && order.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn stripped(event: &Event) -> RawJson {
    let event = json!({
        "type": event.event_type,
        "state_key": event.state_key,
        "sender": event.sender,
        "content": event.content,
        "origin_server_ts": event.origin_server_ts,
    });
    RawJson::new(&event).expect("a JSON value has a JSON form")
}
