use hardline::client_api::TokenSession;
use hardline::client_api::account::{
    RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn, RequestTokenToResetPasswordEmail,
    RequestTokenToResetPasswordMsisdn,
};
use hardline::client_api::threepid::{
    RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, SubmitToken, SubmitTokenResponse,
};
use hardline::types::{ClientSecret, CountryCode, InvalidText, Medium, SessionId, ValidationToken};
use hardline::wire::server::Refusal;
use hardline::wire::{Endpoint, ErrorCode, Operation};
use serde::{Deserialize, Serialize};

use super::pages::FollowLink;
use super::validations::Asked;
use super::{Homeserver, Turn};
use crate::{Message, phone_number};

/// Asking for a message that proves whose a phone number or an e-mail address is, and showing what it said.
pub(super) fn install(homeserver: &mut Homeserver) {
    homeserver.answer_with::<RequestTokenTo3pidMsisdn>(|turn, request| {
        let msisdn = msisdn(&request.country, &request.phone_number)?;
        let owner = MustBe::Nobodys("to add this number to your account");
        let asked = asked(
            &request.client_secret,
            Medium::Msisdn,
            msisdn,
            request.send_attempt,
        );
        begin(turn, asked, request.next_link.as_deref(), owner)
    });
    homeserver.answer_with::<RequestTokenToRegisterMsisdn>(|turn, request| {
        let msisdn = msisdn(&request.country, &request.phone_number)?;
        let owner = MustBe::Nobodys("to register with this number");
        let asked = asked(
            &request.client_secret,
            Medium::Msisdn,
            msisdn,
            request.send_attempt,
        );
        begin(turn, asked, request.next_link.as_deref(), owner)
    });
    homeserver.answer_with::<RequestTokenToResetPasswordMsisdn>(|turn, request| {
        let msisdn = msisdn(&request.country, &request.phone_number)?;
        let owner = MustBe::Somebodys("to reset your password");
        let asked = asked(
            &request.client_secret,
            Medium::Msisdn,
            msisdn,
            request.send_attempt,
        );
        begin(turn, asked, request.next_link.as_deref(), owner)
    });
    homeserver.answer_with::<RequestTokenTo3pidEmail>(|turn, request| {
        let email = email(&request.email)?;
        let owner = MustBe::Nobodys("to add this address to your account");
        let asked = asked(
            &request.client_secret,
            Medium::Email,
            email,
            request.send_attempt,
        );
        begin(turn, asked, request.next_link.as_deref(), owner)
    });
    homeserver.answer_with::<RequestTokenToRegisterEmail>(|turn, request| {
        let email = email(&request.email)?;
        let owner = MustBe::Nobodys("to register with this address");
        let asked = asked(
            &request.client_secret,
            Medium::Email,
            email,
            request.send_attempt,
        );
        begin(turn, asked, request.next_link.as_deref(), owner)
    });
    homeserver.answer_with::<RequestTokenToResetPasswordEmail>(|turn, request| {
        let email = email(&request.email)?;
        let owner = MustBe::Somebodys("to reset your password");
        let asked = asked(
            &request.client_secret,
            Medium::Email,
            email,
            request.send_attempt,
        );
        begin(turn, asked, request.next_link.as_deref(), owner)
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

fn asked(
    client_secret: &ClientSecret,
    medium: Medium,
    address: String,
    send_attempt: u64,
) -> Asked<'_> {
    Asked {
        client_secret,
        medium,
        address,
        send_attempt,
        next_link: None,
    }
}

fn begin<'a>(
    turn: &mut Turn<'_>,
    mut asked: Asked<'a>,
    next_link: Option<&'a str>,
    owner: MustBe,
) -> Result<TokenSession, Refusal> {
    check_secret(asked.client_secret)?;
    if let Some(link) = next_link
        && !(link.starts_with("http://") || link.starts_with("https://"))
    {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "next_link is a URL of the web",
        ));
    }
    asked.next_link = next_link;
    let is_known = turn.state.owner_of(&asked.medium, &asked.address).is_some();
    let purpose = match owner {
        MustBe::Nobodys(_) if is_known => return Err(in_use(&asked.medium)),
        MustBe::Somebodys(_) if !is_known => {
            return Err(Refusal::bad_request(
                ErrorCode::ThreepidNotFound,
                "no account has it",
            ));
        }
        MustBe::Nobodys(purpose) | MustBe::Somebodys(purpose) => purpose,
    };
    let now = turn.now();
    let (medium, address) = (asked.medium.clone(), asked.address.clone());
    let client_secret = asked.client_secret;
    let begun = turn
        .state
        .validations
        .begin(now, &mut turn.state.entropy, asked);
    if let Some(token) = begun.to_send {
        let message = match medium {
            Medium::Email => {
                email_message(turn, address, &begun.sid, client_secret, token, purpose)
            }
            _ => text_message(turn, address, token, purpose),
        };
        turn.homeserver.inbox.deliver(message);
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

fn text_message(
    turn: &Turn<'_>,
    address: String,
    token: ValidationToken,
    purpose: &str,
) -> Message {
    Message {
        medium: Medium::Msisdn,
        address,
        text: format!(
            "{} is the code {purpose} on {}",
            token.reveal(),
            turn.homeserver.server_name()
        ),
        token,
        link: None,
    }
}

fn email_message(
    turn: &Turn<'_>,
    address: String,
    sid: &SessionId,
    client_secret: &ClientSecret,
    token: ValidationToken,
    purpose: &str,
) -> Message {
    // The grammar of each of the three leaves nothing that a URL would have to escape.
    let link = format!(
        "{}{}?sid={}&client_secret={}&token={}",
        turn.homeserver.base_url(),
        FollowLink::OPERATION.path(),
        sid.as_str(),
        client_secret.reveal(),
        token.reveal()
    );
    Message {
        medium: Medium::Email,
        address,
        text: format!(
            "Follow this link {purpose} on {}: {link}",
            turn.homeserver.server_name()
        ),
        token,
        link: Some(link),
    }
}

fn submit_token(
    turn: &mut Turn<'_>,
    SubmitTokenHere(submit): SubmitTokenHere,
) -> Result<SubmitTokenResponse, Refusal> {
    check_secret(&submit.client_secret)?;
    check_sid(&submit.sid)?;
    let now = turn.now();
    turn.state
        .validations
        .submit(now, &submit.sid, &submit.client_secret, &submit.token)?;
    Ok(SubmitTokenResponse::new())
}

fn msisdn(country: &CountryCode, phone_number: &str) -> Result<String, Refusal> {
    CountryCode::parse(country.as_str()).map_err(invalid)?;
    phone_number::msisdn(country.as_str(), phone_number).ok_or_else(|| {
        Refusal::bad_request(ErrorCode::InvalidParam, "unable to parse phone number")
    })
}

/// An address in the form in which addresses are compared.
fn email(written: &str) -> Result<String, Refusal> {
    let is_address = written.split_once('@').is_some_and(|(local, domain)| {
        let plain = |text: &str| {
            !text.is_empty()
                && !text
                    .chars()
                    .any(|c| c == '@' || c.is_whitespace() || c.is_control())
        };
        plain(local) && plain(domain)
    });
    if !is_address {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "unable to parse email address",
        ));
    }
    Ok(written.to_lowercase())
}

pub(super) fn in_use(medium: &Medium) -> Refusal {
    let what = match medium {
        Medium::Email => "the e-mail address belongs to an account",
        _ => "the phone number belongs to an account",
    };
    Refusal::bad_request(ErrorCode::ThreepidInUse, what)
}

pub(super) fn check_secret(secret: &ClientSecret) -> Result<(), Refusal> {
    ClientSecret::parse(secret.reveal())
        .map(drop)
        .map_err(invalid)
}

pub(super) fn check_sid(sid: &SessionId) -> Result<(), Refusal> {
    SessionId::parse(sid.as_str()).map(drop).map_err(invalid)
}

fn invalid(error: InvalidText) -> Refusal {
    Refusal::bad_request(ErrorCode::InvalidParam, &error.to_string())
}
