use super::manners::{Canned, Personality, UNRECOGNIZED, UnknownSession};
use super::synapse::SYNAPSE;

const DENIED: Canned = Canned::new(
    403,
    r#"{"errcode":"M_THREEPID_DENIED","error":"Third party identifiers are currently unsupported by this server implementation"}"#,
);

const NO_SESSION: UnknownSession = UnknownSession::Refused(Canned::new(
    403,
    r#"{"errcode":"M_FORBIDDEN","error":"UIAA session does not exist."}"#,
));

/// Conduit: no third-party identifiers, and a forgotten session looks like a refusal.
pub const CONDUIT: Personality = Personality {
    name: "Conduit",
    version: "d058dab7aa5e",
    versions: &["r0.5.0", "r0.6.0", "v1.1", "v1.2", "v1.3", "v1.4", "v1.5"],
    own: &[
        ("/account/3pid/email/requestToken", DENIED),
        ("/account/3pid/msisdn/requestToken", DENIED),
        ("/account/password/email/requestToken", UNRECOGNIZED),
        ("/account/3pid/add", UNRECOGNIZED),
        ("/refresh", UNRECOGNIZED),
    ],
    login_by_email: Some(Canned::new(
        403,
        r#"{"errcode":"M_FORBIDDEN","error":"Bad login type."}"#,
    )),
    unknown_session: NO_SESSION,
    broken: Canned::new(500, ""),
    // It never limits the rate.
    ..SYNAPSE
};

/// conduwuit, which is no longer developed.
pub const CONDUWUIT: Personality = Personality {
    name: "conduwuit",
    version: "d8311a5ff672",
    login_by_email: Some(UNKNOWN_LOGIN),
    broken: PANICKED,
    ..CONDUIT
};

/// tuwunel, without an SMTP server.
pub const TUWUNEL: Personality = Personality {
    name: "tuwunel",
    version: "5b3669144219",
    own: &[
        ("/account/3pid/email/requestToken", DENIED),
        (
            "/account/3pid/msisdn/requestToken",
            Canned::new(
                400,
                r#"{"errcode":"M_THREEPID_MEDIUM_NOT_SUPPORTED","error":"MSISDN third-party identifiers are not supported."}"#,
            ),
        ),
        ("/account/password/email/requestToken", DENIED),
        ("/account/3pid/add", DENIED),
    ],
    login_by_email: Some(UNKNOWN_LOGIN),
    unknown_session: NO_SESSION,
    broken: PANICKED,
    limited: Canned::new(
        429,
        r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Too many pending media."}"#,
    ),
    ..CONDUIT
};

const UNKNOWN_LOGIN: Canned =
    Canned::new(400, r#"{"errcode":"M_UNKNOWN","error":"Bad login type."}"#);

const PANICKED: Canned = Canned::new(
    500,
    r#"{"errcode":"M_UNKNOWN","error":"Internal Server Error: Panicked: handler panicked"}"#,
);
