use hardline_derive::{Persist, Wire};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::by_name::{NamedCall, NamedOperation, Operations};
use crate::embed::dialogue::{Dialogue, NamedFlow};
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::config::base_url;
use crate::embed::forms::error::EmbedError;
use crate::embed::forms::shared::{UiaCapabilitiesForm, WarningForm};
use crate::embed::json_flow::{Effect, JsonFlow};
use crate::embed::opening::Opening;
use crate::flow::{
    Flow, FlowError, FlowEvent, Input, InteractiveFlow, NotAwaited, OperationFlow, Output, Prompt,
    Reply,
};
use crate::json::{JsonObject, RawJson};
use crate::types::{AccessToken, Password, ServerName, Timestamp};
use crate::wire::{
    AbsoluteUrl, ApiResponse, Auth, EncodeError, RequestMeta, Target, TargetKind, UserIdentifier,
    authorize,
};

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<Call>();

/// What `call` takes.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallArguments {
    /// The operation's name, such as `cs:login`.
    pub operation: String,
    /// Its fields.
    pub arguments: Option<JsonObject>,
    /// Where to send it, if not to the core's own homeserver or identity server: a base URL; for an operation of a site,
    /// such as `cs:getWellknown`, the server's name will do, and for one of an authorization server it is the whole URL.
    pub base_url: Option<String>,
    /// The access token to send. Without one, requests to the homeserver have the session's.
    pub token: Option<AccessToken>,
    /// The account's password, in case the server asks for authentication.
    pub password: Option<Password>,
    /// Which stages of authentication the program can complete.
    pub uia_capabilities: Option<UiaCapabilitiesForm>,
    /// Whether nobody can be asked: then authentication is an error.
    pub unattended: Option<bool>,
}

/// What `call` brings.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct CallDone {
    /// The fields of the response. Bytes are base64.
    pub value: RawJson,
    /// The HTTP status.
    pub status: u16,
    /// What did not fit, and was left out of `value`.
    pub warnings: Option<Vec<WarningForm>>,
    /// How many warnings there are besides.
    pub more_warnings: Option<u64>,
}

impl CallDone {
    pub(in crate::embed) fn of(response: ApiResponse<RawJson>) -> Self {
        let warnings = WarningForm::all(&response.warnings);
        let told = warnings.as_ref().map_or(0, Vec::len);
        let more = u64::try_from(response.warnings.count() - told).unwrap_or_default();
        Self {
            value: response.value,
            status: response.status.as_u16(),
            warnings,
            more_warnings: (more > 0).then_some(more),
        }
    }
}

/// An operation by its name, with a token of its own if it has one.
#[derive(Debug)]
pub(in crate::embed) struct Call {
    flow: OperationFlow<NamedCall>,
    token: Option<AccessToken>,
}

impl NamedFlow for Call {
    const NAME: &'static str = "call";
    const SAVED_AS: &'static str = "OperationFlow";

    type Arguments = CallArguments;
    type Done = CallDone;

    fn open(opening: &mut Opening<'_>, arguments: CallArguments) -> Result<Self, EmbedError> {
        let operation = named(&arguments.operation)?;
        if let Some(token) = &arguments.token {
            authorize(&mut http::Request::new(()), token)?;
        }
        let target = target(opening, &operation, arguments.base_url.as_deref())?;
        let call = NamedCall::new(operation, arguments.arguments.unwrap_or_default());
        let mut flow = OperationFlow::new(opening.now, call, target, opening.seed());
        if arguments.unattended == Some(true) {
            flow = flow.unattended();
        }
        if let Some(user) = opening.user_id {
            flow = flow.with_user(UserIdentifier::user(user.as_str()));
        }
        if let Some(password) = arguments.password {
            flow = flow.with_password(password);
        }
        let capabilities = UiaCapabilitiesForm::read(arguments.uia_capabilities);
        Ok(Self {
            flow: flow.with_uia_capabilities(capabilities),
            token: arguments.token,
        })
    }

    fn done(_: Timestamp, response: ApiResponse<RawJson>) -> (CallDone, Effect) {
        (CallDone::of(response), Effect::Nothing)
    }
}

/// The operation with this name.
///
/// # Errors
/// [`EmbedError`], which names those that may be meant.
pub(in crate::embed) fn named(name: &str) -> Result<NamedOperation, EmbedError> {
    let operation = Operations::all().find(name).copied();
    operation.map_err(|error| EncodeError::from(error).into())
}

fn target(
    opening: &Opening<'_>,
    operation: &NamedOperation,
    given: Option<&str>,
) -> Result<Target, EmbedError> {
    match (operation.operation().target_kind(), given) {
        (TargetKind::Homeserver, None) => Ok(Target::Homeserver(opening.homeserver()?)),
        (TargetKind::IdentityServer, given) => {
            Ok(Target::IdentityServer(opening.identity_server(given)?))
        }
        (kind, Some(given)) => target_at(kind, given),
        (_, None) => Err(EmbedError::usage(
            "this operation goes neither to the homeserver nor to the identity server: give its base_url",
        )),
    }
}

/// The target at this URL.
///
/// # Errors
/// [`EmbedError`] if it is none.
pub(in crate::embed) fn target_at(kind: TargetKind, url: &str) -> Result<Target, EmbedError> {
    match kind {
        TargetKind::Homeserver => {
            let homeserver = crate::wire::Homeserver::new(base_url("base_url", url)?);
            Ok(Target::Homeserver(homeserver))
        }
        TargetKind::IdentityServer => Ok(Target::IdentityServer(base_url("base_url", url)?)),
        TargetKind::ServerName if url.contains("://") => {
            Ok(Target::ServerName(base_url("base_url", url)?))
        }
        TargetKind::ServerName => {
            let name = ServerName::parse(url).map_err(EmbedError::usage)?;
            Target::server_name(&name).map_err(EmbedError::usage)
        }
        TargetKind::Url => {
            // It is the program's own word, so nothing says that it must be https.
            let program = base_url("base_url", "http://localhost")?;
            let url = AbsoluteUrl::given_by(&program, url).map_err(EmbedError::usage)?;
            Ok(Target::Url(url))
        }
    }
}

impl Flow for Call {
    type Event = FlowEvent;
    type Outcome = Result<ApiResponse<RawJson>, FlowError>;

    fn poll_output(&mut self) -> Output<FlowEvent, Self::Outcome> {
        let mut output = self.flow.poll_output();
        if let (Output::Send(_, request), Some(token)) = (&mut output, &self.token) {
            let meta = request.extensions().get::<RequestMeta>();
            if meta.is_some_and(|meta| meta.operation.auth != Auth::None) {
                // It was tried when the flow began.
                let _ = authorize(request, token);
            }
        }
        output
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        self.flow.handle_input(now, input);
    }

    fn state(&self) -> &'static str {
        self.flow.state()
    }
}

impl InteractiveFlow for Call {
    type Success = ApiResponse<RawJson>;

    fn prompt(&self) -> Option<Prompt> {
        self.flow.prompt()
    }

    fn reply(&mut self, now: Timestamp, reply: Reply) -> Result<(), NotAwaited> {
        self.flow.reply(now, reply)
    }

    fn retry(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.flow.retry(now)
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), NotAwaited> {
        self.flow.cancel(now)
    }
}

/// The saved form of a call with a token of its own; without one it is the flow's.
#[derive(Persist)]
struct WithToken<C> {
    token: AccessToken,
    call: C,
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.token {
            None => self.flow.serialize(serializer),
            Some(token) => WithToken {
                token: token.clone(),
                call: &self.flow,
            }
            .serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let flow = Deserialize::deserialize(deserializer)?;
        Ok(Self { flow, token: None })
    }
}

/// The flow's saved form and the token, if this is the form of a call with a token.
///
/// # Errors
/// [`EmbedError`] if the text is no JSON.
pub(in crate::embed) fn with_token(
    saved: &str,
) -> Result<Option<(RawJson, AccessToken)>, EmbedError> {
    let members: JsonObject = serde_json::from_str(saved).map_err(EmbedError::usage)?;
    let parts = (members.raw("call").cloned(), members.field("token"));
    Ok(match parts {
        (Some(call), Some(token)) => Some((call, token)),
        _ => None,
    })
}

/// Loads a call.
///
/// # Errors
/// [`EmbedError`] if it is none.
pub(in crate::embed) fn load(
    now: Timestamp,
    saved: &str,
    token: Option<AccessToken>,
) -> Result<JsonFlow, EmbedError> {
    let flow = serde_json::from_str(saved).map_err(EmbedError::usage)?;
    let call = Call { flow, token };
    Ok(JsonFlow(Box::new(Dialogue::new(now, call))))
}
