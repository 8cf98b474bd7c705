use hardline_derive::{Request, Response, Wire};

use crate::json::JsonObject;
use crate::wire::{Auth, Endpoint, Operation};

/// Lists by which ways the server lets calls be made: flag `org.matrix.msc4143`. Without it, the ways may be in
/// `.well-known`, as `org.matrix.msc4143.rtc_foci`.
///
/// Errors worth handling: `M_UNRECOGNIZED`.
///
/// ```
/// use hardline::client_api::unstable::msc4143::GetRtcTransports;
/// use hardline::wire;
///
/// let body = r#"{"rtc_transports": [{"type": "livekit", "livekit_service_url": "https://livekit.example.org"}]}"#;
/// let answer = wire::decode::<GetRtcTransports>(http::Response::new(body))?;
/// assert_eq!(answer.rtc_transports[0].kind().as_deref(), Some("livekit"));
/// # Ok::<(), wire::Error>(())
/// ```
///
/// Proposal: [MSC4143](https://github.com/matrix-org/matrix-spec-proposals/pull/4143).
#[doc(alias = "msc4143GetRtcTransports")]
#[derive(Clone, Debug, Default, PartialEq, Request)]
#[non_exhaustive]
pub struct GetRtcTransports {}

impl GetRtcTransports {
    /// The request.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetRtcTransports {
    const OPERATION: Operation = Operation::get(
        "msc4143GetRtcTransports",
        "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports",
    )
    .auth(Auth::Required)
    .unstable(&[(
        "org.matrix.msc4143.stable",
        "/_matrix/client/v1/rtc/transports",
    )]);
    type Response = GetRtcTransportsResponse;
}

/// The ways to make calls by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct GetRtcTransportsResponse {
    /// The ways, in the order in which the server prefers them.
    #[serde(default)]
    pub rtc_transports: Vec<RtcTransport>,
}

/// A way to make calls by: its type, and members that depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub struct RtcTransport(JsonObject);

impl RtcTransport {
    /// One with these members.
    pub fn new(members: JsonObject) -> Self {
        Self(members)
    }

    /// `type`: `livekit` ([`MSC4195`](crate::wire::Msc::MSC4195)), in an older form `livekit_multi_sfu`.
    pub fn kind(&self) -> Option<String> {
        self.0.field("type")
    }

    /// `livekit_service_url`: of LiveKit, the service that gives out tokens.
    pub fn livekit_service_url(&self) -> Option<String> {
        self.0.field("livekit_service_url")
    }

    /// All members, undecoded.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }
}
