use super::manners::{Canned, Challenge, Personality, UNRECOGNIZED, UnknownSession, WrongStage};
use super::synapse::SYNAPSE;

/// Construct: no sessions of authentication, and operations that ask for none.
pub const CONSTRUCT: Personality = Personality {
    name: "Construct",
    version: "0624b6924687",
    versions: &["r0.2.0", "r0.3.0", "r0.4.0", "r0.5.0", "r0.6.0"],
    own: &[
        ("/email/requestToken", UNRECOGNIZED),
        ("/msisdn/requestToken", UNRECOGNIZED),
        ("/account/3pid/add", Canned::new(200, "{}")),
        (
            "/account/deactivate",
            Canned::new(200, r#"{"goodbye":"alice"}"#),
        ),
        ("/refresh", UNRECOGNIZED),
    ],
    login_by_email: Some(Canned::new(
        501,
        r#"{"errcode":"M_UNSUPPORTED","error":"Identifier type not supported."}"#,
    )),
    without_auth: Some((
        "/account/password",
        Canned::new(
            500,
            r#"{"errcode":"M_UNSUPPORTED","error":"Unsupported auth type."}"#,
        ),
    )),
    remembers_request: false,
    challenge: Challenge::FlowsAlone,
    wrong_password: WrongStage::Plain(WRONG_PASSWORD),
    wrong_password_to_change: WrongStage::Plain(WRONG_PASSWORD),
    unknown_session: UnknownSession::Ignored,
    ..SYNAPSE
};

const WRONG_PASSWORD: Canned = Canned::new(
    403,
    r#"{"errcode":"M_ACCESS_DENIED","error":"Incorrect password."}"#,
);
