use hardline::identity_api::association::Threepid;
use hardline::identity_api::email::{
    EmailRequestTokenV2, EmailSubmitTokenGetV2, EmailSubmitTokenPostV2,
};
use hardline::identity_api::msisdn::{
    MsisdnRequestTokenV2, MsisdnSubmitTokenGetV2, MsisdnSubmitTokenPostV2,
};
use hardline::identity_api::{FollowedLink, TokenAccepted, ValidationSession};
use hardline::types::{ClientSecret, Medium, ValidationSessionId, ValidationToken};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use super::trusted::Trusted;
use crate::handlers::Handlers;
use crate::validations::Asked;
use crate::{email_address, phone_number};

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with(request_email);
    handlers.answer_with::<EmailSubmitTokenPostV2>(|context, submit| {
        accept(context, &submit.sid, &submit.client_secret, &submit.token)
    });
    handlers.answer_with::<EmailSubmitTokenGetV2>(|context, link| {
        follow(context, &link.sid, &link.client_secret, &link.token)
    });
    handlers.answer_with(request_text);
    handlers.answer_with::<MsisdnSubmitTokenPostV2>(|context, submit| {
        accept(context, &submit.sid, &submit.client_secret, &submit.token)
    });
    handlers.answer_with::<MsisdnSubmitTokenGetV2>(|context, link| {
        follow(context, &link.sid, &link.client_secret, &link.token)
    });
}

fn request_email(
    context: &mut RequestContext<'_>,
    request: EmailRequestTokenV2,
) -> Result<ValidationSession, ErrorResponse> {
    let email = email_address::folded(&request.email).ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::InvalidEmail, "not an e-mail address")
    })?;
    let asked = Asked {
        client_secret: request.client_secret,
        threepid: Threepid::new(Medium::Email, email),
        send_attempt: request.send_attempt,
        next_link: request.next_link,
    };
    begin(context, asked, "to confirm your address")
}

fn request_text(
    context: &mut RequestContext<'_>,
    request: MsisdnRequestTokenV2,
) -> Result<ValidationSession, ErrorResponse> {
    let msisdn = phone_number::msisdn(request.country.as_str(), &request.phone_number);
    let msisdn = msisdn.ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::InvalidAddress, "unable to parse phone number")
    })?;
    let asked = Asked {
        client_secret: request.client_secret,
        threepid: Threepid::new(Medium::Msisdn, msisdn),
        send_attempt: request.send_attempt,
        next_link: request.next_link,
    };
    begin(context, asked, "to confirm your number")
}

fn begin(
    context: &mut RequestContext<'_>,
    asked: Asked,
    purpose: &str,
) -> Result<ValidationSession, ErrorResponse> {
    asked.check()?;
    let now = context.now();
    let begun = context
        .state
        .validations
        .begin(now, &mut context.state.entropy, asked);
    if let Some(to_send) = begun.to_send {
        let message = to_send.message(context.server, Trusted::EMAIL_LINK, purpose);
        context.server.inbox().deliver(message);
    }
    Ok(ValidationSession::new(begun.sid))
}

fn accept(
    context: &mut RequestContext<'_>,
    sid: &ValidationSessionId,
    client_secret: &ClientSecret,
    token: &ValidationToken,
) -> Result<TokenAccepted, ErrorResponse> {
    let now = context.now();
    context
        .state
        .validations
        .submit(now, sid, client_secret, token)?;
    Ok(TokenAccepted::new())
}

fn follow(
    context: &mut RequestContext<'_>,
    sid: &ValidationSessionId,
    client_secret: &ClientSecret,
    token: &ValidationToken,
) -> Result<FollowedLink, ErrorResponse> {
    let now = context.now();
    let mut followed = FollowedLink::new();
    followed.location = context
        .state
        .validations
        .submit(now, sid, client_secret, token)?;
    Ok(followed)
}
