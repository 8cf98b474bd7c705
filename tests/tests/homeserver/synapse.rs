//! What Synapse does not have of the operations, and where its responses deviate from the specification.

use hardline_tests::rooms_e2e::{ExpectedWarning, Refusal};

/// What Synapse 1.163 does not have, as it is configured here.
pub(crate) const REFUSALS: &[Refusal] = &[
    unrecognized("getAuthMetadata", "it delegates to no authorization server"),
    unrecognized("redirectToSSO", "it has no single sign-on"),
    unrecognized("redirectToIdP", "it has no single sign-on"),
    unrecognized("generateLoginToken", "it is off by default"),
    unrecognized("getAdminSuspendUser", ADMIN),
    unrecognized("setAdminSuspendUser", ADMIN),
    unrecognized("getAdminLockUser", ADMIN),
    unrecognized("setAdminLockUser", ADMIN),
    not_found("getContent"),
    not_found("getContentOverrideName"),
    not_found("getContentThumbnail"),
    unrecognized(
        "msc4140ScheduleDelayedEvent",
        "it has the proposal's older form",
    ),
];

/// No part of a response that the test gets is skipped.
pub(crate) const WARNINGS: &[ExpectedWarning] = &[];

const ADMIN: &str = "it has administration on paths of its own alone";

const fn unrecognized(operation: &'static str, reason: &'static str) -> Refusal {
    Refusal {
        operation,
        status: 404,
        errcode: Some("M_UNRECOGNIZED"),
        reason,
    }
}

const fn not_found(operation: &'static str) -> Refusal {
    Refusal {
        operation,
        status: 404,
        errcode: Some("M_NOT_FOUND"),
        reason: "it gives files to whoever has a token, which this path does not take",
    }
}
