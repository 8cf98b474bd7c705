use hardline_derive::Request;

use crate::json::{Empty, JsonMap, RawJson};
use crate::types::{DeviceId, TransactionId, UserId};
use crate::wire::{Auth, Endpoint, Operation, SpecVersion};

/// Sends an event to devices of users, past all rooms: keys, verifications. Each device gets it with its next sync.
///
/// Repeat it with the same [`txn_id`](Self::txn_id) if its answer gets lost: the server then sends nothing twice.
///
/// Errors worth handling: `M_TOO_LARGE`, `M_LIMIT_EXCEEDED`. Devices that do not exist are no error.
///
/// ```
/// use hardline::client_api::ephemeral::SendToDevice;
/// use hardline::json::JsonMap;
/// use hardline::types::{AccessToken, TransactionId};
/// use hardline::wire::{self, Credentials, Target};
///
/// let operation = SendToDevice::new("m.dummy".to_owned(), TransactionId::parse("1")?, JsonMap::new());
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&operation, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().path(), "/_matrix/client/v3/sendToDevice/m.dummy/1");
/// assert_eq!(request.body(), br#"{"messages":{}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`PUT /sendToDevice/{eventType}/{txnId}`](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3sendtodeviceeventtypetxnid).
#[doc(alias = "sendToDevice")]
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct SendToDevice {
    /// The type of the event: `m.room.encrypted` for nearly everything.
    #[serde(rename = "eventType")]
    pub event_type: String,
    /// Tells a repeated request from a new one: choose one for each new request.
    #[serde(rename = "txnId")]
    pub txn_id: TransactionId,
    /// The contents by user and device. The device `*` stands for all of a user's.
    pub messages: JsonMap<UserId, JsonMap<DeviceId, RawJson>>,
}

impl SendToDevice {
    /// A request with the required fields.
    pub fn new(
        event_type: String,
        txn_id: TransactionId,
        messages: JsonMap<UserId, JsonMap<DeviceId, RawJson>>,
    ) -> Self {
        Self {
            event_type,
            txn_id,
            messages,
        }
    }
}

impl Endpoint for SendToDevice {
    const OPERATION: Operation = Operation::put(
        "sendToDevice",
        "/_matrix/client/v3/sendToDevice/{eventType}/{txnId}",
    )
    .auth(Auth::Required)
    .repeatable()
    .since(SpecVersion::v1(1))
    .older(&[(
        SpecVersion::r0(4),
        "/_matrix/client/r0/sendToDevice/{eventType}/{txnId}",
    )]);
    type Response = Empty;
}
