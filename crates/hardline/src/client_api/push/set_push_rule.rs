use hardline_derive::Request;

use crate::client_api::push::{PushAction, PushCondition, PushRuleKind};
use crate::json::Empty;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Adds a push rule, or changes one. A new rule is enabled, and stands before the other rules of its kind unless
/// [`before`](Self::before) or [`after`](Self::after) says where.
///
/// The ID of a rule of the kind `room` is a room ID, of the kind `sender` a user ID. IDs that begin with a dot are the
/// server's own. An ID with a slash or a backslash is refused.
///
/// Errors worth handling: `M_UNKNOWN` (the rule is not valid), `M_NOT_FOUND` (there is no rule of that kind for
/// `before` or `after`), `M_UNRECOGNIZED` (the server does not know the kind), `M_LIMIT_EXCEEDED`.
///
/// ```
/// use hardline::client_api::push::{PushAction, PushRuleKind, SetPushRule};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetPushRule::new(PushRuleKind::Override, "org.example.alarm".to_owned(), vec![PushAction::Notify]);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/override/org.example.alarm");
/// assert_eq!(request.body(), br#"{"actions":["notify"]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /pushrules/global/{kind}/{ruleId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid).
#[doc(alias = "setPushRule")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetPushRule {
    /// The kind of the rule.
    pub kind: PushRuleKind,
    /// The rule, among those of its kind.
    #[serde(rename = "ruleId")]
    pub rule_id: String,
    /// The rule of the same kind that the new one stands before.
    pub before: Option<String>,
    /// The rule of the same kind that the new one stands after. Of this and [`before`](Self::before) `before` counts.
    pub after: Option<String>,
    /// What to do with the events that it matches.
    pub actions: Vec<PushAction>,
    /// For rules of the kinds `override` and `underride`: what an event has to be like. All of them have to hold.
    pub conditions: Option<Vec<PushCondition>>,
    /// For rules of the kind `content`: the pattern that a message's body has to match.
    pub pattern: Option<String>,
}

impl SetPushRule {
    /// A request with the required fields.
    pub fn new(kind: PushRuleKind, rule_id: String, actions: Vec<PushAction>) -> Self {
        Self {
            kind,
            rule_id,
            before: None,
            after: None,
            actions,
            conditions: None,
            pattern: None,
        }
    }
}

impl Endpoint for SetPushRule {
    const OPERATION: Operation = Operation::put(
        "setPushRule",
        "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}",
    )
    .auth(Auth::Required)
    .query(&["before", "after"])
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}",
    )]);
    type Response = Empty;
}

/// Deletes a push rule. Those of the server cannot be deleted: disable them with
/// [`SetPushRuleEnabled`](crate::client_api::push::SetPushRuleEnabled).
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such rule), `M_INVALID_PARAM` (it is one of the server's).
///
/// ```
/// use hardline::client_api::push::{DeletePushRule, PushRuleKind};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = DeletePushRule::new(PushRuleKind::Override, "org.example.alarm".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/override/org.example.alarm");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`DELETE /pushrules/global/{kind}/{ruleId}`](https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3pushrulesglobalkindruleid).
#[doc(alias = "deletePushRule")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct DeletePushRule {
    /// The kind of the rule.
    pub kind: PushRuleKind,
    /// The rule, among those of its kind.
    #[serde(rename = "ruleId")]
    pub rule_id: String,
}

impl DeletePushRule {
    /// A request with the required fields.
    pub fn new(kind: PushRuleKind, rule_id: String) -> Self {
        Self { kind, rule_id }
    }
}

impl Endpoint for DeletePushRule {
    const OPERATION: Operation = Operation::delete(
        "deletePushRule",
        "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}",
    )]);
    type Response = Empty;
}
