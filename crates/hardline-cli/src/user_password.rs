use hardline::types::{Medium, Password};
use hardline::wire::UserIdentifier;

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::prompt::Prompt;
use crate::secrets::{PIPE, env_secret};

/// A user with the password.
pub(crate) struct UserPassword {
    pub(crate) user: String,
    pub(crate) password: Password,
}

impl UserPassword {
    /// A user who has the password.
    pub(crate) async fn find(
        user: Option<&str>,
        from_stdin: bool,
        prompt: &Prompt<'_>,
    ) -> Result<Self, CliError> {
        Self::of(user, from_stdin, false, prompt).await
    }

    /// A user who is to have the password.
    pub(crate) async fn choose(
        user: Option<&str>,
        from_stdin: bool,
        prompt: &Prompt<'_>,
    ) -> Result<Self, CliError> {
        Self::of(user, from_stdin, true, prompt).await
    }

    async fn of(
        user: Option<&str>,
        from_stdin: bool,
        is_new: bool,
        prompt: &Prompt<'_>,
    ) -> Result<Self, CliError> {
        let known = Self::known(user, from_stdin, prompt)?;
        let user = Self::user(user, prompt).await?;
        let typed = match known {
            Some(password) => Some(Password::from(password)),
            None if is_new => {
                let question = format!("new password for {user}: ");
                prompt.new_password(&question).await?
            }
            None => prompt.password(&format!("password of {user}: ")).await?,
        };
        let password = typed.ok_or_else(|| prompt.ended("password", PIPE))?;
        Ok(Self { user, password })
    }

    /// The password of the environment, which has to be there if nobody can be asked.
    fn known(
        user: Option<&str>,
        from_stdin: bool,
        prompt: &Prompt<'_>,
    ) -> Result<Option<String>, CliError> {
        let known = env_secret("HARDLINE_PASSWORD").filter(|_| !from_stdin);
        if known.is_none() && !from_stdin && !prompt.is_terminal() {
            let advice = "set HARDLINE_PASSWORD, or pipe it in with --password-stdin";
            let advice = match user {
                Some(_) => advice.to_owned(),
                None => format!("name the account with --user, and {advice}"),
            };
            return Err(CliError::new(
                Exit::Authentication,
                "logging in requires a password",
                advice,
            ));
        }
        Ok(known)
    }

    /// The user by name, or by e-mail address, or by phone number in its international form.
    pub(crate) fn identifier(&self) -> UserIdentifier {
        let user = self.user.as_str();
        match user.strip_prefix('+') {
            Some(digits) => UserIdentifier::third_party(&Medium::Msisdn, digits),
            None if user.starts_with('@') || !user.contains('@') => UserIdentifier::user(user),
            None => UserIdentifier::third_party(&Medium::Email, user),
        }
    }

    async fn user(user: Option<&str>, prompt: &Prompt<'_>) -> Result<String, CliError> {
        if let Some(user) = user {
            return Ok(user.to_owned());
        }
        let line = if prompt.is_terminal() {
            let line = prompt.line("user: ").await?;
            Some(line.ok_or_else(|| prompt.ended("user", ""))?)
        } else {
            None
        };
        let user = line.map(|line| line.trim().to_owned());
        user.filter(|user| !user.is_empty()).ok_or_else(|| {
            CliError::new(
                Exit::Usage,
                "a password alone does not say which account it belongs to",
                "name the account with --user",
            )
        })
    }
}
