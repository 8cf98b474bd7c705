use crate::events::{
    EventContent, RawEvent, RoomAvatar, RoomCanonicalAlias, RoomCreate, RoomMember, RoomName,
};
use crate::json::RawList;
use crate::types::{Membership, MxcUri, UserId};

/// Some of the state of a room that the user is not in, as an invitation or a knock has it: enough to show the room.
///
/// It is what another server said, and nobody has checked it: a room can call itself and its members anything. Show it as
/// that, and decide nothing by it.
///
/// ```
/// use hardline::events::{RawEvent, StrippedState};
/// use hardline::json::RawList;
/// use hardline::types::UserId;
/// use serde_json::json;
///
/// let event = |event_type: &str, key: &str, content| {
///     let sender = "@bob:example.org";
///     RawEvent::new(&json!({"type": event_type, "state_key": key, "sender": sender, "content": content}))
/// };
/// let events = RawList::new([
///     event("m.room.name", "", json!({"name": "Tea"}))?,
///     event("m.room.member", "@alice:example.org", json!({"membership": "invite", "is_direct": true}))?,
/// ])?;
/// let state = StrippedState::new(&events);
/// assert_eq!(state.name().as_deref(), Some("Tea"));
///
/// let invitation = state.invitation(&UserId::parse("@alice:example.org")?).unwrap();
/// assert_eq!(invitation.inviter.localpart(), "bob");
/// assert!(invitation.is_direct);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [stripped state](https://spec.matrix.org/v1.19/client-server-api/#stripped-state).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StrippedState {
    events: Vec<RawEvent>,
}

impl StrippedState {
    /// The state in a list of events. What has no type, state key or sender says nothing of the room and is skipped.
    pub fn new(events: &RawList<RawEvent>) -> Self {
        let (mut events, _) = events.decode_all();
        events.retain(|event| {
            event.event_type().is_some() && event.state_key().is_some() && event.sender().is_some()
        });
        Self { events }
    }

    /// The events, as they came.
    pub fn events(&self) -> &[RawEvent] {
        &self.events
    }

    /// The event of this type and state key. Of several, the last.
    pub fn find(&self, event_type: &str, state_key: &str) -> Option<&RawEvent> {
        self.events.iter().rfind(|event| {
            event.state_key().as_deref() == Some(state_key)
                && event.event_type().as_deref() == Some(event_type)
        })
    }

    /// The content of the state that has this type, with this state key.
    ///
    /// ```
    /// use hardline::events::{RawEvent, RoomTopic, StrippedState};
    /// use hardline::json::RawList;
    /// use serde_json::json;
    ///
    /// let topic = json!({"type": "m.room.topic", "state_key": "", "sender": "@a:a.org", "content": {"topic": "Tea"}});
    /// let state = StrippedState::new(&RawList::new([RawEvent::new(&topic)?])?);
    /// assert_eq!(state.content::<RoomTopic>("").unwrap().plain(), Some("Tea"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn content<C: EventContent>(&self, state_key: &str) -> Option<C> {
        self.find(C::TYPE, state_key)?.content_as().ok()
    }

    /// What to call the room: its name, or else its main alias. Without both, call it after whoever invites.
    pub fn name(&self) -> Option<String> {
        let name = self.content::<RoomName>("");
        let name = name.as_ref().and_then(RoomName::name).map(str::to_owned);
        let alias = || {
            let aliases: RoomCanonicalAlias = self.content("")?;
            Some(aliases.alias()?.to_string())
        };
        name.or_else(alias)
    }

    /// The room's picture: its own, or that of whoever invites this user to talk to them alone.
    pub fn avatar_url(&self, invited: &UserId) -> Option<MxcUri> {
        let avatar = self.content::<RoomAvatar>("");
        let own = avatar.as_ref().and_then(RoomAvatar::url).cloned();
        let inviters = || {
            let invitation = self
                .invitation(invited)
                .filter(|invitation| invitation.is_direct)?;
            let inviter: RoomMember = self.content(invitation.inviter.as_str())?;
            inviter.avatar_url.filter(|url| !url.as_str().is_empty())
        };
        own.or_else(inviters)
    }

    /// What the room was created as. Servers give it since v1.16.
    pub fn create(&self) -> Option<RoomCreate> {
        self.content("")
    }

    /// Who invites this user, and how. `None` if nobody does.
    pub fn invitation(&self, invited: &UserId) -> Option<Invitation> {
        let event = self.find(RoomMember::TYPE, invited.as_str())?;
        let member: RoomMember = event.content_as().ok()?;
        let inviter = event.sender()?;
        (member.membership == Membership::Invite).then(|| Invitation {
            inviter_name: self.displayname(&inviter),
            inviter,
            is_direct: member.is_direct.unwrap_or_default(),
            reason: member.reason,
        })
    }

    fn displayname(&self, user: &UserId) -> Option<String> {
        let member: RoomMember = self.content(user.as_str())?;
        member.displayname().map(str::to_owned)
    }
}

/// Who invites a user, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invitation {
    /// Who invites.
    pub inviter: UserId,
    /// What they are called, if that is told. Anybody can be called anything.
    pub inviter_name: Option<String>,
    /// Whether the room is meant for talking to them alone.
    pub is_direct: bool,
    /// Why, for people to read.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(events: &str) -> StrippedState {
        StrippedState::new(&serde_json::from_str(events).unwrap())
    }

    fn alice() -> UserId {
        UserId::parse("@alice:a.org").unwrap()
    }

    #[test]
    fn what_is_no_state_is_skipped_and_the_last_counts() {
        let state = state(
            r#"[5, {"type": "m.room.name", "sender": "@b:a.org", "content": {"name": "no state"}},
                {"type": "m.room.name", "state_key": "", "content": {"name": "no sender"}},
                {"type": "m.room.name", "state_key": "", "sender": "@b:a.org", "content": {"name": "first"}},
                {"type": "m.room.name", "state_key": "", "sender": "@b:a.org", "content": {"name": "last"}},
                {"type": "m.room.name", "state_key": "x", "sender": "@b:a.org", "content": {"name": "other key"}}]"#,
        );
        assert_eq!(state.events().len(), 3);
        assert_eq!(state.name().as_deref(), Some("last"));
        assert_eq!(state.create(), None);
    }

    #[test]
    fn a_room_without_a_name_is_called_by_its_main_alias() {
        let alias = r##"{"type": "m.room.canonical_alias", "state_key": "", "sender": "@b:a.org", "content": {"alias": "#a:a.org"}}"##;
        for name in ["{}", r#"{"name": ""}"#, r#"{"name": 5}"#, "7"] {
            let state = state(&format!(
                r#"[{alias}, {{"type": "m.room.name", "state_key": "", "sender": "@b:a.org", "content": {name}}}]"#
            ));
            assert_eq!(state.name().as_deref(), Some("#a:a.org"), "{name}");
        }
        assert_eq!(state("[]").name(), None);
    }

    #[test]
    fn whoever_invites_to_talk_alone_lends_the_room_their_picture() {
        let member = r#"{"type": "m.room.member", "state_key": "@b:a.org", "sender": "@b:a.org",
            "content": {"membership": "join", "displayname": "Bob", "avatar_url": "mxc://a.org/b"}}"#;
        for (is_direct, picture) in [
            ("true", Some("mxc://a.org/b")),
            ("false", None),
            ("null", None),
        ] {
            let state = state(&format!(
                r#"[{member}, {{"type": "m.room.member", "state_key": "@alice:a.org", "sender": "@b:a.org",
                    "content": {{"membership": "invite", "is_direct": {is_direct}, "reason": "tea"}}}}]"#
            ));
            let invitation = state.invitation(&alice()).unwrap();
            assert_eq!(invitation.inviter_name.as_deref(), Some("Bob"));
            assert_eq!(invitation.reason.as_deref(), Some("tea"));
            let found = state.avatar_url(&alice());
            assert_eq!(found.as_ref().map(MxcUri::as_str), picture, "{is_direct}");
        }
    }

    #[test]
    fn one_who_knocks_is_not_invited() {
        let state = state(
            r#"[{"type": "m.room.member", "state_key": "@alice:a.org", "sender": "@alice:a.org", "content": {"membership": "knock"}}]"#,
        );
        assert_eq!(state.invitation(&alice()), None);
    }
}
