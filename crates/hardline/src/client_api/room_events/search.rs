use hardline_derive::{Request, Response, Wire};

use crate::client_api::sync::RoomEventFilter;
use crate::events::RawEvent;
use crate::json::{JsonMap, RawList};
use crate::types::text::text_enum;
use crate::types::{EventId, MxcUri, RoomId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Searches the messages of the user's rooms, page by page. Encrypted messages are not found: the server cannot read
/// them.
///
/// Errors worth handling: `M_LIMIT_EXCEEDED`, `M_FORBIDDEN` (the filter names a room that the user is not in),
/// `M_NOT_FOUND` (on some servers, if the user is in no room), `M_UNKNOWN` with the status 400 (the server has no
/// search).
///
/// ```
/// use hardline::client_api::room_events::{Search, SearchCategories};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = Search::new(SearchCategories::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/search");
/// assert_eq!(request.body(), br#"{"search_categories":{}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`POST /search`](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3search).
#[doc(alias = "search")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct Search {
    /// Where the page begins: the token of an earlier response. All else has to be as it was then.
    pub next_batch: Option<String>,
    /// What is searched for.
    pub search_categories: SearchCategories,
}

impl Search {
    /// A request with the required fields.
    pub fn new(search_categories: SearchCategories) -> Self {
        Self {
            next_batch: None,
            search_categories,
        }
    }
}

impl Endpoint for Search {
    const OPERATION: Operation = Operation::post("search", "/_matrix/client/v3/search")
        .auth(Auth::Required)
        .query(&["next_batch"])
        .repeatable()
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/search")]);
    type Response = SearchResponse;
}

/// What is searched for, by category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SearchCategories {
    /// In messages, names and topics.
    pub room_events: Option<SearchCriteria>,
}

impl SearchCategories {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

/// What is searched for in rooms.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SearchCriteria {
    /// The text. Servers find whole words as a rule.
    pub search_term: String,
    /// Where it is searched for: everywhere by default.
    pub keys: Option<Vec<SearchKey>>,
    /// Which rooms and events are searched. Its `limit` is the maximum number of results.
    pub filter: Option<RoomEventFilter>,
    /// The order of the results: by rank by default.
    pub order_by: Option<SearchOrder>,
    /// Asks for what happened around each result.
    pub event_context: Option<SearchContext>,
    /// Whether the state of the rooms is wanted as well.
    pub include_state: Option<bool>,
    /// Asks which results belong together.
    pub groupings: Option<SearchGroupings>,
}

impl SearchCriteria {
    /// A search for this text, the best match first.
    pub fn new(search_term: String) -> Self {
        Self {
            search_term,
            keys: None,
            filter: None,
            order_by: None,
            event_context: None,
            include_state: None,
            groupings: None,
        }
    }
}

text_enum! {
    /// Where a text is searched for.
    SearchKey {
        /// In messages.
        ContentBody = "content.body",
        /// In names of rooms.
        ContentName = "content.name",
        /// In topics of rooms.
        ContentTopic = "content.topic",
    }
}

text_enum! {
    /// The order of results.
    SearchOrder {
        /// The newest first.
        Recent = "recent",
        /// The best match first.
        Rank = "rank",
    }
}

/// What is wanted of what happened around each result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SearchContext {
    /// The maximum number of events before it: 5 by default.
    pub before_limit: Option<u64>,
    /// The maximum number of events after it: 5 by default.
    pub after_limit: Option<u64>,
    /// Whether the names and pictures of their senders are wanted, as they were then.
    pub include_profile: Option<bool>,
}

impl SearchContext {
    /// What servers give by default.
    pub fn new() -> Self {
        Self::default()
    }
}

/// By what results are grouped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SearchGroupings {
    /// The groupings.
    pub group_by: Option<Vec<SearchGrouping>>,
}

impl SearchGroupings {
    /// No groups.
    pub fn new() -> Self {
        Self::default()
    }
}

/// One grouping of results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct SearchGrouping {
    /// What the results of a group have in common.
    pub key: Option<SearchGroupKey>,
}

impl SearchGrouping {
    /// A grouping.
    pub fn new() -> Self {
        Self::default()
    }
}

text_enum! {
    /// What the results of a group have in common.
    SearchGroupKey {
        /// The room.
        RoomId = "room_id",
        /// The sender.
        Sender = "sender",
    }
}

/// What was found, by category.
#[derive(Clone, Debug, PartialEq, Response)]
#[non_exhaustive]
pub struct SearchResponse {
    /// The results by category.
    pub search_categories: SearchResults,
}

impl SearchResponse {
    /// What was found.
    pub fn new(search_categories: SearchResults) -> Self {
        Self { search_categories }
    }
}

/// Results by category.
#[derive(Clone, Debug, Default, PartialEq, Response)]
#[non_exhaustive]
pub struct SearchResults {
    /// In rooms. Missing if that was not asked for.
    pub room_events: Option<RoomEventResults>,
}

/// A page of results in rooms.
#[derive(Clone, Debug, Default, PartialEq, Response)]
#[non_exhaustive]
pub struct RoomEventResults {
    /// About how many results there are in all; of some servers, on this page.
    pub count: Option<u64>,
    /// Words to highlight in the results.
    #[serde(default)]
    pub highlights: Vec<String>,
    /// The results of this page.
    #[serde(default)]
    pub results: Vec<SearchResult>,
    /// The state of the rooms, if it was asked for.
    #[serde(default)]
    pub state: JsonMap<RoomId, RawList<RawEvent>>,
    /// The groups, if they were asked for.
    #[serde(default)]
    pub groups: SearchGroups,
    /// Where the next page begins. Missing on the last one; some servers send an empty string there.
    pub next_batch: Option<String>,
}

/// An event that was found.
#[derive(Clone, Debug, Default, PartialEq, Response)]
#[non_exhaustive]
pub struct SearchResult {
    /// How well it matches: higher is better.
    pub rank: Option<f64>,
    /// The event.
    pub result: Option<RawEvent>,
    /// What happened around it, if that was asked for.
    pub context: Option<EventsAround>,
}

/// What happened around a result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct EventsAround {
    /// Where the events before begin: a token for the room's history.
    pub start: Option<String>,
    /// Where the events after end: a token for the room's history.
    pub end: Option<String>,
    /// The senders, if they were asked for, as they were then.
    #[serde(default)]
    pub profile_info: JsonMap<UserId, SenderProfile>,
    /// What happened before, the newest first.
    #[serde(default)]
    pub events_before: RawList<RawEvent>,
    /// What happened after, the oldest first.
    #[serde(default)]
    pub events_after: RawList<RawEvent>,
}

/// How a sender was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct SenderProfile {
    /// What they were called. Use [`name`](Self::name), which knows the other spelling too.
    pub displayname: Option<String>,
    /// The same, as Dendrite spells it.
    pub display_name: Option<String>,
    /// Their picture.
    pub avatar_url: Option<MxcUri>,
}

impl SenderProfile {
    /// What they were called, in either spelling.
    pub fn name(&self) -> Option<&str> {
        self.displayname.as_deref().or(self.display_name.as_deref())
    }
}

/// The groups of results.
#[derive(Clone, Debug, Default, PartialEq, Response)]
#[non_exhaustive]
pub struct SearchGroups {
    /// Those of rooms.
    #[serde(default)]
    pub room_id: JsonMap<RoomId, SearchGroup>,
    /// Those of senders.
    #[serde(default)]
    pub sender: JsonMap<UserId, SearchGroup>,
}

/// Results that belong together.
#[derive(Clone, Debug, Default, PartialEq, Response)]
#[non_exhaustive]
pub struct SearchGroup {
    /// Where the group's next page begins. Missing on the last one.
    pub next_batch: Option<String>,
    /// Where the group stands among the others: the smallest first. It may have a fraction, since servers order by rank.
    pub order: Option<f64>,
    /// The results.
    #[serde(default)]
    pub results: Vec<EventId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_last_page_may_have_null_for_its_lists() {
        let body = r#"{"search_categories": {"room_events": {"count": 0, "results": null, "highlights": null, "groups": {"room_id": null}, "next_batch": ""}}}"#;
        let answer = wire::decode_response::<Search>(http::Response::new(body)).unwrap();
        assert!(answer.warnings.is_empty());
        let found = answer.value.search_categories.room_events.unwrap();
        assert!(found.results.is_empty());
    }

    #[test]
    fn groups_may_be_ordered_by_a_rank() {
        let body = r#"{"search_categories": {"room_events": {"groups": {"sender": {"@a:b": {"order": 0.30396, "results": ["$a"]}, "@c:d": {"order": 5}}}}}}"#;
        let answer = wire::decode_response::<Search>(http::Response::new(body)).unwrap();
        assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
        let found = answer.value.search_categories.room_events.unwrap();
        assert_eq!(found.groups.sender["@a:b"].order, Some(0.30396));
        assert_eq!(found.groups.sender["@c:d"].order, Some(5.0));
    }

    #[test]
    fn a_sender_has_a_name_in_either_spelling() {
        for body in [r#"{"displayname": "Ada"}"#, r#"{"display_name": "Ada"}"#] {
            let profile: SenderProfile = serde_json::from_str(body).unwrap();
            assert_eq!(profile.name(), Some("Ada"));
        }
    }
}
