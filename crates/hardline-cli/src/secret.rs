//! What somebody logs in with for one command.

use hardline::client_api::account::GetTokenOwner;
use hardline::types::{AccessToken, UserId};

use crate::args::LoginOptions;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::secrets::{PIPE, env_secret};
use crate::user_password::UserPassword;

/// How to log in.
pub(crate) enum Secret {
    Token(AccessToken),
    Password(UserPassword),
}

impl Secret {
    pub(crate) async fn find(login: &LoginOptions, prompt: &Prompt<'_>) -> Result<Self, CliError> {
        if login.access_token_stdin {
            let line = prompt.line("access token: ").await?;
            let token = line.filter(|line| !line.trim().is_empty());
            let token = token.ok_or_else(|| prompt.ended("access token", PIPE))?;
            return Ok(Self::Token(token.trim().into()));
        }
        if !login.password_stdin {
            if let Some(token) = env_secret("HARDLINE_ACCESS_TOKEN") {
                return Ok(Self::Token(token.trim().into()));
            }
            if env_secret("HARDLINE_PASSWORD").is_none() && !prompt.is_terminal() {
                return Err(CliError::new(
                    Exit::Authentication,
                    "this needs a login",
                    "set HARDLINE_ACCESS_TOKEN, or --user and HARDLINE_PASSWORD",
                ));
            }
        }
        UserPassword::find(login.user.as_deref(), login.password_stdin, prompt)
            .await
            .map(Self::Password)
    }
}

/// Whose access token the client has, who has to be this user if one is named.
pub(crate) async fn owner(
    connected: &Connected,
    expected: Option<&str>,
    report: &Report,
) -> Result<UserId, CliError> {
    let doing = Doing::AskingWhoItIs;
    report.busy(doing.in_words());
    let user = connected.call(GetTokenOwner::new(), doing).await?.user_id;
    if let Some(expected) = expected
        && expected != user.as_str()
        && expected != user.localpart()
    {
        return Err(CliError::new(
            Exit::Authentication,
            format!("the access token belongs to {user}, not to {expected}"),
            "use that account's token, or leave --user out",
        ));
    }
    Ok(user)
}
