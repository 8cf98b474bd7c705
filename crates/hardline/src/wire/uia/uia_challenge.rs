use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use hardline_derive::Response;
use http::{HeaderMap, StatusCode};

use crate::json::{JsonObject, Printable};
use crate::types::Timestamp;
use crate::types::text::text_enum;
use crate::wire::ErrorCode;
use crate::wire::error::retry_after;

/// The server wants user-interactive authentication: the stages of one of `flows`, in order.
///
/// Specification: [user-interactive
/// authentication](https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api).
#[derive(Clone)]
#[non_exhaustive]
pub struct UiaChallenge {
    /// The HTTP status; 401 from servers that follow the specification.
    pub status: StatusCode,
    /// The ways to authenticate. Any one of them will do.
    pub flows: Vec<UiaFlow>,
    /// The stages that are done.
    pub completed: Vec<AuthType>,
    /// The parameters of the stages: a member for each stage.
    pub params: JsonObject,
    /// Ties the stages together; it is sent with each stage.
    pub session: Option<String>,
    /// Why the last stage failed, if one did: `M_FORBIDDEN` for a wrong password.
    pub errcode: Option<ErrorCode>,
    /// Why the last stage failed, for people.
    pub message: Option<String>,
    /// The header fields and the body of a response that asks to wait.
    pub(crate) asks_to_wait: Option<Box<(HeaderMap, Bytes)>>,
}

/// One way to authenticate: all its stages have to be completed in order.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct UiaFlow {
    /// The stages.
    pub stages: Vec<AuthType>,
}

text_enum! {
    /// A stage of user-interactive authentication, or a way to log in.
    ///
    /// Specification: [authentication types](https://spec.matrix.org/v1.19/client-server-api/#authentication-types).
    AuthType {
        /// The password of the account.
        Password = "m.login.password",
        /// A login token, obtained elsewhere.
        Token = "m.login.token",
        /// Nothing at all.
        Dummy = "m.login.dummy",
        /// A validated e-mail address.
        EmailIdentity = "m.login.email.identity",
        /// A validated phone number.
        Msisdn = "m.login.msisdn",
        /// Google's captcha.
        Recaptcha = "m.login.recaptcha",
        /// A token that an administrator gave out.
        RegistrationToken = "m.login.registration_token",
        /// Single sign-on: another website identifies the user.
        Sso = "m.login.sso",
        /// Agreement with the terms of service.
        Terms = "m.login.terms",
        /// Logging in and registering as an application service.
        ApplicationService = "m.login.application_service",
        /// The homeserver's own pages identify the user.
        Oauth = "m.oauth",
    }
}

impl AuthType {
    /// Whether the user completes the stage on a page of the authorization server, whose URL is among the stage's
    /// parameters: `m.oauth`, or its name from before v1.17, `org.matrix.cross_signing_reset`.
    ///
    /// ```
    /// use hardline::wire::AuthType;
    ///
    /// assert!(AuthType::Oauth.is_oauth());
    /// assert!(AuthType::from("org.matrix.cross_signing_reset").is_oauth());
    /// assert!(!AuthType::Sso.is_oauth());
    /// ```
    pub fn is_oauth(&self) -> bool {
        matches!(self.as_str(), "m.oauth" | "org.matrix.cross_signing_reset")
    }
}

impl UiaChallenge {
    /// How long the server asks to wait: see [`Error::retry_after`](crate::wire::Error::retry_after).
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let (headers, body) = self.asks_to_wait.as_deref()?;
        retry_after(headers, body, now)
    }

    /// The remaining stages of the shortest flow that can be completed: `can_complete` is true for each of them. `None`
    /// if there is no such flow.
    pub fn shortest_flow(
        &self,
        mut can_complete: impl FnMut(&AuthType) -> bool,
    ) -> Option<Vec<AuthType>> {
        let left = self.flows.iter().map(|flow| -> Vec<AuthType> {
            flow.stages
                .iter()
                .filter(|stage| !self.completed.contains(stage))
                .cloned()
                .collect()
        });
        left.filter(|stages| stages.iter().all(&mut can_complete))
            .min_by_key(Vec::len)
    }
}

impl fmt::Debug for UiaChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UiaChallenge")
            .field("flows", &self.flows)
            .field("completed", &self.completed)
            .field("errcode", &self.errcode)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for UiaChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server asks for authentication")?;
        for (index, flow) in self.flows.iter().enumerate() {
            f.write_str(if index == 0 { " (" } else { ", or " })?;
            for (index, stage) in flow.stages.iter().enumerate() {
                let then = if index == 0 { "" } else { " then " };
                write!(f, "{then}{}", Printable(stage.as_str()))?;
            }
        }
        if !self.flows.is_empty() {
            f.write_str(")")?;
        }
        match &self.message {
            Some(message) => write!(f, ": {}", Printable(message)),
            None => Ok(()),
        }
    }
}
