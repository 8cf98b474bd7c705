use hardline::identity_api::association::Threepid;
use hardline::identity_api::email::{
    EmailRequestTokenV2, EmailSubmitTokenGetV2, EmailSubmitTokenPostV2,
};
use hardline::identity_api::lookup::fold_email;
use hardline::identity_api::msisdn::{
    MsisdnRequestTokenV2, MsisdnSubmitTokenGetV2, MsisdnSubmitTokenPostV2,
};
use hardline::identity_api::{FollowedLink, TokenAccepted, ValidationSession};
use hardline::types::{ClientSecret, InvalidText, Medium, SessionId, ValidationToken};
use hardline::wire::server::Refusal;
use hardline::wire::{Endpoint, ErrorCode};

use super::validations::Asked;
use super::{IdentityServer, Turn};
use crate::{Message, phone_number};

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
    if !is_email(&request.email) {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidEmail,
            "not an e-mail address",
        ));
    }
    let threepid = Threepid::new(Medium::Email, fold_email(&request.email));
    let token = turn.state.entropy.letters(32);
    let asked = Asked {
        client_secret: request.client_secret,
        threepid,
        send_attempt: request.send_attempt,
        next_link: request.next_link,
    };
    begin(turn, asked, token, |turn, sid, client_secret, token| {
        // All of these are letters, or follow grammars of characters that stand for themselves in a query.
        let link = format!(
            "{}{}?sid={sid}&client_secret={}&token={}",
            turn.homeserver.base_url(),
            EmailSubmitTokenGetV2::OPERATION.path(),
            client_secret.reveal(),
            token.reveal(),
        );
        let text = format!("Follow this link to confirm your address: {link}");
        (text, Some(link))
    })
}

fn request_text(
    turn: &mut Turn<'_>,
    request: MsisdnRequestTokenV2,
) -> Result<ValidationSession, Refusal> {
    let msisdn = phone_number::msisdn(request.country.as_str(), &request.phone_number);
    let msisdn = msisdn.ok_or_else(|| {
        Refusal::bad_request(ErrorCode::InvalidAddress, "unable to parse phone number")
    })?;
    let code = turn.state.entropy.code();
    let asked = Asked {
        client_secret: request.client_secret,
        threepid: Threepid::new(Medium::Msisdn, msisdn),
        send_attempt: request.send_attempt,
        next_link: request.next_link,
    };
    begin(turn, asked, code, |_, _, _, token| {
        let text = format!("{} is the code to confirm your number", token.reveal());
        (text, None)
    })
}

fn begin(
    turn: &mut Turn<'_>,
    asked: Asked,
    token: String,
    message: impl FnOnce(
        &Turn<'_>,
        &SessionId,
        &ClientSecret,
        &ValidationToken,
    ) -> (String, Option<String>),
) -> Result<ValidationSession, Refusal> {
    check_secret(&asked.client_secret)?;
    if let Some(link) = &asked.next_link
        && !(link.starts_with("http://") || link.starts_with("https://"))
    {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "next_link is a URL of the web",
        ));
    }
    let (now, threepid) = (turn.now(), asked.threepid.clone());
    let client_secret = asked.client_secret.clone();
    let sid = turn.state.entropy.letters(16);
    let sid = SessionId::parse(sid).expect("16 letters follow the grammar");
    let new = (sid, ValidationToken::from(token));
    let (sid, to_send) = turn.state.validations.begin(now, asked, new);
    if let Some(token) = to_send {
        let (text, link) = message(turn, &sid, &client_secret, &token);
        turn.homeserver.inbox().deliver(Message {
            medium: threepid.medium,
            address: threepid.address,
            text,
            token,
            link,
        });
    }
    Ok(ValidationSession::new(sid))
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

/// Enough for a test server: something, an @, and something, without spaces.
fn is_email(text: &str) -> bool {
    let spaced = text
        .chars()
        .any(|character| character.is_whitespace() || character.is_control());
    let parts = text.rsplit_once('@');
    !spaced && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

fn check_secret(secret: &ClientSecret) -> Result<(), Refusal> {
    let invalid =
        |error: InvalidText| Refusal::bad_request(ErrorCode::InvalidParam, &error.to_string());
    ClientSecret::parse(secret.reveal())
        .map(drop)
        .map_err(invalid)
}
