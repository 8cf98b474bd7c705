use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::{JsonMap, JsonObject};
use crate::types::UserId;
use crate::types::text::text_enum;

/// `m.ignored_user_list`: users of whom the user wants to see nothing. Read it, change it and write all of it.
///
/// ```
/// use hardline::events::{IgnoredUserList, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.ignored_user_list",
///     "content": {"ignored_users": {"@spam:example.org": {}}},
/// }))?;
/// let list: IgnoredUserList = event.content_as()?;
/// assert!(list.ignored_users.contains_key("@spam:example.org"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.ignored_user_list`](https://spec.matrix.org/v1.19/client-server-api/#mignored_user_list).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct IgnoredUserList {
    /// The users, each with an object that is reserved.
    #[serde(default)]
    pub ignored_users: JsonMap<UserId, JsonObject>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl IgnoredUserList {
    /// These users are ignored.
    pub fn new(users: impl IntoIterator<Item = UserId>) -> Self {
        let users = users.into_iter().map(|user| (user, JsonObject::new()));
        Self {
            ignored_users: users.collect(),
            others: JsonObject::new(),
        }
    }
}

impl EventContent for IgnoredUserList {
    const TYPE: &'static str = "m.ignored_user_list";
}

/// `m.invite_permission_config`: whether the user can be invited.
///
/// ```
/// use hardline::events::{InvitePermissionConfig, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.invite_permission_config",
///     "content": {"default_action": "block"},
/// }))?;
/// assert!(event.content_as::<InvitePermissionConfig>()?.blocks_invites());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.invite_permission_config`](https://spec.matrix.org/v1.19/client-server-api/#minvite_permission_config).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct InvitePermissionConfig {
    /// What the server does with invitations. Missing, unknown and wrong values stand for letting them through.
    pub default_action: Option<InviteAction>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl InvitePermissionConfig {
    /// The server does this; [`default`](Self::default) lets invitations through.
    pub fn new(default_action: InviteAction) -> Self {
        Self {
            default_action: Some(default_action),
            others: JsonObject::new(),
        }
    }

    /// Whether the server refuses invitations.
    pub fn blocks_invites(&self) -> bool {
        self.default_action == Some(InviteAction::Block)
    }
}

impl EventContent for InvitePermissionConfig {
    const TYPE: &'static str = "m.invite_permission_config";
}

text_enum! {
    /// What the server does with invitations.
    InviteAction {
        /// It refuses them.
        Block = "block",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn whatever_is_not_known_lets_invitations_through() {
        for content in [
            "{}",
            r#"{"default_action": "allow"}"#,
            r#"{"default_action": 5}"#,
        ] {
            let event: RawEvent =
                serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
            let config: InvitePermissionConfig = event.content_as().unwrap();
            assert!(!config.blocks_invites(), "{content}");
        }
    }

    #[test]
    fn what_other_clients_put_beside_an_ignored_user_is_kept() {
        let text = r#"{"ignored_users":{"@a:a.org":{"org.example.until":5}}}"#;
        let event: RawEvent = serde_json::from_str(&format!(r#"{{"content": {text}}}"#)).unwrap();
        let list: IgnoredUserList = event.content_as_strict().unwrap();
        assert_eq!(crate::json::RawJson::new(&list).unwrap().as_str(), text);
        let user = UserId::parse("@a:a.org").unwrap();
        assert_eq!(IgnoredUserList::new([user]).ignored_users.len(), 1);
    }
}
