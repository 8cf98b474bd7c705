use hardline::json::Empty;
use hardline::oauth_api::RevokeToken;
use hardline::wire::OAuthErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::data::AuthorizationServerData;
use super::request_context::RequestContext;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.answer_with(revoke);
}

/// Ends the session of a token of either kind, whatever the hint says. RFC 7009 asks for that, and for no error if the token
/// is not valid.
fn revoke(context: &mut RequestContext<'_>, revoke: RevokeToken) -> Result<Empty, ErrorResponse> {
    if let Some(client_id) = &revoke.client_id
        && context.state.clients.get(client_id).is_none()
    {
        return Err(ErrorResponse::oauth(
            StatusCode::UNAUTHORIZED,
            OAuthErrorCode::InvalidClient,
            "the client is not registered",
        ));
    }
    if let Some((session, owner)) = context.homeserver.oauth_session_of(revoke.token.reveal()) {
        if revoke.client_id.is_some_and(|client_id| client_id != owner) {
            return Err(ErrorResponse::oauth(
                StatusCode::UNAUTHORIZED,
                OAuthErrorCode::UnauthorizedClient,
                "the token is another client's",
            ));
        }
        context.homeserver.end_oauth_session(&session);
    }
    Ok(Empty {})
}
