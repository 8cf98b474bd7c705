use hardline_derive::{Request, Response};

use crate::client_api::push::{PushAction, PushRuleKind};
use crate::json::Empty;
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Asks whether a push rule is in force.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such rule).
///
/// ```
/// use hardline::client_api::push::{IsPushRuleEnabled, PushRuleKind};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = IsPushRuleEnabled::new(PushRuleKind::Override, "org.example.alarm".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/override/org.example.alarm/enabled");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /pushrules/global/{kind}/{ruleId}/enabled`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleidenabled).
#[doc(alias = "isPushRuleEnabled")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct IsPushRuleEnabled {
    /// The kind of the rule.
    pub kind: PushRuleKind,
    /// The rule, among those of its kind.
    #[serde(rename = "ruleId")]
    pub rule_id: String,
}

impl IsPushRuleEnabled {
    /// A request with the required fields.
    pub fn new(kind: PushRuleKind, rule_id: String) -> Self {
        Self { kind, rule_id }
    }
}

impl Endpoint for IsPushRuleEnabled {
    const OPERATION: Operation = Operation::get(
        "isPushRuleEnabled",
        "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}/enabled",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}/enabled",
    )]);
    type Response = IsPushRuleEnabledResponse;
}

/// Whether a push rule is in force.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct IsPushRuleEnabledResponse {
    /// Whether it is in force.
    pub enabled: bool,
}

impl IsPushRuleEnabledResponse {
    /// A response.
    pub fn new(enabled: bool) -> Self {
        Self { enabled }
    }
}

/// Puts a push rule into force, or out of it.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such rule).
///
/// ```
/// use hardline::client_api::push::{SetPushRuleEnabled, PushRuleKind};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetPushRuleEnabled::new(PushRuleKind::Override, "org.example.alarm".to_owned(), true);
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/override/org.example.alarm/enabled");
/// assert_eq!(request.body(), br#"{"enabled":true}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /pushrules/global/{kind}/{ruleId}/enabled`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidenabled).
#[doc(alias = "setPushRuleEnabled")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetPushRuleEnabled {
    /// The kind of the rule.
    pub kind: PushRuleKind,
    /// The rule, among those of its kind.
    #[serde(rename = "ruleId")]
    pub rule_id: String,
    /// Whether it is to be in force.
    pub enabled: bool,
}

impl SetPushRuleEnabled {
    /// A request with the required fields.
    pub fn new(kind: PushRuleKind, rule_id: String, enabled: bool) -> Self {
        Self {
            kind,
            rule_id,
            enabled,
        }
    }
}

impl Endpoint for SetPushRuleEnabled {
    const OPERATION: Operation = Operation::put(
        "setPushRuleEnabled",
        "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}/enabled",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}/enabled",
    )]);
    type Response = Empty;
}

/// Asks what a push rule says to do.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such rule).
///
/// ```
/// use hardline::client_api::push::{GetPushRuleActions, PushRuleKind};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetPushRuleActions::new(PushRuleKind::Override, "org.example.alarm".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/override/org.example.alarm/actions");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /pushrules/global/{kind}/{ruleId}/actions`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleidactions).
#[doc(alias = "getPushRuleActions")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPushRuleActions {
    /// The kind of the rule.
    pub kind: PushRuleKind,
    /// The rule, among those of its kind.
    #[serde(rename = "ruleId")]
    pub rule_id: String,
}

impl GetPushRuleActions {
    /// A request with the required fields.
    pub fn new(kind: PushRuleKind, rule_id: String) -> Self {
        Self { kind, rule_id }
    }
}

impl Endpoint for GetPushRuleActions {
    const OPERATION: Operation = Operation::get(
        "getPushRuleActions",
        "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}/actions",
    )]);
    type Response = GetPushRuleActionsResponse;
}

/// What a push rule says to do.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetPushRuleActionsResponse {
    /// What to do with the events that it matches.
    pub actions: Vec<PushAction>,
}

impl GetPushRuleActionsResponse {
    /// A response with these actions.
    pub fn new(actions: Vec<PushAction>) -> Self {
        Self { actions }
    }
}

/// Changes what a push rule says to do. This is possible for the server's rules too.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such rule).
///
/// ```
/// use hardline::client_api::push::{SetPushRuleActions, PushRuleKind};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SetPushRuleActions::new(PushRuleKind::Override, "org.example.alarm".to_owned(), Vec::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/override/org.example.alarm/actions");
/// assert_eq!(request.body(), br#"{"actions":[]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /pushrules/global/{kind}/{ruleId}/actions`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidactions).
#[doc(alias = "setPushRuleActions")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SetPushRuleActions {
    /// The kind of the rule.
    pub kind: PushRuleKind,
    /// The rule, among those of its kind.
    #[serde(rename = "ruleId")]
    pub rule_id: String,
    /// What to do with the events that it matches.
    pub actions: Vec<PushAction>,
}

impl SetPushRuleActions {
    /// A request with the required fields.
    pub fn new(kind: PushRuleKind, rule_id: String, actions: Vec<PushAction>) -> Self {
        Self {
            kind,
            rule_id,
            actions,
        }
    }
}

impl Endpoint for SetPushRuleActions {
    const OPERATION: Operation = Operation::put(
        "setPushRuleActions",
        "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}/actions",
    )]);
    type Response = Empty;
}
