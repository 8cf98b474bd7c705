use hardline::client_api::discovery::{AuthMetadata, GetAuthMetadata};
use hardline::client_api::session::GetLoginFlows;
use hardline::wire::{AuthType, Endpoint, Error, ErrorCode};

use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::doing::Doing;
use crate::explain::explain;
use crate::interrupt::interrupted;
use crate::report::Report;

/// How a server has its users log in.
pub(crate) struct Offers {
    pub(crate) password: bool,
    pub(crate) single_sign_on: bool,
    /// The authorization server, if it has one.
    pub(crate) oauth: Option<AuthMetadata>,
}

impl Offers {
    /// Asks the server.
    pub(crate) async fn of(connected: &Connected, report: &Report) -> Result<Self, CliError> {
        report.busy(Doing::LoggingIn.in_words());
        let oauth = authorization_server(connected).await?;
        let flows = known(connected, GetLoginFlows::new()).await?;
        let has = |wanted: AuthType| {
            let mut offered = flows.iter().flat_map(|offered| &offered.flows);
            offered.any(|flow| flow.login_type == wanted)
        };
        Ok(Self {
            password: has(AuthType::Password),
            single_sign_on: has(AuthType::Sso),
            oauth,
        })
    }
}

/// The metadata of the server's authorization server, if it has one.
pub(crate) async fn authorization_server(
    connected: &Connected,
) -> Result<Option<AuthMetadata>, CliError> {
    known(connected, GetAuthMetadata::new()).await
}

/// What the server responds, unless it does not know this operation.
async fn known<E: Endpoint>(
    connected: &Connected,
    operation: E,
) -> Result<Option<E::Response>, CliError> {
    let client = &connected.client;
    let result = tokio::select! {
        () = connected.interrupt.pressed() => return Err(interrupted()),
        result = client.call(operation) => result,
    };
    match result {
        Ok(response) => Ok(Some(response)),
        Err(error) if is_unknown(&error) => Ok(None),
        Err(error) => Err(explain(&error, Doing::LoggingInByOAuth, client.now())),
    }
}

fn is_unknown(error: &Error) -> bool {
    let is_absent = |status: http::StatusCode| matches!(status.as_u16(), 404 | 405 | 501);
    error.errcode() == Some(&ErrorCode::Unrecognized) || error.status().is_some_and(is_absent)
}
