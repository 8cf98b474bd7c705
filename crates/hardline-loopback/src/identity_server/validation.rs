use hardline::identity_api::association::Threepid;
use hardline::identity_api::email::{
    EmailRequestTokenV2, EmailSubmitTokenGetV2, EmailSubmitTokenPostV2,
};
use hardline::identity_api::msisdn::{
    MsisdnRequestTokenV2, MsisdnSubmitTokenGetV2, MsisdnSubmitTokenPostV2,
};
use hardline::identity_api::{FollowedLink, TokenAccepted, ValidationSession};
use hardline::types::{ClientSecret, Medium, SessionId, ValidationToken};
use hardline::wire::server::Refusal;
use hardline::wire::{Endpoint, ErrorCode};

use super::{IdentityServer, Turn};
use crate::validations::Asked;
use crate::{email_address, phone_number};

/// Where the links in e-mails lead.
pub(crate) const LINK: &str = EmailSubmitTokenGetV2::OPERATION.path();

pub(super) fn install(server: &mut IdentityServer) {
    server.answer_with(request_email);
    server.answer_with::<EmailSubmitTokenPostV2>(|turn, submit| {
        accept(turn, &submit.sid, &submit.client_secret, &submit.token)
    });
    server.answer_with::<EmailSubmitTokenGetV2>(|turn, link| {
        follow(turn, &link.sid, &link.client_secret, &link.token)
    });
    server.answer_with(request_text);
    server.answer_with::<MsisdnSubmitTokenPostV2>(|turn, submit| {
        accept(turn, &submit.sid, &submit.client_secret, &submit.token)
    });
    server.answer_with::<MsisdnSubmitTokenGetV2>(|turn, link| {
        follow(turn, &link.sid, &link.client_secret, &link.token)
    });
}

fn request_email(
    turn: &mut Turn<'_>,
    request: EmailRequestTokenV2,
) -> Result<ValidationSession, Refusal> {
    let email = email_address::folded(&request.email)
        .ok_or_else(|| Refusal::bad_request(ErrorCode::InvalidEmail, "not an e-mail address"))?;
    let asked = Asked {
        client_secret: request.client_secret,
        threepid: Threepid::new(Medium::Email, email),
        send_attempt: request.send_attempt,
        next_link: request.next_link,
    };
    begin(turn, asked, "to confirm your address")
}

fn request_text(
    turn: &mut Turn<'_>,
    request: MsisdnRequestTokenV2,
) -> Result<ValidationSession, Refusal> {
    let msisdn = phone_number::msisdn(request.country.as_str(), &request.phone_number);
    let msisdn = msisdn.ok_or_else(|| {
        Refusal::bad_request(ErrorCode::InvalidAddress, "unable to parse phone number")
    })?;
    let asked = Asked {
        client_secret: request.client_secret,
        threepid: Threepid::new(Medium::Msisdn, msisdn),
        send_attempt: request.send_attempt,
        next_link: request.next_link,
    };
    begin(turn, asked, "to confirm your number")
}

fn begin(turn: &mut Turn<'_>, asked: Asked, purpose: &str) -> Result<ValidationSession, Refusal> {
    asked.check()?;
    let now = turn.now();
    let begun = turn
        .state
        .validations
        .begin(now, &mut turn.state.entropy, asked);
    if let Some(to_send) = begun.to_send {
        let message = to_send.message(turn.homeserver, LINK, purpose);
        turn.homeserver.inbox().deliver(message);
    }
    Ok(ValidationSession::new(begun.sid))
}

fn accept(
    turn: &mut Turn<'_>,
    sid: &SessionId,
    client_secret: &ClientSecret,
    token: &ValidationToken,
) -> Result<TokenAccepted, Refusal> {
    let now = turn.now();
    turn.state
        .validations
        .submit(now, sid, client_secret, token)?;
    Ok(TokenAccepted::new())
}

fn follow(
    turn: &mut Turn<'_>,
    sid: &SessionId,
    client_secret: &ClientSecret,
    token: &ValidationToken,
) -> Result<FollowedLink, Refusal> {
    let now = turn.now();
    let mut followed = FollowedLink::new();
    followed.location = turn
        .state
        .validations
        .submit(now, sid, client_secret, token)?;
    Ok(followed)
}
