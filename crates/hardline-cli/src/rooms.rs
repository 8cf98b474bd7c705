//! `rooms`.

use std::time::Duration;

use hardline::client_api::sync::{
    EventFilter, Filter, InvitedRoom, JoinedRoom, RoomEventFilter, RoomFilter, Sync, SyncFilter,
};
use hardline::events::{
    EventContent, RawEvent, RoomCanonicalAlias, RoomEncryption, RoomHero, RoomMember, RoomName,
    RoomNaming, StrippedState,
};
use hardline::types::{RoomId, UserId};
use hardline::wire::WithOptions;

use crate::args::Rooms;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::room_step::{RoomRow, RoomStep};
use crate::session::Session;

/// How long a first sync may take: servers collect for minutes what an account in many rooms has.
const PATIENCE: Duration = Duration::from_secs(600);

/// Lists the rooms that the user is in or is invited to.
pub(crate) async fn run(rooms: &Rooms, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let session = Session::begin(&rooms.account, report, &prompt, &interrupt).await?;
    let patience = rooms.account.network.patience(PATIENCE);
    let ended = list(&session, patience, report).await;
    session.end(report).await;
    ended
}

/// One sync tells all of it, where asking for each room by itself would take hundreds of requests.
async fn list(session: &Session, patience: Duration, report: &Report) -> Result<(), CliError> {
    let doing = Doing::ListingRooms;
    report.busy(doing.in_words());
    let filter = SyncFilter::inline(&filter())
        .map_err(|error| CliError::local("could not write the filter", &error))?;
    let mut sync = Sync::new().with_state_after();
    sync.filter = Some(filter);
    sync.timeout = Some(0);
    let answer = session
        .call(WithOptions::new(sync).timeout(patience), doing)
        .await?;
    let rooms = answer.rooms;
    let invited = rooms.invite.iter();
    let invited = invited.map(|(id, room)| invitation(id, room, &session.user));
    let joined = rooms.join.iter().map(|(id, room)| joined(id, room));
    let mut rows: Vec<_> = invited.chain(joined).collect();
    // Invitations, which somebody waits for, come first.
    rows.sort_by_cached_key(|row| (row.membership == "join", row.name.to_lowercase()));
    report.result(&RoomStep::Rooms { rooms: rows });
    Ok(())
}

/// Lets through what a room is called by, and as little as possible of the rest.
fn filter() -> Filter {
    let nothing = || Some(vec!["*".to_owned()]);
    let mut filter = Filter::new();
    for section in [&mut filter.presence, &mut filter.account_data] {
        section.insert(EventFilter::new()).not_types = nothing();
    }
    let room = filter.room.insert(RoomFilter::new());
    for section in [&mut room.ephemeral, &mut room.account_data] {
        section.insert(RoomEventFilter::new()).not_types = nothing();
    }
    let state = room.state.insert(RoomEventFilter::new());
    let types = [
        RoomName::TYPE,
        RoomCanonicalAlias::TYPE,
        RoomEncryption::TYPE,
        RoomMember::TYPE,
    ];
    state.types = Some(types.map(str::to_owned).to_vec());
    state.lazy_load_members = Some(true);
    // Some servers take none for no limit.
    room.timeline.insert(RoomEventFilter::new()).limit = Some(1);
    filter
}

fn joined(room_id: &RoomId, room: &JoinedRoom) -> RoomRow {
    let state = State::of(room);
    let summary = &room.summary;
    let mut naming = RoomNaming::new(
        summary.joined_member_count.unwrap_or_default(),
        summary.invited_member_count.unwrap_or_default(),
    );
    naming.name = state.content("");
    naming.canonical_alias = state.content("");
    let heroes = summary.heroes.iter().flatten();
    naming.heroes = heroes
        .map(|hero| {
            let member: Option<RoomMember> = state.content(hero.as_str());
            let name = member.and_then(|member| member.displayname);
            RoomHero::new(hero.clone(), name)
        })
        .collect();
    let alias = naming.canonical_alias.as_ref();
    let alias = alias.and_then(RoomCanonicalAlias::alias);
    let unread = room.unread_notifications.as_ref();
    RoomRow {
        room_id: room_id.to_string(),
        membership: "join",
        name: naming.display_name().to_string(),
        canonical_alias: alias.map(ToString::to_string),
        encrypted: state.find(RoomEncryption::TYPE, "").is_some(),
        joined_members: summary.joined_member_count,
        invited_members: summary.invited_member_count,
        unread: unread.map(|unread| unread.notification_count),
        highlights: unread.map(|unread| unread.highlight_count),
        inviter: None,
    }
}

fn invitation(room_id: &RoomId, room: &InvitedRoom, user: &UserId) -> RoomRow {
    let state = StrippedState::new(&room.invite_state.events);
    let invitation = state.invitation(user);
    let inviter = invitation.map(|invitation| invitation.inviter.to_string());
    let alias = state.content::<RoomCanonicalAlias>("");
    let alias = alias.as_ref().and_then(RoomCanonicalAlias::alias);
    let unnamed = || "a room without a name".to_owned();
    RoomRow {
        room_id: room_id.to_string(),
        membership: "invite",
        name: state.name().unwrap_or_else(unnamed),
        canonical_alias: alias.map(ToString::to_string),
        encrypted: state.find(RoomEncryption::TYPE, "").is_some(),
        joined_members: None,
        invited_members: None,
        unread: None,
        highlights: None,
        inviter,
    }
}

/// The state of a room at the end of a sync.
struct State(Vec<RawEvent>);

impl State {
    fn of(room: &JoinedRoom) -> Self {
        let events = match room.after() {
            Some(after) => vec![&after.events],
            // It is the state at the beginning of the timeline, which may hold newer state.
            None => vec![&room.state.events, &room.timeline.events],
        };
        Self(events.iter().flat_map(|list| list.decode_all().0).collect())
    }

    fn find(&self, event_type: &str, state_key: &str) -> Option<&RawEvent> {
        self.0.iter().rfind(|event| {
            event.state_key().as_deref() == Some(state_key)
                && event.event_type().as_deref() == Some(event_type)
        })
    }

    fn content<C: EventContent>(&self, state_key: &str) -> Option<C> {
        self.find(C::TYPE, state_key)?.content_as().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(room: &str) -> RoomRow {
        let id = RoomId::parse("!tea:a.org").unwrap();
        joined(&id, &serde_json::from_str(room).unwrap())
    }

    #[test]
    fn state_in_the_timeline_is_newer_where_the_server_gives_it_before_that() {
        let name = |name: &str| {
            format!(
                r#"{{"events": [{{"type": "m.room.name", "state_key": "", "content": {{"name": "{name}"}}}}]}}"#
            )
        };
        let (old, new) = (name("old"), name("new"));
        assert_eq!(
            row(&format!(r#"{{"state": {old}, "timeline": {new}}}"#)).name,
            "new"
        );
        assert_eq!(
            row(&format!(r#"{{"state_after": {new}, "timeline": {old}}}"#)).name,
            "new"
        );
    }

    #[test]
    fn a_room_without_a_name_is_called_after_its_members() {
        let room = row(r#"{
            "summary": {"m.heroes": ["@b:a.org", "@c:a.org"], "m.joined_member_count": 3, "m.invited_member_count": 1},
            "state": {"events": [
                {"type": "m.room.member", "state_key": "@b:a.org", "content": {"membership": "join", "displayname": "Bob"}},
                {"type": "m.room.encryption", "state_key": "", "content": {}}
            ]},
            "unread_notifications": {"notification_count": 2, "highlight_count": 1}
        }"#);
        assert_eq!(room.name, "Bob, @c:a.org and 1 other");
        assert_eq!((room.joined_members, room.unread), (Some(3), Some(2)));
        assert!(room.encrypted);
    }

    #[test]
    fn a_server_that_says_nothing_of_a_room_costs_no_other() {
        let room = row("{}");
        assert_eq!(room.name, "Empty room");
        assert_eq!((room.joined_members, room.unread), (None, None));
    }
}
