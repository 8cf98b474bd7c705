use hardline::flow::Prompt as Asked;
use hardline::types::Timestamp;
use hardline::wire::Error;

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain;
use crate::server_words::ServerWords;
use crate::step::Step;

/// The step that tells the user that the server rejected their answer, which may have been the wish for another message.
pub(super) fn step(prompt: &Asked, was_resend: bool, words: ServerWords) -> Option<Step> {
    Some(match prompt {
        _ if was_resend => Step::MessageNotSent(words),
        Asked::NewMessage { .. } => Step::MessageExpired(words),
        Asked::Code { .. } => Step::CodeRejected(words),
        Asked::Password => Step::PasswordRejected(words),
        Asked::NewPassword => Step::NewPasswordRejected(words),
        Asked::Username => Step::UsernameRejected(words),
        Asked::Threepid(_) => Step::AddressRejected(words),
        Asked::RegistrationToken => Step::RegistrationTokenRejected(words),
        Asked::Homeserver => Step::NoHomeserver(words),
        Asked::LoginToken { .. } => return None,
        Asked::Authorization { .. } => Step::AuthorizationRejected(words),
        _ => Step::NotConfirmed(words),
    })
}

/// Why the command fails if there is no other answer.
pub(super) fn error(
    prompt: &Asked,
    error: &Error,
    resending: Option<Doing>,
    last: Doing,
    now: Timestamp,
) -> CliError {
    let rejected = |exit, what, advice| {
        CliError::new(exit, what, advice).with_errcode(ServerWords::of(error).errcode)
    };
    if let Some(resending) = resending {
        return explain(error, resending, now);
    }
    match prompt {
        Asked::Code { .. } | Asked::NewMessage { .. } => {
            explain(error, Doing::SubmittingTheCode, now)
        }
        Asked::Confirmation { .. } => rejected(
            Exit::Declined,
            "the server has not had the confirmation yet",
            "follow the link in the newest message first",
        ),
        Asked::Password => rejected(
            Exit::Authentication,
            "the server rejected the password",
            "check that it is right, and that it belongs to this account",
        ),
        Asked::Threepid(medium) => explain(error, Doing::requesting(medium), now),
        Asked::RegistrationToken => rejected(
            Exit::Authentication,
            "the server rejected the registration token",
            "check it, or ask the server's administrator for another",
        ),
        Asked::Homeserver => explain(error, Doing::FindingTheHomeserver, now),
        Asked::LoginToken { .. } => rejected(
            Exit::Authentication,
            "the server rejected the login token",
            "a token works once and only for a short time, so get another",
        ),
        Asked::Authorization { .. } if error.oauth_error().is_none() => rejected(
            Exit::Authentication,
            "what the browser brought back is not the end of this login",
            "log in on the page that this command shows, and paste the address of the page that it ends on",
        ),
        _ => explain(error, last, now),
    }
}
