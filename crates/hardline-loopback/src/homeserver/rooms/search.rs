mod page;
mod query;

use std::collections::BTreeMap;
use std::ops::Range;

use hardline::client_api::room_events::{
    EventsAround, RoomEventResults, Search, SearchContext, SearchCriteria, SearchGroup,
    SearchGroupKey, SearchGroups, SearchKey, SearchOrder, SearchResponse, SearchResult,
    SearchResults, SenderProfile,
};
use hardline::events::RawEvent;
use hardline::types::{MxcUri, RoomId, UserId};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::errors::invalid;
use super::super::request_context::RequestContext;
use super::super::state::{Event, Room, Stream, Viewer};
use super::super::sync::filter;
use super::history::page_size;
use crate::handlers::Handlers;
use page::Page;
use query::Query;

/// How many events before and after a result come with it if nobody asked a number for.
const AROUND: u64 = 5;
/// How many events come with a result at most, on each side.
const MOST_AROUND: u64 = 100;
/// Where text is looked for if the request does not say.
const KEYS: [SearchKey; 3] = [
    SearchKey::ContentBody,
    SearchKey::ContentName,
    SearchKey::ContentTopic,
];

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(search);
}

/// An event that was found.
struct Found<'r> {
    room: &'r Room,
    place: usize,
    rank: f64,
}

impl<'r> Found<'r> {
    fn event(&self) -> &'r Event {
        self.room.event(self.place)
    }
}

fn search(
    context: &mut RequestContext<'_>,
    search: Search,
) -> Result<SearchResponse, ErrorResponse> {
    let criteria = search.search_categories.room_events;
    let criteria = criteria.ok_or_else(|| invalid("search_categories has no room_events"))?;
    let page = search.next_batch.as_deref().map(Page::of_token);
    let page = page.transpose()?.unwrap_or_default();
    let by = groups_wanted(&criteria)?;
    let viewer = context.viewer()?;
    let query = Query::new(&criteria.search_term);
    let mut found = find(context, &viewer, &criteria, &query)?;
    found.retain(|found| page.has(&found.room.room_id, &found.event().sender));
    let size = page_size(criteria.filter.as_ref().and_then(|filter| filter.limit));
    let end = page.offset.saturating_add(size);
    let mut results = RoomEventResults::default();
    results.count = Some(found.len() as u64);
    results.highlights = query.highlights();
    results.next_batch = (end < found.len()).then(|| page.at(end).token());
    results.groups = groups(&found, page.offset..end, &by);
    let shown: Vec<&Found<'_>> = found.iter().skip(page.offset).take(size).collect();
    results.results = shown
        .iter()
        .map(|found| result(found, &viewer, criteria.event_context.as_ref()))
        .collect();
    if criteria.include_state == Some(true) {
        let rooms: BTreeMap<&RoomId, &Room> = shown
            .iter()
            .map(|found| (&found.room.room_id, found.room))
            .collect();
        let states = rooms.into_iter().map(|(room_id, room)| {
            let state = room.all_state_at(room.events().len());
            let state = state.map(|event| room.client_event(event, &viewer));
            (room_id.clone(), state.collect())
        });
        results.state = states.collect();
    }
    let mut categories = SearchResults::default();
    categories.room_events = Some(results);
    Ok(SearchResponse::new(categories))
}

/// What the results are grouped by.
fn groups_wanted(criteria: &SearchCriteria) -> Result<Vec<SearchGroupKey>, ErrorResponse> {
    let groupings = criteria.groupings.as_ref();
    let wanted = groupings.and_then(|groupings| groupings.group_by.as_ref());
    let keys = wanted.into_iter().flatten().map(|group| match &group.key {
        Some(key @ (SearchGroupKey::RoomId | SearchGroupKey::Sender)) => Ok(key.clone()),
        _ => Err(invalid("results are grouped by room_id or sender")),
    });
    keys.collect()
}

/// Everything in the user's rooms that fits, in the order that was asked for.
fn find<'r>(
    context: &'r RequestContext<'_>,
    viewer: &Viewer<'_>,
    criteria: &SearchCriteria,
    query: &Query,
) -> Result<Vec<Found<'r>>, ErrorResponse> {
    let keys = criteria.keys.as_deref().unwrap_or(&KEYS);
    if !keys.iter().all(|key| KEYS.contains(key)) {
        return Err(invalid(
            "the keys are content.body, content.name and content.topic",
        ));
    }
    let wanted = criteria.filter.clone().unwrap_or_default();
    let ignored = context.state.ignored_by(viewer.user_id);
    let rooms = context.state.rooms.of_user(viewer.user_id);
    let mut found = Vec::new();
    for room in rooms.filter(|room| room.is_joined(viewer.user_id)) {
        for (place, event) in room.events().iter().enumerate() {
            let rank = query::text(event, keys).and_then(|text| query.rank(text));
            if let Some(rank) = rank
                && filter::fits(event, &room.room_id, &wanted)
                && !ignored.contains(event.sender.as_str())
                && room.is_visible(place, viewer.user_id)
            {
                found.push(Found { room, place, rank });
            }
        }
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.event().position));
    match criteria.order_by {
        Some(SearchOrder::Recent) => {}
        None | Some(SearchOrder::Rank) => {
            found.sort_by(|one, other| other.rank.total_cmp(&one.rank));
        }
        Some(_) => return Err(invalid("results are ordered by recent or rank")),
    }
    Ok(found)
}

fn result(found: &Found<'_>, viewer: &Viewer<'_>, around: Option<&SearchContext>) -> SearchResult {
    let mut result = SearchResult::default();
    result.rank = Some(found.rank);
    let event = found.room.client_event(found.event(), viewer);
    result.result = RawEvent::new(&event).ok();
    result.context = around.map(|wanted| events_around(found, viewer, wanted));
    result
}

fn events_around(found: &Found<'_>, viewer: &Viewer<'_>, wanted: &SearchContext) -> EventsAround {
    let Found { room, place, .. } = *found;
    let count = |asked: Option<u64>| {
        let count = asked.unwrap_or(AROUND).min(MOST_AROUND);
        usize::try_from(count).unwrap_or(usize::MAX)
    };
    let fits = |place: &usize| room.is_visible(*place, viewer.user_id);
    let before = (0..place).rev().filter(fits);
    let before: Vec<usize> = before.take(count(wanted.before_limit)).collect();
    let after = (place + 1..room.events().len()).filter(fits);
    let after: Vec<usize> = after.take(count(wanted.after_limit)).collect();
    let first = *before.last().unwrap_or(&place);
    let last = *after.last().unwrap_or(&place);
    let show = |place: &usize| room.client_event(room.event(*place), viewer);
    let mut around = EventsAround::default();
    around.start = Some(Stream::token(room.event(first).position - 1));
    around.end = Some(Stream::token(room.event(last).position));
    around.events_before = before.iter().map(show).collect();
    around.events_after = after.iter().map(show).collect();
    if wanted.include_profile == Some(true) {
        let shown = before.iter().chain([&place]).chain(&after);
        let senders = shown.map(|place| (&room.event(*place).sender, *place));
        around.profile_info = senders
            .map(|(sender, place)| (sender.clone(), profile_at(room, place, sender)))
            .collect();
    }
    around
}

/// What a user said of themselves when they sent an event.
fn profile_at(room: &Room, place: usize, user_id: &UserId) -> SenderProfile {
    let member = room.state_at(place + 1, "m.room.member", user_id.as_str());
    let text = |name| member.and_then(|member| member.text(name));
    let mut profile = SenderProfile::default();
    profile.displayname = text("displayname").map(str::to_owned);
    profile.avatar_url = text("avatar_url").and_then(|url| MxcUri::parse(url).ok());
    profile
}

/// The results of a page by their rooms and senders, and where each group goes on.
fn groups(found: &[Found<'_>], page: Range<usize>, by: &[SearchGroupKey]) -> SearchGroups {
    let mut groups = SearchGroups::default();
    if by.contains(&SearchGroupKey::RoomId) {
        let rooms = grouped(
            found,
            &page,
            |found| found.room.room_id.clone(),
            Page::of_room,
        );
        groups.room_id = rooms.into_iter().collect();
    }
    if by.contains(&SearchGroupKey::Sender) {
        let senders = grouped(
            found,
            &page,
            |found| found.event().sender.clone(),
            Page::of_sender,
        );
        groups.sender = senders.into_iter().collect();
    }
    groups
}

fn grouped<K: Ord + Clone>(
    found: &[Found<'_>],
    page: &Range<usize>,
    key: impl Fn(&Found<'_>) -> K,
    page_of: impl Fn(K) -> Page,
) -> BTreeMap<K, SearchGroup> {
    let mut groups: BTreeMap<K, SearchGroup> = BTreeMap::new();
    let end = page.end.min(found.len());
    let shown = found.iter().take(end).skip(page.start);
    for (number, result) in (1_u32..).zip(shown) {
        let group = groups.entry(key(result)).or_default();
        group.order.get_or_insert(f64::from(number));
        group.results.push(result.event().event_id.clone());
    }
    for (of_group, group) in &mut groups {
        let is_in = |found: &&Found<'_>| key(found) == *of_group;
        if found[end..].iter().any(|found| is_in(&found)) {
            let so_far = found[..end].iter().filter(is_in).count();
            group.next_batch = Some(page_of(of_group.clone()).at(so_far).token());
        }
    }
    groups
}
