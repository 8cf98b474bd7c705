//! Logging in with a password.

use hardline::client_api::session::{Login, LoginResponse};
use hardline::flow::SessionTokens;

use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::doing::Doing;
use crate::explain::requires_oauth;
use crate::offers::Offers;
use crate::report::Report;
use crate::user_password::UserPassword;

/// Logs the client in.
pub(crate) async fn log_in(
    connected: &Connected,
    secret: &UserPassword,
    report: &Report,
) -> Result<LoginResponse, CliError> {
    let mut login = Login::password(secret.identifier(), secret.password.clone());
    login.initial_device_display_name = Some("hardline".to_owned());
    login.refresh_token = Some(true);
    let doing = Doing::LoggingIn;
    report.busy(doing.in_words());
    let answer = match connected.call(login, doing).await {
        Ok(answer) => answer,
        Err(error) => return Err(without_passwords(connected, report).await.unwrap_or(error)),
    };
    let tokens = SessionTokens::of_login(connected.client.now(), &answer);
    connected.client.set_session(Some(tokens));
    Ok(answer)
}

/// Why no password is accepted, if the server has its users log in on pages of its own alone.
async fn without_passwords(connected: &Connected, report: &Report) -> Option<CliError> {
    let offers = Offers::of(connected, report).await.ok()?;
    let metadata = offers.oauth.filter(|_| !offers.password)?;
    Some(requires_oauth(&metadata.issuer))
}
