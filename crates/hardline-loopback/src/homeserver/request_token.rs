use hardline::client_api::TokenSession;
use hardline::client_api::account::{
    RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn, RequestTokenToResetPasswordEmail,
    RequestTokenToResetPasswordMsisdn,
};
use hardline::client_api::threepid::{
    RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, SubmitToken, SubmitTokenResponse,
};
use hardline::identity_api::association::Threepid;
use hardline::types::{AccessToken, CountryCode, Medium, ServerName};
use hardline::wire::server::Refusal;
use hardline::wire::{Endpoint, ErrorCode, Operation};
use serde::{Deserialize, Serialize};

use super::pages::FollowLink;
use super::{Homeserver, Turn};
use crate::validations::{Asked, check_secret, check_sid, invalid};
use crate::{email_address, identity_server, phone_number};

/// Asking for a message that proves whose a phone number or an e-mail address is, and showing what it said.
pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with::<RequestTokenTo3pidMsisdn>(|turn, request| {
        let asked = Asked {
            threepid: msisdn(&request.country, &request.phone_number)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = request.id_server.zip(request.id_access_token);
        begin(
            turn,
            asked,
            at,
            MustBe::Nobodys("to add this number to your account"),
        )
    });
    homeserver.answer_with::<RequestTokenToRegisterMsisdn>(|turn, request| {
        let asked = Asked {
            threepid: msisdn(&request.country, &request.phone_number)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = request.id_server.zip(request.id_access_token);
        begin(
            turn,
            asked,
            at,
            MustBe::Nobodys("to register with this number"),
        )
    });
    homeserver.answer_with::<RequestTokenToResetPasswordMsisdn>(|turn, request| {
        let asked = Asked {
            threepid: msisdn(&request.country, &request.phone_number)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = request.id_server.zip(request.id_access_token);
        begin(turn, asked, at, MustBe::Somebodys("to reset your password"))
    });
    homeserver.answer_with::<RequestTokenTo3pidEmail>(|turn, request| {
        let asked = Asked {
            threepid: email(&request.email)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = request.id_server.zip(request.id_access_token);
        begin(
            turn,
            asked,
            at,
            MustBe::Nobodys("to add this address to your account"),
        )
    });
    homeserver.answer_with::<RequestTokenToRegisterEmail>(|turn, request| {
        let asked = Asked {
            threepid: email(&request.email)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = request.id_server.zip(request.id_access_token);
        begin(
            turn,
            asked,
            at,
            MustBe::Nobodys("to register with this address"),
        )
    });
    homeserver.answer_with::<RequestTokenToResetPasswordEmail>(|turn, request| {
        let asked = Asked {
            threepid: email(&request.email)?,
            client_secret: request.client_secret,
            send_attempt: request.send_attempt,
            next_link: request.next_link,
        };
        let at = request.id_server.zip(request.id_access_token);
        begin(turn, asked, at, MustBe::Somebodys("to reset your password"))
    });
    homeserver
        .handlers
        .route(const { &SubmitTokenHere::OPERATION });
    homeserver.answer_with(submit_token);
}

/// What stands behind the `submit_url`: the specification leaves the path to the homeserver. It is Synapse's.
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

/// Whose the address has to be, and what the message is for.
enum MustBe {
    Nobodys(&'static str),
    Somebodys(&'static str),
}

/// Begins a session here, or at the identity server that is named.
fn begin(
    turn: &mut Turn<'_>,
    asked: Asked,
    at: Option<(ServerName, AccessToken)>,
    owner: MustBe,
) -> Result<TokenSession, Refusal> {
    asked.check()?;
    let homeserver = turn.homeserver;
    let at = match at {
        Some((name, access_token)) => Some((homeserver.identity_server(&name)?, access_token)),
        None => None,
    };
    let Threepid {
        medium, address, ..
    } = &asked.threepid;
    let is_known = turn.state.owner_of(medium, address).is_some();
    let purpose = match owner {
        MustBe::Nobodys(_) if is_known => return Err(in_use(medium)),
        MustBe::Somebodys(_) if !is_known => {
            return Err(Refusal::bad_request(
                ErrorCode::ThreepidNotFound,
                "no account has it",
            ));
        }
        MustBe::Nobodys(purpose) | MustBe::Somebodys(purpose) => purpose,
    };
    let medium = medium.clone();
    let (begun, link) = match at {
        Some((identity_server, access_token)) => {
            let begun = turn.delegate(identity_server, access_token, asked)?;
            (begun, identity_server::LINK)
        }
        None => {
            let now = turn.now();
            let state = &mut *turn.state;
            let begun = state.validations.begin(now, &mut state.entropy, asked);
            (begun, FollowLink::OPERATION.path())
        }
    };
    if let Some(to_send) = begun.to_send {
        homeserver
            .inbox
            .deliver(to_send.message(homeserver, link, purpose));
    }
    let mut answer = TokenSession::new(begun.sid);
    // A code is to be brought back; a link brings itself back.
    answer.submit_url = (medium == Medium::Msisdn).then(|| {
        format!(
            "{}{}",
            turn.homeserver.base_url(),
            SubmitTokenHere::OPERATION.path()
        )
    });
    Ok(answer)
}

fn submit_token(
    turn: &mut Turn<'_>,
    SubmitTokenHere(submit): SubmitTokenHere,
) -> Result<SubmitTokenResponse, Refusal> {
    check_secret(&submit.client_secret)?;
    check_sid(&submit.sid)?;
    turn.submit(&submit.sid, &submit.client_secret, &submit.token)?;
    Ok(SubmitTokenResponse::new())
}

fn msisdn(country: &CountryCode, phone_number: &str) -> Result<Threepid, Refusal> {
    CountryCode::parse(country.as_str()).map_err(invalid)?;
    let msisdn = phone_number::msisdn(country.as_str(), phone_number).ok_or_else(|| {
        Refusal::bad_request(ErrorCode::InvalidParam, "unable to parse phone number")
    })?;
    Ok(Threepid::new(Medium::Msisdn, msisdn))
}

fn email(written: &str) -> Result<Threepid, Refusal> {
    let email = email_address::folded(written).ok_or_else(|| {
        Refusal::bad_request(ErrorCode::InvalidParam, "unable to parse email address")
    })?;
    Ok(Threepid::new(Medium::Email, email))
}

pub(super) fn in_use(medium: &Medium) -> Refusal {
    let what = match medium {
        Medium::Email => "the e-mail address belongs to an account",
        _ => "the phone number belongs to an account",
    };
    Refusal::bad_request(ErrorCode::ThreepidInUse, what)
}
