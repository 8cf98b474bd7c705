use hardline_derive::Wire;

use crate::events::{EventContent, RelatesTo};
use crate::types::text::text_enum;
use crate::types::{DeviceId, Timestamp};

/// `m.key.verification.request`: a device asks others whether they would like to verify one another. It comes to devices; in
/// a room it is an `m.room.message` of the type `m.key.verification.request`.
///
/// ```
/// use hardline::events::{KeyVerificationRequest, RawEvent, VerificationMethod};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.request",
///     "content": {"from_device": "AliceDevice2", "transaction_id": "1", "methods": ["m.sas.v1"], "timestamp": 1559598944869_i64},
/// }))?;
/// let content: KeyVerificationRequest = event.content_as()?;
/// assert_eq!(content.methods, [VerificationMethod::SasV1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.request`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationrequest).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct KeyVerificationRequest {
    /// The device that asks.
    pub from_device: DeviceId,
    /// The verification.
    pub transaction_id: Option<String>,
    /// How the device can verify.
    pub methods: Vec<VerificationMethod>,
    /// When it was sent, in Unix milliseconds. Ignore a request that is more than 10 minutes old, or more than 5 minutes from
    /// the future.
    pub timestamp: Option<Timestamp>,
}

impl KeyVerificationRequest {
    /// A request to a device.
    pub fn new(
        from_device: DeviceId,
        transaction_id: String,
        methods: Vec<VerificationMethod>,
        timestamp: Timestamp,
    ) -> Self {
        Self {
            from_device,
            transaction_id: Some(transaction_id),
            methods,
            timestamp: Some(timestamp),
        }
    }
}

impl EventContent for KeyVerificationRequest {
    const TYPE: &'static str = "m.key.verification.request";
}

/// `m.key.verification.ready`: a device would like to verify, too.
///
/// ```
/// use hardline::events::{KeyVerificationReady, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.ready",
///     "content": {"from_device": "BobDevice1", "transaction_id": "1", "methods": ["m.sas.v1"]},
/// }))?;
/// let content: KeyVerificationReady = event.content_as()?;
/// assert_eq!(content.verification_id(), Some("1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.ready`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationready).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct KeyVerificationReady {
    /// The device that answers.
    pub from_device: DeviceId,
    /// To a device: the verification. In a room it has none, and [`relates_to`](Self::relates_to) says which it is.
    pub transaction_id: Option<String>,
    /// How the device can verify: of the ways in the request, those that it has.
    pub methods: Vec<VerificationMethod>,
    /// In a room: a reference to the request, which tells the verification from others.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl KeyVerificationReady {
    /// An answer, of which verification the caller says.
    pub fn new(from_device: DeviceId, methods: Vec<VerificationMethod>) -> Self {
        Self {
            from_device,
            transaction_id: None,
            methods,
            relates_to: None,
        }
    }

    /// The verification that this belongs to: to a device the transaction's ID, in a room the ID of the request. `None` if
    /// neither is there, as it must not be.
    pub fn verification_id(&self) -> Option<&str> {
        verification_id(self.transaction_id.as_deref(), self.relates_to.as_ref())
    }
}

impl EventContent for KeyVerificationReady {
    const TYPE: &'static str = "m.key.verification.ready";
}

/// `m.key.verification.done`: a device has verified the other.
///
/// ```
/// use hardline::events::{KeyVerificationDone, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.done",
///     "content": {"transaction_id": "1"},
/// }))?;
/// let content: KeyVerificationDone = event.content_as()?;
/// assert_eq!(content.verification_id(), Some("1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.done`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationdone).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct KeyVerificationDone {
    /// To a device: the verification. In a room it has none, and [`relates_to`](Self::relates_to) says which it is.
    pub transaction_id: Option<String>,
    /// In a room: a reference to the request, which tells the verification from others.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl KeyVerificationDone {
    /// A device is done, with which verification the caller says.
    pub fn new() -> Self {
        Self::default()
    }

    /// The verification that this belongs to: to a device the transaction's ID, in a room the ID of the request. `None` if
    /// neither is there, as it must not be.
    pub fn verification_id(&self) -> Option<&str> {
        verification_id(self.transaction_id.as_deref(), self.relates_to.as_ref())
    }
}

impl EventContent for KeyVerificationDone {
    const TYPE: &'static str = "m.key.verification.done";
}

/// `m.key.verification.cancel`: a device ends a verification. Never answer it, not with another one either.
///
/// ```
/// use hardline::events::{KeyVerificationCancel, RawEvent, VerificationCancelCode};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.key.verification.cancel",
///     "content": {"transaction_id": "1", "code": "m.user", "reason": "The user said no"},
/// }))?;
/// let content: KeyVerificationCancel = event.content_as()?;
/// assert_eq!(content.code, VerificationCancelCode::User);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.key.verification.cancel`](https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationcancel).
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct KeyVerificationCancel {
    /// To a device: the verification. In a room it has none, and [`relates_to`](Self::relates_to) says which it is.
    pub transaction_id: Option<String>,
    /// Why.
    pub code: VerificationCancelCode,
    /// Why, for people. The specification requires it, and a verification without it has ended, too.
    pub reason: Option<String>,
    /// In a room: a reference to the request, which tells the verification from others.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<RelatesTo>,
}

impl KeyVerificationCancel {
    /// The end of a verification, of which one the caller says.
    pub fn new(code: VerificationCancelCode, reason: String) -> Self {
        Self {
            transaction_id: None,
            code,
            reason: Some(reason),
            relates_to: None,
        }
    }

    /// The verification that this belongs to: to a device the transaction's ID, in a room the ID of the request. `None` if
    /// neither is there, as it must not be.
    pub fn verification_id(&self) -> Option<&str> {
        verification_id(self.transaction_id.as_deref(), self.relates_to.as_ref())
    }
}

impl EventContent for KeyVerificationCancel {
    const TYPE: &'static str = "m.key.verification.cancel";
}

text_enum! {
    /// How devices verify one another.
    ///
    /// Specification: [key verification framework](https://spec.matrix.org/v1.19/client-server-api/#key-verification-framework).
    VerificationMethod {
        /// The users compare emoji or numbers.
        SasV1 = "m.sas.v1",
        /// The device can show a QR code.
        QrCodeShowV1 = "m.qr_code.show.v1",
        /// The device can scan a QR code.
        QrCodeScanV1 = "m.qr_code.scan.v1",
        /// The device scanned the other's QR code.
        ReciprocateV1 = "m.reciprocate.v1",
    }
}

text_enum! {
    /// Why a verification ended.
    ///
    /// Specification: [error and exception
    /// handling](https://spec.matrix.org/v1.19/client-server-api/#error-and-exception-handling).
    VerificationCancelCode {
        /// The user does not want it.
        User = "m.user",
        /// It took too long.
        Timeout = "m.timeout",
        /// The device does not know the verification.
        UnknownTransaction = "m.unknown_transaction",
        /// The device does not have the method.
        UnknownMethod = "m.unknown_method",
        /// Something came that was not its turn.
        UnexpectedMessage = "m.unexpected_message",
        /// A key is not the one that was to be verified.
        KeyMismatch = "m.key_mismatch",
        /// The user is not the one that was to be verified.
        UserMismatch = "m.user_mismatch",
        /// What came could not be understood.
        InvalidMessage = "m.invalid_message",
        /// Another of the user's devices accepted the request.
        Accepted = "m.accepted",
        /// The key is not the one that was committed to.
        MismatchedCommitment = "m.mismatched_commitment",
        /// The users saw different emoji or numbers.
        MismatchedSas = "m.mismatched_sas",
    }
}

pub(super) fn verification_id<'a>(
    transaction_id: Option<&'a str>,
    relates_to: Option<&'a RelatesTo>,
) -> Option<&'a str> {
    let request = || Some(relates_to?.event_id.as_ref()?.as_str());
    transaction_id.or_else(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn in_a_room_the_request_tells_verifications_apart() {
        let content: RawJson = serde_json::from_str(
            r#"{"m.relates_to":{"rel_type":"m.reference","event_id":"$request"}}"#,
        )
        .unwrap();
        let done: KeyVerificationDone = content.deserialize().unwrap();
        assert_eq!(done.verification_id(), Some("$request"));
        assert_eq!(KeyVerificationDone::new().verification_id(), None);
    }

    #[test]
    fn the_end_of_a_verification_needs_no_reason() {
        let content: RawJson = serde_json::from_str(r#"{"code":"m.timeout"}"#).unwrap();
        let cancel: KeyVerificationCancel = content.deserialize().unwrap();
        assert_eq!(cancel.code, VerificationCancelCode::Timeout);
    }
}
