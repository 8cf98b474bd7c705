//! What happens to messages and codes, and the flows that take them.

use hardline_tests::simulation::personality::Canned;
use hardline_tests::simulation::{Mishap, meet};

use super::identity_simulation::BindNumber;
use super::personality_table::Meet;
use super::simulation::AddPhoneNumber;

/// The flows that take a code.
pub(super) const CODE_ROWS: [(&str, Meet); 2] = [
    ("AddThreepid", |family, mishap, wrongs, choices| {
        meet(&AddPhoneNumber, family, mishap, wrongs, choices)
    }),
    ("BindThreepid", |family, mishap, wrongs, choices| {
        meet(&BindNumber, family, mishap, wrongs, choices)
    }),
];

/// What happens to messages and codes. A person asks for another message first, then gives a wrong code, then the right
/// one: so many times they are wrong.
pub(super) const CODES: [(&str, Mishap, u32); 9] = [
    (
        "another message is refused",
        Mishap::Resent(Canned::new(400, r#"{"errcode":"M_UNKNOWN","error":"x"}"#)),
        1,
    ),
    (
        "another message is limited",
        Mishap::Resent(Canned::new(
            429,
            r#"{"errcode":"M_LIMIT_EXCEEDED","error":"x"}"#,
        )),
        1,
    ),
    (
        "another message comes without the URL",
        Mishap::ResentWithoutUrl,
        1,
    ),
    (
        "the code's session has expired",
        Mishap::FirstCode(Canned::new(
            400,
            r#"{"errcode":"M_SESSION_EXPIRED","error":"x"}"#,
        )),
        0,
    ),
    (
        "the code's session has expired, in the manner of Sydent",
        Mishap::FirstCode(Canned::new(
            200,
            r#"{"success":false,"errcode":"M_SESSION_EXPIRED","error":"x"}"#,
        )),
        0,
    ),
    (
        "a wrong code breaks the server",
        Mishap::FirstCode(Canned::new(500, r#"{"errcode":"M_UNKNOWN","error":"x"}"#)),
        2,
    ),
    (
        "a wrong code is an error with status 200",
        Mishap::FirstCode(Canned::new(200, r#"{"errcode":"M_NO_VALID_SESSION"}"#)),
        2,
    ),
    (
        "a wrong code is false in quotes",
        Mishap::FirstCode(Canned::new(200, r#"{"success":"false"}"#)),
        2,
    ),
    (
        "a wrong code is an error without a code",
        Mishap::FirstCode(Canned::new(400, r#"{"error":"x"}"#)),
        2,
    ),
];
