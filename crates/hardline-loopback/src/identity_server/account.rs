use hardline::identity_api::account::{
    GetAccount, GetAccountResponse, Logout, RegisterAccount, RegisterAccountResponse,
};
use hardline::identity_api::versions::{GetVersions, GetVersionsResponse, PingV2};
use hardline::json::Empty;
use hardline::types::Timestamp;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use crate::handlers::Handlers;

/// The newest version of the specification that is advertised: `v1.` and this.
const NEWEST: u32 = 19;

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with::<GetVersions>(|_, _| {
        let mut versions = GetVersionsResponse::default();
        versions.versions.push("r0.3.0".to_owned());
        let releases = 1..=NEWEST;
        versions
            .versions
            .extend(releases.map(|minor| format!("v1.{minor}")));
        Ok(versions)
    });
    handlers.answer_with::<PingV2>(|_, _| Ok(Empty {}));
    handlers.add(|exchange, caller, operation| register(exchange.server, caller.now, &operation));
    handlers.answer_with::<GetAccount>(|context, _| {
        context
            .user_id()
            .map(|user_id| GetAccountResponse::new(user_id.clone()))
    });
    handlers.answer_with(logout);
}

/// Asks the homeserver before it locks the state, because the homeserver locks both in this order.
fn register(
    server: &IdentityServerData,
    now: Timestamp,
    register: &RegisterAccount,
) -> Result<RegisterAccountResponse, ErrorResponse> {
    let homeserver = &server.homeserver;
    let user_id = if register.matrix_server_name == *homeserver.server_name() {
        homeserver.openid_user(now, &register.access_token)
    } else {
        // It contacts nobody outside this process.
        None
    };
    let user_id = user_id.ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthorized,
            "the homeserver does not confirm the OpenID token",
        )
    })?;
    let token = server.state().log_in(user_id);
    Ok(RegisterAccountResponse::new(token))
}

fn logout(context: &mut RequestContext<'_>, _: Logout) -> Result<Empty, ErrorResponse> {
    if let Some(token) = &context.caller.access_token {
        context.state.log_out(token);
    }
    Ok(Empty {})
}
