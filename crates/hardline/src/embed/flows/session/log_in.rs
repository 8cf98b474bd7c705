use hardline_derive::Wire;

use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;

use crate::client_api::session::{Login, LoginResponse};
use crate::embed::json_flow::{Effect, NewSession};
use crate::embed::opening::Opening;
use crate::flow::{LogIn, SessionTokens};
use crate::types::Timestamp;

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<LogIn>();

/// What `log_in` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct LogInArguments {
    /// The fields of the operation `cs:login`. A password or a token that is missing is asked for.
    pub login: Login,
    /// Where single sign-on sends the browser in the end.
    pub redirect_url: Option<String>,
}

impl NamedFlow for LogIn {
    const NAME: &'static str = "log_in";
    const SAVED_AS: &'static str = "LogIn";

    type Arguments = LogInArguments;
    type Done = LoginResponse;

    fn open(opening: &mut Opening<'_>, arguments: Self::Arguments) -> Result<Self, EmbedError> {
        let homeserver = opening.homeserver()?;
        let mut flow = Self::new(opening.now, homeserver, arguments.login, opening.seed());
        if let Some(url) = arguments.redirect_url {
            flow = flow.with_redirect_url(url);
        }
        Ok(flow)
    }

    fn done(now: Timestamp, login: LoginResponse) -> (LoginResponse, Effect) {
        let named = login.well_known.as_ref();
        let session = NewSession {
            user_id: login.user_id.clone(),
            device_id: login.device_id.clone(),
            tokens: SessionTokens::of_login(now, &login),
            moved_to: named.map(|named| named.homeserver.base_url.clone()),
        };
        (login, Effect::LoggedIn(Box::new(session)))
    }
}
