//! Types of the core and of the benchmark, member for member, with serde's derive.

use hardline::json::{JsonMap, RawJson, RawList};
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
    timeline: Timeline,
    #[serde(default)]
    state: Events,
    #[serde(default)]
    account_data: Events,
    #[serde(default)]
    ephemeral: Events,
    #[serde(default)]
    unread_notifications: UnreadCounts,
    #[serde(default)]
    unread_thread_notifications: JsonMap<EventId, UnreadCounts>,
    #[serde(default)]
    summary: RoomSummary,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct Events {
    #[serde(default)]
    events: RawList<RawJson>,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct Timeline {
    #[serde(default)]
    events: RawList<RawJson>,
    prev_batch: Option<String>,
    #[serde(default)]
    limited: bool,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct UnreadCounts {
    #[serde(default)]
    highlight_count: u64,
    #[serde(default)]
    notification_count: u64,
}

#[derive(Default, Deserialize)]
#[expect(dead_code, reason = "it is only parsed")]
struct RoomSummary {
    #[serde(rename = "m.heroes", default)]
    heroes: Vec<UserId>,
    #[serde(rename = "m.joined_member_count")]
    joined_member_count: Option<u64>,
    #[serde(rename = "m.invited_member_count")]
    invited_member_count: Option<u64>,
}
