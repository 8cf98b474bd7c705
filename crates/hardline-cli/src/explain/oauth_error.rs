use hardline::flow::OAuthGap;
use hardline::oauth_api::AuthorizationError;
use hardline::wire::{OAuthErrorCode, ServerError};

use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::printable::printable;

/// Explains what an authorization server refused.
pub(super) fn explain(error: &OAuthErrorCode, refused: &ServerError, doing: Doing) -> CliError {
    explain_code(error, refused.message.as_deref(), doing)
}

/// Explains why an authorization ended without a login.
pub(crate) fn explain_authorization(error: &AuthorizationError) -> CliError {
    let description = error.error_description.as_deref();
    let mut explained = explain_code(&error.error, description, Doing::LoggingInByOAuth);
    explained.errcode = Some(printable(error.error.as_str()));
    explained.server_message = description.map(printable);
    explained
}

/// Explains that the server takes no passwords.
pub(crate) fn requires_oauth(issuer: &str) -> CliError {
    CliError::new(
        Exit::Unsupported,
        format!("the server takes no passwords, but logs in by OAuth 2.0 at {issuer}"),
        "run `hardline login --oauth`, or `hardline login --device-code` where there is no browser",
    )
}

/// Explains what a server lacks for a login by OAuth 2.0.
pub(crate) fn explain_gap(gap: OAuthGap) -> CliError {
    let advice = match gap {
        OAuthGap::Metadata => "run `hardline login` with --user, or with --sso",
        OAuthGap::Authorization | OAuthGap::CodeChallenge => "use --device-code",
        OAuthGap::DeviceAuthorization => "use --oauth",
        _ => "",
    };
    let what = gap.to_string();
    // What a program would do about it follows the colon.
    let (what, rest) = what.split_once(": ").unwrap_or((&what, ""));
    let advice = if advice.is_empty() { rest } else { advice };
    CliError::new(Exit::Unsupported, what, advice)
}

/// Explains that a code is of no use any more.
pub(crate) fn expired() -> CliError {
    explain_code(&OAuthErrorCode::ExpiredToken, None, Doing::LoggingInByOAuth)
}

fn explain_code(error: &OAuthErrorCode, description: Option<&str>, doing: Doing) -> CliError {
    use OAuthErrorCode as Code;
    let it_says = |advice: &str| match description {
        Some(description) => format!("it says \"{}\"; {advice}", printable(description)),
        None => advice.to_owned(),
    };
    let (exit, what, advice) = match error {
        Code::AccessDenied => (
            Exit::Authentication,
            "the login was refused on the server's page",
            "run the command again, and allow it there".to_owned(),
        ),
        Code::ExpiredToken => (
            Exit::Authentication,
            "the code expired before anybody approved it",
            "run the command again, and use the new code; if there was time left, check this machine's clock"
                .to_owned(),
        ),
        Code::InvalidGrant if doing == Doing::LoggingInByOAuth => (
            Exit::Authentication,
            "the login took too long, or was refused",
            "run the command again".to_owned(),
        ),
        Code::InvalidGrant | Code::InvalidClient if doing != Doing::LoggingInByOAuth => (
            Exit::Authentication,
            "the session is not, or no longer, valid",
            "run `hardline logout`, and log in again".to_owned(),
        ),
        Code::InvalidClientMetadata
        | Code::InvalidRedirectUri
        | Code::InvalidSoftwareStatement
        | Code::UnapprovedSoftwareStatement => (
            Exit::Declined,
            "the authorization server does not register this command as its client",
            it_says("ask its administrator, or name another page with --client-uri"),
        ),
        Code::UnauthorizedClient
        | Code::UnsupportedGrantType
        | Code::UnsupportedResponseType => (
            Exit::Unsupported,
            "the authorization server does not offer this kind of login",
            "use --device-code in place of --oauth, or the other way round".to_owned(),
        ),
        Code::InvalidScope => (
            Exit::Declined,
            "the authorization server does not grant access to this account",
            it_says("ask its administrator"),
        ),
        Code::SlowDown | Code::TemporarilyUnavailable => (
            Exit::RateLimited,
            "the authorization server is overloaded",
            "try again later".to_owned(),
        ),
        Code::ServerError => (
            Exit::Declined,
            "the authorization server failed",
            it_says("try again later"),
        ),
        _ => (
            Exit::Declined,
            "the authorization server declined",
            it_says("ask its administrator"),
        ),
    };
    CliError::new(exit, what, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_end_says_what_to_do() {
        use Doing::{Listing, LoggingInByOAuth};
        for (error, doing, exit, words) in [
            (
                "access_denied",
                LoggingInByOAuth,
                Exit::Authentication,
                "allow it there",
            ),
            (
                "expired_token",
                LoggingInByOAuth,
                Exit::Authentication,
                "clock",
            ),
            (
                "invalid_grant",
                LoggingInByOAuth,
                Exit::Authentication,
                "again",
            ),
            (
                "invalid_grant",
                Listing,
                Exit::Authentication,
                "hardline logout",
            ),
            (
                "invalid_client_metadata",
                LoggingInByOAuth,
                Exit::Declined,
                "no tunnels",
            ),
            (
                "invalid_redirect_uri",
                LoggingInByOAuth,
                Exit::Declined,
                "--client-uri",
            ),
            (
                "unauthorized_client",
                LoggingInByOAuth,
                Exit::Unsupported,
                "--oauth",
            ),
            (
                "unsupported_grant_type",
                LoggingInByOAuth,
                Exit::Unsupported,
                "--device-code",
            ),
            (
                "invalid_scope",
                LoggingInByOAuth,
                Exit::Declined,
                "no tunnels",
            ),
            (
                "temporarily_unavailable",
                LoggingInByOAuth,
                Exit::RateLimited,
                "later",
            ),
            ("server_error", LoggingInByOAuth, Exit::Declined, "failed"),
            (
                "org.example.teapot",
                LoggingInByOAuth,
                Exit::Declined,
                "no tunnels",
            ),
        ] {
            let explained = explain_code(&error.into(), Some("no tunnels\u{1b}[2J"), doing);
            let sentence = explained.sentence();
            assert_eq!(explained.exit, exit, "{error}: {sentence}");
            assert!(sentence.contains(words), "{error}: {sentence}");
            assert!(!sentence.contains('\u{1b}'), "{sentence:?}");
        }
    }
}
