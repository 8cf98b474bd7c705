use super::manners::{Canned, Challenge, Personality, UnknownSession, WrongStage};

/// Synapse, as it was recorded.
pub const SYNAPSE: Personality = Personality {
    name: "Synapse",
    version: "1.163.2",
    versions: &[
        "r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0", "r0.4.0", "r0.5.0", "r0.6.0", "r0.6.1", "v1.1",
        "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8", "v1.9", "v1.10", "v1.11", "v1.12",
    ],
    own: &[],
    login_by_email: None,
    without_auth: None,
    remembers_request: true,
    challenge: Challenge::Whole,
    wrong_password: WrongStage::Challenge(401),
    wrong_password_to_change: WrongStage::Challenge(401),
    wrong_registration_token: WrongStage::Challenge(401),
    unknown_session: UnknownSession::Refused(Canned::new(
        400,
        r#"{"errcode":"M_UNKNOWN","error":"Unknown session ID: S"}"#,
    )),
    no_token: Canned::new(
        401,
        r#"{"errcode":"M_MISSING_TOKEN","error":"Missing access token"}"#,
    ),
    unknown_token: Canned::new(
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed.","soft_logout":false}"#,
    ),
    limited: Canned {
        status: 429,
        header: Some(("retry-after", "2")),
        body: r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":1500}"#,
    },
    broken: Canned::new(
        500,
        r#"{"errcode":"M_UNKNOWN","error":"Internal server error"}"#,
    ),
    wrong_code: None,
    wrong_pepper: None,
};
