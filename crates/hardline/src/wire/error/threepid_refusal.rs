use crate::wire::{ErrorCode, ServerError};

/// Why a server refuses an operation on a phone number or e-mail address: see
/// [`Error::threepid_refusal`](crate::wire::Error::threepid_refusal).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThreepidRefusal {
    /// The server does not support the operation for any number or address: do not ask the user for another one.
    ///
    /// `M_THREEPID_MEDIUM_NOT_SUPPORTED`, `M_UNRECOGNIZED`, `M_FORBIDDEN`, `M_SERVER_NOT_TRUSTED` (not with this
    /// identity server), `M_THREEPID_DENIED` (the operator's rules let nobody, or not this account, use it), an
    /// `M_UNKNOWN` from Synapse whose message says that it is not supported or disabled, and a status of 404, 405 or
    /// 501 without an errcode.
    Unsupported,
    /// The server does not accept this number or address: another one may work.
    ///
    /// `M_INVALID_PARAM`, `M_INVALID_PHONE_NUMBER`, `M_INVALID_ADDRESS`, `M_INVALID_EMAIL`, `M_DESTINATION_REJECTED`,
    /// `M_THREEPID_IN_USE`, `M_THREEPID_NOT_FOUND`, and an `M_UNKNOWN` from Synapse whose message says that it cannot
    /// be parsed.
    Rejected,
}

impl ThreepidRefusal {
    pub(crate) fn of(error: &ServerError) -> Option<Self> {
        match error.errcode.as_ref()? {
            ErrorCode::ThreepidMediumNotSupported
            | ErrorCode::Unrecognized
            | ErrorCode::Forbidden
            | ErrorCode::ServerNotTrusted
            | ErrorCode::ThreepidDenied => Some(Self::Unsupported),
            ErrorCode::InvalidParam
            | ErrorCode::InvalidPhoneNumber
            | ErrorCode::InvalidAddress
            | ErrorCode::InvalidEmail
            | ErrorCode::DestinationRejected
            | ErrorCode::ThreepidInUse
            | ErrorCode::ThreepidNotFound => Some(Self::Rejected),
            ErrorCode::Unknown if error.status == http::StatusCode::BAD_REQUEST => {
                Self::in_words(error.message.as_deref()?)
            }
            _ => None,
        }
    }

    /// Reads Synapse's sentences, since it has no code for these cases.
    fn in_words(message: &str) -> Option<Self> {
        const UNSUPPORTED: [&str; 3] = [
            "not supported on this homeserver",
            "disabled on this server",
            "not validating phone numbers",
        ];
        if UNSUPPORTED.iter().any(|words| message.contains(words)) {
            return Some(Self::Unsupported);
        }
        message
            .starts_with("Unable to parse")
            .then_some(Self::Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonObject;
    use crate::wire::{self, EncodeError, Endpoint, Error, Operation};
    use serde::Serialize;

    #[derive(Serialize)]
    struct RequestToken {}

    impl Endpoint for RequestToken {
        const OPERATION: Operation = Operation::post("requestToken", "/_matrix/client/v3/token");
        type Response = JsonObject;
    }

    fn refusal(status: u16, body: &'static str) -> Option<ThreepidRefusal> {
        let response = http::Response::builder().status(status).body(body).unwrap();
        wire::decode::<RequestToken>(response)
            .unwrap_err()
            .threepid_refusal()
    }

    #[test]
    fn an_unsupported_operation_is_told_from_a_rejected_number() {
        // Copied from Synapse 1.163 and Sydent 2.7, except for the errors without a message.
        for (status, body) in [
            (
                400,
                r#"{"errcode":"M_THREEPID_MEDIUM_NOT_SUPPORTED","error":"Adding phone numbers to user account is not supported by this homeserver"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Registration by phone number is not supported on this homeserver"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Email-based password resets have been disabled on this server"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"This homeserver is not validating phone numbers. Use an identity server instead."}"#,
            ),
            (
                404,
                r#"{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}"#,
            ),
            (
                405,
                r#"{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}"#,
            ),
            (403, r#"{"errcode":"M_FORBIDDEN","error":""}"#),
            (400, r#"{"errcode":"M_SERVER_NOT_TRUSTED","error":""}"#),
            (
                403,
                r#"{"errcode":"M_THREEPID_DENIED","error":"Third-party identifier is not allowed"}"#,
            ),
            (
                404,
                "\n<html>\n  <head><title>404 - No Such Resource</title></head>\n</html>\n",
            ),
            (
                405,
                "\n<html>\n  <head><title>405 - Method Not Allowed</title></head>\n</html>\n",
            ),
            (
                501,
                "\n<html>\n  <head><title>501 - Huh?</title></head>\n</html>\n",
            ),
            (404, ""),
        ] {
            assert_eq!(
                refusal(status, body),
                Some(ThreepidRefusal::Unsupported),
                "{body}"
            );
        }
        for (status, body) in [
            (
                400,
                r#"{"errcode":"M_INVALID_PARAM","error":"Unable to parse phone number"}"#,
            ),
            (
                400,
                r#"{"errcode": "M_INVALID_PHONE_NUMBER", "error": "Invalid phone number"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_DESTINATION_REJECTED","error":"Phone numbers in this country are not currently supported"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_THREEPID_IN_USE","error":"MSISDN is already in use"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_THREEPID_NOT_FOUND","error":"Email not found"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Unable to parse email address"}"#,
            ),
            (400, r#"{"errcode":"M_INVALID_EMAIL","error":""}"#),
            (400, r#"{"errcode":"M_INVALID_ADDRESS","error":""}"#),
        ] {
            assert_eq!(
                refusal(status, body),
                Some(ThreepidRefusal::Rejected),
                "{body}"
            );
        }
    }

    #[test]
    fn an_error_that_may_pass_is_not_a_refusal() {
        for (status, body) in [
            (
                429,
                r#"{"errcode":"M_UNKNOWN","error":"Too many requests"}"#,
            ),
            (
                429,
                r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":2000}"#,
            ),
            (
                500,
                r#"{"errcode":"M_UNKNOWN","error":"Internal Server Error"}"#,
            ),
            (
                400,
                r#"{"errcode":"M_UNKNOWN","error":"Error contacting the identity server"}"#,
            ),
            (
                401,
                r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false}"#,
            ),
            (
                401,
                r#"{"session":"x","flows":[{"stages":["m.login.password"]}],"params":{},"completed":[],"error":"Invalid username or password","errcode":"M_FORBIDDEN"}"#,
            ),
            (502, "<html>Bad Gateway</html>"),
            (302, ""),
        ] {
            assert_eq!(refusal(status, body), None, "{body}");
        }
    }

    #[test]
    fn an_operation_that_is_not_advertised_is_unsupported() {
        let operation = RequestToken::OPERATION.name();
        let error = Error::from(EncodeError::Unsupported { operation });
        assert_eq!(error.threepid_refusal(), Some(ThreepidRefusal::Unsupported));
    }
}
