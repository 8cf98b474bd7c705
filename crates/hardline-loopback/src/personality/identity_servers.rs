use super::manners::{Canned, Personality};
use super::synapse::SYNAPSE;

/// Sydent. Some of its failures look like another server's, and one like its own collapse.
pub const SYDENT: Personality = Personality {
    name: "Sydent",
    version: "2.6.1",
    no_token: UNAUTHORIZED,
    unknown_token: UNAUTHORIZED,
    limited: Canned::new(
        429,
        r#"{"errcode":"M_UNKNOWN","error":"Too Many Requests"}"#,
    ),
    wrong_code: Some(Canned::new(
        500,
        r#"{"errcode":"M_UNKNOWN","error":"Internal Server Error"}"#,
    )),
    wrong_pepper: Some(Canned::new(
        400,
        r#"{"errcode":"M_INVALID_PEPPER","error":"Unknown or invalid pepper - has it been rotated?"}"#,
    )),
    ..SYNAPSE
};

/// ma1sd. Its errors say `success` too, and some have no code.
pub const MA1SD: Personality = Personality {
    name: "ma1sd",
    version: "ae5864cd91f7",
    no_token: MA1SD_UNAUTHORIZED,
    unknown_token: MA1SD_UNAUTHORIZED,
    limited: Canned::new(
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","error":"x","success":false}"#,
    ),
    broken: Canned::new(
        503,
        r#"{"errcode":"M_REMOTE_HS_ERROR","error":"The homeserver is not reachable","success":false}"#,
    ),
    wrong_code: Some(Canned::new(200, r#"{"success":false}"#)),
    wrong_pepper: Some(Canned::new(
        400,
        r#"{"errcode":"M_INVALID_PEPPER","error":"The pepper is unknown","success":false}"#,
    )),
    ..SYNAPSE
};

const UNAUTHORIZED: Canned = Canned::new(
    401,
    r#"{"errcode":"M_UNAUTHORIZED","error":"Unauthorized"}"#,
);

const MA1SD_UNAUTHORIZED: Canned = Canned::new(
    401,
    r#"{"errcode":"M_UNAUTHORIZED","error":"Unauthorized","success":false}"#,
);
