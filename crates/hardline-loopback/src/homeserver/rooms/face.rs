use hardline::client_api::rooms::{GetRoomSummaryResponse, PublicRoom, SpaceHierarchyRoom};
use hardline::events::RoomJoinRules;
use hardline::types::{
    JoinRule, Membership, MxcUri, RoomAliasId, RoomId, RoomType, RoomVersionId, UserId,
};

use super::super::state::{Room, Rooms, decoded};

/// What a room looks like to those who are not in it.
pub(super) struct Face {
    pub(super) room_id: RoomId,
    pub(super) canonical_alias: Option<RoomAliasId>,
    pub(super) name: Option<String>,
    pub(super) topic: Option<String>,
    pub(super) avatar_url: Option<MxcUri>,
    pub(super) num_joined_members: u64,
    pub(super) world_readable: bool,
    pub(super) guest_can_join: bool,
    pub(super) join_rule: JoinRule,
    pub(super) room_type: Option<RoomType>,
    allowed_room_ids: Vec<RoomId>,
    encryption: Option<String>,
    room_version: RoomVersionId,
}

impl Face {
    pub(super) fn of(room: &Room) -> Self {
        let text = |event_type, name| room.state_text(event_type, name).map(str::to_owned);
        let rules = room.join_rules();
        let alias = room.state_text("m.room.canonical_alias", "alias");
        let avatar = room.state_text("m.room.avatar", "url");
        Self {
            room_id: room.room_id.clone(),
            canonical_alias: alias.and_then(|alias| RoomAliasId::parse(alias).ok()),
            name: text("m.room.name", "name"),
            topic: text("m.room.topic", "topic"),
            avatar_url: avatar.and_then(|url| MxcUri::parse(url).ok()),
            num_joined_members: room.members(&Membership::Join).count() as u64,
            world_readable: room.is_world_readable(),
            guest_can_join: room.lets_guests_in(),
            join_rule: rules
                .as_ref()
                .map_or(JoinRule::Invite, |rules| rules.join_rule.clone()),
            room_type: room.state_text("m.room.create", "type").map(RoomType::from),
            allowed_room_ids: match &rules {
                Some(rules) if is_restricted(rules) => rules.allowed_rooms().collect(),
                _ => Vec::new(),
            },
            encryption: text("m.room.encryption", "algorithm"),
            room_version: room.version.clone(),
        }
    }

    pub(super) fn into_public_room(self) -> PublicRoom {
        let mut room = PublicRoom::new(self.room_id);
        room.canonical_alias = self.canonical_alias;
        room.name = self.name;
        room.topic = self.topic;
        room.avatar_url = self.avatar_url;
        room.num_joined_members = self.num_joined_members;
        room.world_readable = self.world_readable;
        room.guest_can_join = self.guest_can_join;
        room.join_rule = Some(self.join_rule);
        room.room_type = self.room_type;
        room
    }

    pub(super) fn into_summary(self) -> GetRoomSummaryResponse {
        let mut summary = GetRoomSummaryResponse::new(self.room_id);
        summary.canonical_alias = self.canonical_alias;
        summary.name = self.name;
        summary.topic = self.topic;
        summary.avatar_url = self.avatar_url;
        summary.num_joined_members = self.num_joined_members;
        summary.world_readable = self.world_readable;
        summary.guest_can_join = self.guest_can_join;
        summary.join_rule = Some(self.join_rule);
        summary.room_type = self.room_type;
        summary.allowed_room_ids = self.allowed_room_ids;
        summary.encryption = self.encryption;
        summary.room_version = Some(self.room_version);
        summary
    }

    pub(super) fn into_hierarchy_room(self) -> SpaceHierarchyRoom {
        let mut room = SpaceHierarchyRoom::new(self.room_id);
        room.canonical_alias = self.canonical_alias;
        room.name = self.name;
        room.topic = self.topic;
        room.avatar_url = self.avatar_url;
        room.num_joined_members = self.num_joined_members;
        room.world_readable = self.world_readable;
        room.guest_can_join = self.guest_can_join;
        room.join_rule = Some(self.join_rule);
        room.room_type = self.room_type;
        room.allowed_room_ids = self.allowed_room_ids;
        room.encryption = self.encryption;
        room.room_version = Some(self.room_version);
        room
    }
}

impl Room {
    /// Who may join, as far as the room says so.
    pub(super) fn join_rules(&self) -> Option<RoomJoinRules> {
        decoded(&self.state("m.room.join_rules", "")?.content)
    }
}

impl Rooms {
    /// Whether a user may know what a room looks like: they are in it or invited to it, or could get in by themselves.
    pub(super) fn may_see_face(&self, room: &Room, user_id: Option<&UserId>) -> bool {
        let rules = room.join_rules();
        let is_open = rules.as_ref().is_some_and(|rules| {
            matches!(
                rules.join_rule,
                JoinRule::Public | JoinRule::Knock | JoinRule::KnockRestricted
            )
        });
        if is_open || room.is_world_readable() {
            return true;
        }
        let Some(user_id) = user_id else {
            return false;
        };
        let membership = room.membership(user_id);
        matches!(membership, Membership::Join | Membership::Invite)
            || rules.is_some_and(|rules| self.is_in_allowed(&rules, user_id))
    }

    /// Whether a user is in one of the rooms whose members may join.
    pub(super) fn is_in_allowed(&self, rules: &RoomJoinRules, user_id: &UserId) -> bool {
        is_restricted(rules)
            && rules.allowed_rooms().any(|room_id| {
                let room = self.get(&room_id);
                room.is_some_and(|room| room.is_joined(user_id))
            })
    }
}

fn is_restricted(rules: &RoomJoinRules) -> bool {
    matches!(
        rules.join_rule,
        JoinRule::Restricted | JoinRule::KnockRestricted
    )
}
