//! Finds out whose the tokens are that an authorization server granted: the last part of each login.
//!
//! ```text
//! new --> AskingForOwner --200--> LoggedIn
//!            |      ^
//!            |      '----- 200 -----.
//!            '-- the token died --> Refreshing
//! ```

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::account::GetTokenOwner;
use crate::flow::engine::FlowContext;
use crate::flow::{FlowError, LoggedIn, OAuthGap, OAuthSession, SessionTokens};
use crate::oauth_api::{RefreshAccessToken, TokenResponse};
use crate::types::{DeviceId, Timestamp};
use crate::wire::{Credentials, ErrorCode, ErrorKind, Target};

/// Tokens whose owner is not known yet.
#[derive(Debug, Persist)]
pub(super) struct Granted {
    tokens: SessionTokens,
    device_id: DeviceId,
    renewal: Renewal,
}

/// Whether the access token is renewed, since it died while the flow was stalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Persist)]
enum Renewal {
    Unneeded,
    Underway,
    Done,
}

impl Granted {
    /// What the server granted when it was asked for this device.
    ///
    /// # Errors
    /// [`FlowError::NoOAuth`] if a client of Matrix cannot use it.
    pub(super) fn new(
        response: &TokenResponse,
        sent_at: Timestamp,
        device_id: &DeviceId,
        session: OAuthSession,
    ) -> Result<Self, FlowError> {
        check(response)?;
        let granted = response.scope.as_ref().and_then(|scope| scope.device_id());
        let device_id = granted.unwrap_or(device_id).clone();
        Ok(Self {
            tokens: SessionTokens::of_grant(sent_at, response).granted_by(session),
            device_id,
            renewal: Renewal::Unneeded,
        })
    }

    /// Continues until the owner is known.
    pub(super) fn advance(
        &mut self,
        context: &mut FlowContext<'_>,
        homeserver: &Target,
        token_endpoint: &Target,
    ) -> Poll<Result<LoggedIn, FlowError>> {
        loop {
            match (self.renewal, &self.tokens.oauth, &self.tokens.refresh_token) {
                (Renewal::Underway, Some(session), Some(refresh_token)) => {
                    let sent_at = context.sent_at().unwrap_or(context.now());
                    let refresh =
                        RefreshAccessToken::new(session.client_id.clone(), refresh_token.clone());
                    let answer = context.call_as(&refresh, token_endpoint, &Credentials::None);
                    let response = ready!(answer)?;
                    check(&response)?;
                    let renewed = SessionTokens::of_grant(sent_at, &response);
                    self.tokens.access_token = renewed.access_token;
                    self.tokens.expires_at = renewed.expires_at;
                    // The old one stays in use until there is another.
                    if renewed.refresh_token.is_some() {
                        self.tokens.refresh_token = renewed.refresh_token;
                    }
                    self.renewal = Renewal::Done;
                }
                (renewal, _, refresh_token) => {
                    let credentials = Credentials::Token(self.tokens.access_token.clone());
                    let answer = context.call_as(&GetTokenOwner::new(), homeserver, &credentials);
                    match ready!(answer) {
                        Ok(owner) => {
                            return Poll::Ready(Ok(LoggedIn {
                                user_id: owner.user_id,
                                device_id: owner.device_id.unwrap_or(self.device_id.clone()),
                                tokens: self.tokens.clone(),
                            }));
                        }
                        Err(refusal)
                            if refusal.errcode() == Some(&ErrorCode::UnknownToken)
                                && renewal == Renewal::Unneeded
                                && refresh_token.is_some() =>
                        {
                            self.renewal = Renewal::Underway;
                        }
                        // Nobody else has the tokens, and what the server refuses now it may allow later: the account is
                        // locked, or its owner has to agree to something first.
                        Err(refusal)
                            if refusal.errcode() != Some(&ErrorCode::UnknownToken)
                                && matches!(refusal.error.kind(), ErrorKind::Server(_)) =>
                        {
                            context.stall(refusal.error);
                            return Poll::Pending;
                        }
                        Err(refusal) => return Poll::Ready(Err(refusal.into())),
                    }
                }
            }
        }
    }

    pub(super) fn state(&self) -> &'static str {
        match self.renewal {
            Renewal::Underway => "Refreshing",
            Renewal::Unneeded | Renewal::Done => "AskingForOwner",
        }
    }
}

/// Checks that a client of Matrix can use the tokens.
fn check(response: &TokenResponse) -> Result<(), FlowError> {
    if !response.is_bearer() {
        return Err(FlowError::NoOAuth(OAuthGap::TokenType));
    }
    if (response.scope.as_ref()).is_some_and(|scope| !scope.has_api()) {
        return Err(FlowError::NoOAuth(OAuthGap::Scope));
    }
    Ok(())
}
