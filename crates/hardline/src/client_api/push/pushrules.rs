use hardline_derive::{Request, Response};

use crate::client_api::push::{PushRule, PushRuleKind, Ruleset};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Fetches all push rules of the account.
///
/// They are account data too: after this, `/sync` tells every change as `m.push_rules`.
///
/// ```
/// use hardline::client_api::push::{GetPushRules, PushConditionKind};
/// use hardline::wire;
///
/// let body = r#"{"global": {"override": [{
///     "rule_id": ".m.rule.suppress_notices", "default": true, "enabled": true, "actions": [],
///     "conditions": [{"kind": "event_match", "key": "content.msgtype", "pattern": "m.notice"}]
/// }]}}"#;
/// let rules = wire::decode::<GetPushRules>(http::Response::new(body))?.global.override_rules;
/// let conditions = rules[0].conditions.as_deref().unwrap_or_default();
/// assert_eq!(conditions[0].kind(), PushConditionKind::EventMatch);
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Specification: [`GET /pushrules/`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrules).
#[doc(alias = "getPushRules")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPushRules {}

impl GetPushRules {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetPushRules {
    const OPERATION: Operation = Operation::get("getPushRules", "/_matrix/client/v3/pushrules/")
        .auth(Auth::Required)
        .since(SpecVersion::v1(1))
        .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/pushrules/")]);
    type Response = GetPushRulesResponse;
}

/// The push rules of an account.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetPushRulesResponse {
    /// The rules that hold on every device. There were rules of a device once.
    pub global: Ruleset,
}

impl GetPushRulesResponse {
    /// A response with these rules.
    pub fn new(global: Ruleset) -> Self {
        Self { global }
    }
}

/// Fetches the push rules of the account that hold everywhere: what [`GetPushRules`] has in
/// [`global`](GetPushRulesResponse::global).
///
/// ```
/// use hardline::client_api::push::GetPushRulesGlobal;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetPushRulesGlobal::new();
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /pushrules/global/`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobal).
#[doc(alias = "getPushRulesGlobal")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPushRulesGlobal {}

impl GetPushRulesGlobal {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetPushRulesGlobal {
    const OPERATION: Operation =
        Operation::get("getPushRulesGlobal", "/_matrix/client/v3/pushrules/global/")
            .auth(Auth::Required)
            .since(SpecVersion::v1(1))
            .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/pushrules/global/")]);
    type Response = Ruleset;
}

/// Fetches one push rule.
///
/// Errors worth handling: `M_NOT_FOUND` (there is no such rule).
///
/// ```
/// use hardline::client_api::push::{GetPushRule, PushRuleKind};
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = GetPushRule::new(PushRuleKind::Override, "org.example.alarm".to_owned());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/pushrules/global/override/org.example.alarm");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`GET /pushrules/global/{kind}/{ruleId}`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleid).
#[doc(alias = "getPushRule")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct GetPushRule {
    /// The kind of the rule.
    pub kind: PushRuleKind,
    /// The rule, among those of its kind.
    #[serde(rename = "ruleId")]
    pub rule_id: String,
}

impl GetPushRule {
    /// A request with the required fields.
    pub fn new(kind: PushRuleKind, rule_id: String) -> Self {
        Self { kind, rule_id }
    }
}

impl Endpoint for GetPushRule {
    const OPERATION: Operation = Operation::get(
        "getPushRule",
        "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}",
    )
    .auth(Auth::Required)
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}",
    )]);
    type Response = PushRule;
}
