use super::manners::{Canned, Personality, UnknownSession, WrongStage};
use super::synapse::SYNAPSE;

const DENIED: Canned = Canned::new(
    403,
    r#"{"errcode":"M_THREEPID_DENIED","error":"Third party identifiers are not supported."}"#,
);

/// Palpo: wrong passwords are refused in as many ways as there are endpoints.
pub const PALPO: Personality = Personality {
    name: "Palpo",
    version: "feb2e29d64a1",
    own: &[
        ("/account/3pid/email/requestToken", DENIED),
        ("/account/3pid/msisdn/requestToken", DENIED),
        ("/account/password/email/requestToken", DENIED),
        ("/account/3pid/add", DENIED),
    ],
    login_by_email: Some(Canned::new(
        403,
        r#"{"errcode":"M_FORBIDDEN","error":"Bad login type."}"#,
    )),
    remembers_request: false,
    wrong_password: WrongStage::Plain(Canned::new(
        401,
        r#"{"errcode":"M_UNAUTHORIZED","error":"invalid username or password"}"#,
    )),
    wrong_password_to_change: WrongStage::Anew,
    wrong_registration_token: WrongStage::Challenge(403),
    unknown_session: UnknownSession::Refused(Canned::new(
        500,
        r#"{"errcode":"M_UNKNOWN","error":"unknown db error"}"#,
    )),
    unknown_token: Canned::new(
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"unknown token","soft_logout":true}"#,
    ),
    limited: Canned::new(429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"too many"}"#),
    ..SYNAPSE
};
