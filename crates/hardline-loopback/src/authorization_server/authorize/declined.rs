use hardline::oauth_api::{
    AuthorizationError, AuthorizationResponse, AuthorizationState, RedirectedUrl, ResponseMode,
};
use hardline::wire::OAuthErrorCode;

/// What the client is told if it gets no code.
pub(super) struct Declined {
    pub(super) redirect_uri: String,
    pub(super) response_mode: ResponseMode,
    /// A client that has sent none gets none.
    pub(super) state: Option<AuthorizationState>,
    pub(super) error: OAuthErrorCode,
    pub(super) description: &'static str,
}

impl Declined {
    /// Where the browser is sent.
    pub(super) fn url(self, issuer: &str) -> RedirectedUrl {
        let mut error = AuthorizationError::new(self.error);
        error.error_description = Some(self.description.to_owned());
        let placeholder = AuthorizationState::from_entropy([0; 32]);
        let mut response = AuthorizationResponse::new(placeholder, Err(error));
        response.state = self.state;
        response.issuer = Some(issuer.to_owned());
        response.url(&self.redirect_uri, &self.response_mode)
    }
}
