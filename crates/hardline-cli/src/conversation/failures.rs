use hardline::flow::FlowError;
use hardline::wire::{Error, FailureClass, OAuthErrorCode};

use super::{Answer, Conversation};
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::{expired, explain, explain_authorization, explain_gap, requires_oauth};
use crate::server_words::ServerWords;
use crate::step::Step;

impl Conversation<'_> {
    pub(super) async fn stalled(&mut self, error: &Error) -> Result<Answer, CliError> {
        self.is_stalled = true;
        let is_expired = self.has_device_code && is_expired(error);
        let explained = if is_expired {
            expired()
        } else {
            explain(error, self.doing, self.client.now())
        };
        // Trying again does not get another token, but another code.
        let is_final = explained.exit == Exit::Authentication && !is_expired;
        if !self.prompt.is_terminal() || is_final {
            return Err(explained);
        }
        let mut words = ServerWords::of(error);
        if is_expired {
            words.message = explained.sentence();
        }
        self.report.step(&Step::Stalled(words));
        let answer = self.prompt.line("try again? [Y/n] ").await?;
        match answer.as_deref().map(str::trim) {
            Some("" | "y" | "Y" | "yes") => Ok(Answer::Retry),
            Some(_) => Err(explained),
            None => Err(self.prompt.ended("answer", "")),
        }
    }

    pub(super) fn failed(&self, error: &FlowError) -> CliError {
        match error {
            FlowError::Refused { operation, source } => {
                let doing = Doing::of(*operation).unwrap_or(self.last);
                explain(source, doing, self.client.now())
            }
            FlowError::UnknownAuthentication(source) => CliError::new(
                Exit::Authentication,
                source.to_string(),
                "this command can do none of it, so use another client",
            ),
            FlowError::NoSuchLogin { .. } => CliError::new(
                Exit::Unsupported,
                error.to_string(),
                "log in in another way, or with another client",
            ),
            FlowError::InvalidAddress { .. } => CliError::usage(error.to_string()),
            FlowError::RequiresOAuth { issuer } => requires_oauth(issuer),
            FlowError::NoOAuth(gap) => explain_gap(*gap),
            FlowError::NotAuthorized(error) => explain_authorization(error),
            other => CliError::given_up("given up", &other.to_string()),
        }
    }
}

/// Whether a code for another device has expired: by the server's word, or by this machine's clock.
fn is_expired(error: &Error) -> bool {
    use OAuthErrorCode::{ExpiredToken, InvalidGrant};

    matches!(error.oauth_error(), Some(ExpiredToken | InvalidGrant))
        || (error.failure()).is_some_and(|failure| failure.class() == FailureClass::Unsendable)
}
