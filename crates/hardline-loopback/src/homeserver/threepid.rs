use hardline::client_api::threepid::{
    Add3pid, Delete3pidFromAccount, Delete3pidFromAccountResponse, GetAccount3pids,
    GetAccount3pidsResponse, ListedThreepid, Post3pids, Post3pidsResponse,
};
use hardline::identity_api::association::Threepid;
use hardline::json::Empty;
use hardline::types::{Medium, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, ErrorCode};
use http::StatusCode;

use super::data::HomeserverData;
use super::errors::in_use;
use super::request_context::RequestContext;
use super::uia;
use crate::handlers::Handlers;
use crate::validations::{Validated, check_secret, check_sid};

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(account_threepids);
    handlers.answer_with(add);
    handlers.answer_with(post);
    handlers.answer_with(delete);
}

fn account_threepids(
    context: &mut RequestContext<'_>,
    _: GetAccount3pids,
) -> Result<GetAccount3pidsResponse, ErrorResponse> {
    let mut answer = GetAccount3pidsResponse::default();
    answer.threepids = context
        .state
        .accounts
        .threepids(&context.user_id()?)
        .to_vec();
    Ok(answer)
}

fn add(context: &mut RequestContext<'_>, add: Add3pid) -> Result<Empty, ErrorResponse> {
    check_secret(&add.client_secret)?;
    check_sid(&add.sid)?;
    uia::authenticate(context, add.auth.as_ref(), &[vec![AuthType::Password]])?;
    let validated = context
        .validated(&add.sid, &add.client_secret)
        .map_err(|_| not_validated(StatusCode::BAD_REQUEST))?;
    let user_id = context.user_id()?;
    give(context, &user_id, validated)?;
    Ok(Empty {})
}

fn post(
    context: &mut RequestContext<'_>,
    post: Post3pids,
) -> Result<Post3pidsResponse, ErrorResponse> {
    let credentials = &post.three_pid_creds;
    let (sid, client_secret) = (&credentials.sid, &credentials.client_secret);
    // Whichever identity server the request mentions: what was validated here is known here, as with Synapse.
    let validated = context.validated(sid, client_secret).or_else(|_| {
        let identity_server = context.identity_server(&credentials.id_server)?;
        identity_server.validated(
            context.now(),
            &credentials.id_access_token,
            sid,
            client_secret,
        )
    });
    let validated = validated.map_err(|_| not_validated(StatusCode::FORBIDDEN))?;
    let user_id = context.user_id()?;
    give(context, &user_id, validated)?;
    Ok(Post3pidsResponse::default())
}

fn not_validated(status: StatusCode) -> ErrorResponse {
    ErrorResponse::new(
        status,
        ErrorCode::ThreepidAuthFailed,
        "no validation session with this sid and client_secret is validated",
    )
}

/// Adds a validated identifier to an account.
pub(super) fn give(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    validated: Validated,
) -> Result<(), ErrorResponse> {
    let Validated { threepid, at } = validated;
    let owner = context
        .state
        .accounts
        .owner_of(&threepid.medium, &threepid.address);
    if owner.is_some_and(|owner| owner != user_id) {
        return Err(in_use(&threepid.medium));
    }
    let mut threepid = ListedThreepid::new(threepid.medium, threepid.address);
    threepid.validated_at = Some(at);
    threepid.added_at = Some(context.now());
    context.state.accounts.add_threepid(user_id, threepid);
    Ok(())
}

fn delete(
    context: &mut RequestContext<'_>,
    delete: Delete3pidFromAccount,
) -> Result<Delete3pidFromAccountResponse, ErrorResponse> {
    check_medium(&delete.medium)?;
    let user_id = context.user_id()?;
    let threepid = Threepid::new(delete.medium, delete.address);
    let mut answer = Delete3pidFromAccountResponse::default();
    answer.id_server_unbind_result = Some(context.unbind(delete.id_server.as_ref(), &threepid)?);
    context
        .state
        .accounts
        .remove_threepid(&user_id, &threepid.medium, &threepid.address);
    Ok(answer)
}

pub(super) fn check_medium(medium: &Medium) -> Result<(), ErrorResponse> {
    match medium {
        Medium::Other(_) => Err(ErrorResponse::bad_request(
            ErrorCode::InvalidParam,
            "medium is email or msisdn",
        )),
        _ => Ok(()),
    }
}
