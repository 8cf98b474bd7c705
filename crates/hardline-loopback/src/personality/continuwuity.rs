use super::conduit::CONDUIT;
use super::manners::{Canned, Personality, UNRECOGNIZED, UnknownSession};
use super::synapse::SYNAPSE;

/// continuwuity, with an SMTP server.
pub const CONTINUWUITY: Personality = Personality {
    name: "continuwuity",
    version: "09073235881d",
    versions: CONDUIT.versions,
    own: &[
        (
            "/msisdn/requestToken",
            Canned::new(
                400,
                r#"{"errcode":"M_THREEPID_MEDIUM_NOT_SUPPORTED","error":"MSISDN third-party identifiers are not supported."}"#,
            ),
        ),
        ("/refresh", UNRECOGNIZED),
    ],
    remembers_request: false,
    unknown_session: UnknownSession::Refused(Canned::new(
        400,
        r#"{"errcode":"M_INVALID_PARAM","error":"Invalid session"}"#,
    )),
    no_token: Canned::new(
        401,
        r#"{"errcode":"M_UNAUTHORIZED","error":"Missing access token."}"#,
    ),
    unknown_token: Canned::new(
        401,
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Expired access token.","soft_logout":true}"#,
    ),
    broken: Canned::new(
        500,
        r#"{"errcode":"M_UNKNOWN","error":"Internal Server Error: Panicked"}"#,
    ),
    ..SYNAPSE
};
