use super::manners::{Canned, Challenge, Personality, UNRECOGNIZED, UnknownSession, WrongStage};
use super::synapse::SYNAPSE;

/// Dendrite: few operations, and authentication that does not ask again.
pub const DENDRITE: Personality = Personality {
    name: "Dendrite",
    version: "08cac1ccf0a4",
    versions: &[
        "r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0", "r0.4.0", "r0.5.0", "r0.6.1", "v1.0", "v1.1",
        "v1.2",
    ],
    own: &[
        ("/msisdn/requestToken", UNRECOGNIZED),
        ("/account/password/email/requestToken", UNRECOGNIZED),
        (
            "/account/3pid/email/requestToken",
            Canned::new(
                400,
                r#"{"errcode":"M_SERVER_NOT_TRUSTED","error":"untrusted server: "}"#,
            ),
        ),
        ("/account/3pid/add", UNRECOGNIZED),
        ("/refresh", UNRECOGNIZED),
    ],
    login_by_email: Some(Canned::new(
        401,
        r#"{"errcode":"M_BAD_JSON","error":"A username must be supplied."}"#,
    )),
    challenge: Challenge::Nulls,
    wrong_password_to_change: WrongStage::Plain(Canned::new(
        403,
        r#"{"errcode":"M_FORBIDDEN","error":"The username or password was incorrect or the account does not exist."}"#,
    )),
    unknown_session: UnknownSession::AnewToRegister,
    unknown_token: Canned::new(
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Unknown token"}"#,
    ),
    limited: Canned::new(
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","error":"You are sending too many requests too quickly!","retry_after_ms":500}"#,
    ),
    broken: Canned::new(500, r#"{"Err":""}"#),
    ..SYNAPSE
};
