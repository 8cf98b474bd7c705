//! Types of the core, member for member, with serde's derive.

use hardline::events::RawEvent;
use hardline::json::{JsonMap, RawList};
use hardline::types::{EventId, Medium, Timestamp, UserId, ValidationSessionId};
use serde::Deserialize;

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
pub(super) struct TokenSession {
    sid: ValidationSessionId,
    submit_url: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
pub(super) struct Threepids {
    #[serde(default)]
    threepids: Vec<Threepid>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct Threepid {
    medium: Medium,
    address: String,
    validated_at: Option<Timestamp>,
    added_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
pub(super) struct JoinedRoom {
    #[serde(default)]
    summary: RoomSummary,
    #[serde(default)]
    state: Events,
    state_after: Option<Events>,
    #[serde(rename = "org.matrix.msc4222.state_after")]
    msc4222_state_after: Option<Events>,
    #[serde(default)]
    timeline: Timeline,
    #[serde(default)]
    ephemeral: Events,
    #[serde(default)]
    account_data: Events,
    unread_notifications: Option<UnreadNotificationCounts>,
    #[serde(default)]
    unread_thread_notifications: JsonMap<EventId, UnreadNotificationCounts>,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct Events {
    #[serde(default)]
    events: RawList<RawEvent>,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct Timeline {
    #[serde(default)]
    events: RawList<RawEvent>,
    prev_batch: Option<String>,
    #[serde(default)]
    limited: bool,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct UnreadNotificationCounts {
    #[serde(default)]
    highlight_count: u64,
    #[serde(default)]
    notification_count: u64,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct RoomSummary {
    #[serde(rename = "m.heroes")]
    heroes: Option<Vec<UserId>>,
    #[serde(rename = "m.joined_member_count")]
    joined_member_count: Option<u64>,
    #[serde(rename = "m.invited_member_count")]
    invited_member_count: Option<u64>,
}
