use std::collections::BTreeSet;

use hardline::client_api::rooms::{
    GetPublicRooms, GetRoomVisibilityOnDirectory, GetRoomVisibilityOnDirectoryResponse, PublicRoom,
    PublicRooms, PublicRoomsFilter, QueryPublicRooms, SetRoomVisibilityOnDirectory,
};
use hardline::json::Empty;
use hardline::types::{JoinRule, RoomId, RoomVisibility, ServerName};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::{forbidden, invalid, no_such_room, not_found};
use super::super::request_context::RequestContext;
use super::face::Face;
use crate::handlers::Handlers;

/// How many rooms a page has at most.
const LARGEST_PAGE: u64 = 1_000;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(visibility);
    handlers.answer_with(set_visibility);
    handlers.answer_with::<GetPublicRooms>(|context, asked| {
        context.check_directory_of(asked.server.as_ref())?;
        let rooms = published(context, None);
        page(rooms, None, asked.limit, asked.since.as_deref())
    });
    handlers.answer_with(query);
}

fn visibility(
    context: &mut RequestContext<'_>,
    asked: GetRoomVisibilityOnDirectory,
) -> Result<GetRoomVisibilityOnDirectoryResponse, ErrorResponse> {
    let rooms = &context.state.rooms;
    rooms.get(&asked.room_id).ok_or_else(no_such_room)?;
    let mut response = GetRoomVisibilityOnDirectoryResponse::default();
    response.visibility = Some(if rooms.published.contains(&asked.room_id) {
        RoomVisibility::Public
    } else {
        RoomVisibility::Private
    });
    Ok(response)
}

fn set_visibility(
    context: &mut RequestContext<'_>,
    set: SetRoomVisibilityOnDirectory,
) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let rooms = &mut context.state.rooms;
    let room = rooms
        .get(&set.room_id)
        .ok_or_else(|| ErrorResponse::bad_request(ErrorCode::Unknown, "there is no such room"))?;
    if !room.may_name(&user_id) {
        return Err(forbidden("only who may name the room can publish it"));
    }
    match set.visibility {
        None | Some(RoomVisibility::Public) => rooms.published.insert(set.room_id),
        Some(RoomVisibility::Private) => rooms.published.remove(&set.room_id),
        Some(_) => {
            let message = "the visibility is public or private";
            return Err(ErrorResponse::bad_request(ErrorCode::BadJson, message));
        }
    };
    Ok(Empty {})
}

fn query(
    context: &mut RequestContext<'_>,
    asked: QueryPublicRooms,
) -> Result<PublicRooms, ErrorResponse> {
    context.check_directory_of(asked.server.as_ref())?;
    let rooms = match &asked.third_party_instance_id {
        None if asked.include_all_networks == Some(true) => {
            let own = context.state.rooms.published.iter();
            let all: BTreeSet<&RoomId> = own
                .chain(context.state.application_services.all_listed())
                .collect();
            faces(context, all.into_iter(), asked.filter.as_ref())
        }
        None => published(context, asked.filter.as_ref()),
        Some(_) if asked.include_all_networks == Some(true) => {
            return Err(invalid("ask for one network or for all, not for both"));
        }
        Some(instance_id) => {
            let listed = context.state.application_services.listed(instance_id);
            faces(context, listed, asked.filter.as_ref())
        }
    };
    let term = asked.filter.and_then(|filter| filter.generic_search_term);
    page(rooms, term.as_deref(), asked.limit, asked.since.as_deref())
}

impl RequestContext<'_> {
    fn check_directory_of(&self, server: Option<&ServerName>) -> Result<(), ErrorResponse> {
        let is_ours = server.is_none_or(|server| server == self.server.server_name());
        if is_ours {
            Ok(())
        } else {
            Err(not_found("this server knows no other servers"))
        }
    }
}

/// The rooms in the directory that anybody can get into by themselves: the ones with the most members first.
fn published(context: &RequestContext<'_>, filter: Option<&PublicRoomsFilter>) -> Vec<PublicRoom> {
    faces(context, context.state.rooms.published.iter(), filter)
}

fn faces<'a>(
    context: &RequestContext<'_>,
    listed: impl Iterator<Item = &'a RoomId>,
    filter: Option<&PublicRoomsFilter>,
) -> Vec<PublicRoom> {
    let types = filter.and_then(|filter| filter.room_types.as_deref());
    let rooms = &context.state.rooms;
    let listed = listed.filter_map(|room_id| rooms.get(room_id));
    let mut faces: Vec<Face> = listed
        .map(Face::of)
        .filter(|face| {
            let is_open = face.world_readable
                || matches!(
                    face.join_rule,
                    JoinRule::Public
                        | JoinRule::Knock
                        | JoinRule::Restricted
                        | JoinRule::KnockRestricted
                );
            is_open
                && face.num_joined_members > 0
                && types.is_none_or(|types| types.contains(&face.room_type))
        })
        .collect();
    faces.sort_by(|one, other| {
        let by_members = other.num_joined_members.cmp(&one.num_joined_members);
        by_members.then_with(|| one.room_id.cmp(&other.room_id))
    });
    faces.into_iter().map(Face::into_public_room).collect()
}

/// A part of the rooms in which a term is found. A page begins where its token says, which is a number of rooms.
fn page(
    mut rooms: Vec<PublicRoom>,
    term: Option<&str>,
    limit: Option<u64>,
    since: Option<&str>,
) -> Result<PublicRooms, ErrorResponse> {
    let start = since.map_or(Some(0), |since| since.strip_prefix('p')?.parse().ok());
    let start: usize = start.ok_or_else(|| invalid("the token is none of this directory's"))?;
    let estimate = rooms.len() as u64;
    if let Some(term) = term {
        let term = term.to_lowercase();
        rooms.retain(|room| mentions(room, &term));
    }
    // As other servers have it, zero is no limit.
    let size = limit.filter(|limit| *limit > 0).unwrap_or(LARGEST_PAGE);
    let size = usize::try_from(size.min(LARGEST_PAGE)).unwrap_or(usize::MAX);
    let count = rooms.len();
    let chunk = rooms.into_iter().skip(start).take(size).collect();
    let mut page = PublicRooms::new(chunk);
    let end = start.saturating_add(size);
    page.next_batch = (end < count).then(|| format!("p{end}"));
    page.prev_batch = (start > 0).then(|| format!("p{}", start.saturating_sub(size)));
    page.total_room_count_estimate = Some(estimate);
    Ok(page)
}

fn mentions(room: &PublicRoom, term: &str) -> bool {
    let alias = room.canonical_alias.as_ref().map(|alias| alias.as_str());
    let texts = [room.name.as_deref(), room.topic.as_deref(), alias];
    let mut texts = texts.into_iter().flatten();
    texts.any(|text| text.to_lowercase().contains(term))
}
