use hardline::client_api::account::{
    RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn, RequestTokenToResetPasswordEmail,
    RequestTokenToResetPasswordMsisdn,
};
use hardline::client_api::threepid::TokenSession;
use hardline::client_api::threepid::{
    RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, SubmitToken, SubmitTokenResponse,
};
use hardline::identity_api::association::Threepid;
use hardline::types::{AccessToken, CountryCode, Medium, ServerName};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Endpoint, ErrorCode, Operation};
use serde::{Deserialize, Serialize};

use super::data::HomeserverData;
use super::errors::in_use;
use super::pages::FollowLink;
use super::request_context::RequestContext;
use crate::handlers::Handlers;
use crate::identity_server::Trusted;
use crate::validations::{Asked, check_secret, check_sid, invalid};
use crate::{email_address, phone_number};

/// Requests a message that proves who owns a phone number or an e-mail address, and submits its token.
pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<RequestTokenTo3pidMsisdn>(|context, request| {
        let asked = Asked {
            threepid: msisdn(&request.country, &request.phone_number)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = (request.id_server, request.id_access_token);
        begin(
            context,
            asked,
            at,
            MustBe::Nobodys("to add this number to your account"),
        )
    });
    handlers.answer_with::<RequestTokenToRegisterMsisdn>(|context, request| {
        let asked = Asked {
            threepid: msisdn(&request.country, &request.phone_number)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = (request.id_server, request.id_access_token);
        begin(
            context,
            asked,
            at,
            MustBe::Nobodys("to register with this number"),
        )
    });
    handlers.answer_with::<RequestTokenToResetPasswordMsisdn>(|context, request| {
        let asked = Asked {
            threepid: msisdn(&request.country, &request.phone_number)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = (request.id_server, request.id_access_token);
        begin(
            context,
            asked,
            at,
            MustBe::Somebodys("to reset your password"),
        )
    });
    handlers.answer_with::<RequestTokenTo3pidEmail>(|context, request| {
        let asked = Asked {
            threepid: email(&request.email)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = (request.id_server, request.id_access_token);
        begin(
            context,
            asked,
            at,
            MustBe::Nobodys("to add this address to your account"),
        )
    });
    handlers.answer_with::<RequestTokenToRegisterEmail>(|context, request| {
        let asked = Asked {
            threepid: email(&request.email)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = (request.id_server, request.id_access_token);
        begin(
            context,
            asked,
            at,
            MustBe::Nobodys("to register with this address"),
        )
    });
    handlers.answer_with::<RequestTokenToResetPasswordEmail>(|context, request| {
        let asked = Asked {
            threepid: email(&request.email)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = (request.id_server, request.id_access_token);
        begin(
            context,
            asked,
            at,
            MustBe::Somebodys("to reset your password"),
        )
    });
    handlers.route(const { &SubmitTokenHere::OPERATION });
    handlers.answer_with(submit_token);
}

/// The operation at the `submit_url`: the specification leaves the path to the homeserver. This is Synapse's.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct SubmitTokenHere(SubmitToken);

impl Endpoint for SubmitTokenHere {
    const OPERATION: Operation = Operation::post(
        "submitMsisdnToken",
        "/_matrix/client/unstable/add_threepid/msisdn/submit_token",
    );
    type Response = SubmitTokenResponse;
}

/// Who has to own the address, and what the message is for.
enum MustBe {
    Nobodys(&'static str),
    Somebodys(&'static str),
}

/// Begins a session here or, if the homeserver delegates that, at the identity server in the request.
fn begin(
    context: &mut RequestContext<'_>,
    asked: Asked,
    at: (Option<ServerName>, Option<AccessToken>),
    owner: MustBe,
) -> Result<TokenSession, ErrorResponse> {
    asked.check()?;
    let at = match at {
        // It validates by itself, whatever the request says about others.
        _ if !context.state.switches.delegates_validation => None,
        (Some(name), Some(access_token)) => Some((context.identity_server(&name)?, access_token)),
        (None, None) => None,
        _ => {
            return Err(ErrorResponse::bad_request(
                ErrorCode::InvalidParam,
                "id_server and id_access_token belong together",
            ));
        }
    };
    let Threepid {
        medium, address, ..
    } = &asked.threepid;
    let is_known = context.state.accounts.owner_of(medium, address).is_some();
    let purpose = match owner {
        MustBe::Nobodys(_) if is_known => return Err(in_use(medium)),
        MustBe::Somebodys(_) if !is_known => {
            return Err(ErrorResponse::bad_request(
                ErrorCode::ThreepidNotFound,
                "no account has it",
            ));
        }
        MustBe::Nobodys(purpose) | MustBe::Somebodys(purpose) => purpose,
    };
    let medium = medium.clone();
    let (begun, link) = match at {
        Some((identity_server, access_token)) => {
            let begun = context.delegate(identity_server, access_token, asked)?;
            (begun, Trusted::EMAIL_LINK)
        }
        None => {
            let now = context.now();
            let state = &mut *context.state;
            let begun = state.validations.begin(now, &mut state.entropy, asked);
            (begun, FollowLink::OPERATION.path)
        }
    };
    if let Some(to_send) = begun.to_send {
        let message = to_send.message(context.server, link, purpose);
        context.server.inbox().deliver(message);
    }
    let mut answer = TokenSession::new(begun.sid);
    // A user submits a code; a link submits itself.
    answer.submit_url = (medium == Medium::Msisdn).then(|| {
        format!(
            "{}{}",
            context.server.base_url(),
            SubmitTokenHere::OPERATION.path
        )
    });
    Ok(answer)
}

fn submit_token(
    context: &mut RequestContext<'_>,
    SubmitTokenHere(submit): SubmitTokenHere,
) -> Result<SubmitTokenResponse, ErrorResponse> {
    check_secret(&submit.client_secret)?;
    check_sid(&submit.sid)?;
    context.submit(&submit.sid, &submit.client_secret, &submit.token)?;
    Ok(SubmitTokenResponse::new())
}

fn msisdn(country: &CountryCode, phone_number: &str) -> Result<Threepid, ErrorResponse> {
    CountryCode::parse(country.as_str()).map_err(invalid)?;
    let msisdn = phone_number::msisdn(country.as_str(), phone_number).ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::InvalidParam, "unable to parse phone number")
    })?;
    Ok(Threepid::new(Medium::Msisdn, msisdn))
}

fn email(written: &str) -> Result<Threepid, ErrorResponse> {
    let email = email_address::folded(written).ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::InvalidParam, "unable to parse email address")
    })?;
    Ok(Threepid::new(Medium::Email, email))
}
