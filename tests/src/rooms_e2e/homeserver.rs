//! A homeserver as the test is to find it.

/// What the test has to know of a homeserver beforehand.
#[derive(Clone, Copy)]
pub struct Homeserver<'a> {
    /// Where clients reach it.
    pub base_url: &'a str,
    /// A page whose title is "A page with a preview" and that has a picture, at an address that the server may ask.
    pub page_url: &'a str,
    /// A push gateway that takes everything.
    pub push_gateway_url: &'a str,
    /// The application service.
    pub bridge: Bridge<'a>,
    /// An identity server that the homeserver can reach.
    pub identity_server: IdentityServer<'a>,
    /// The operations that it does not have.
    pub refusals: &'a [Refusal],
    /// The parts of its responses that do not follow the specification.
    pub warnings: &'a [ExpectedWarning],
}

/// An application service of the homeserver. It has the protocol `irc`, with one network, and the names of its users and
/// rooms begin with `bridge_`.
#[derive(Clone, Copy)]
pub struct Bridge<'a> {
    /// Its ID.
    pub id: &'a str,
    /// What it authenticates itself with.
    pub token: &'a str,
}

/// An identity server whose terms everybody may accept.
#[derive(Clone, Copy)]
pub struct IdentityServer<'a> {
    /// Where clients reach it.
    pub base_url: &'a str,
    /// What the homeserver knows it by.
    pub name: &'a str,
}

/// An operation that a homeserver does not have; or `use_state_after`, which is a parameter of one.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// The operation.
    pub operation: &'static str,
    /// The status of its response.
    pub status: u16,
    /// Its `errcode`. Not every refusal has one.
    pub errcode: Option<&'static str>,
    /// Why it does not have it.
    pub reason: &'static str,
}

/// A part of a response that does not follow the specification.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedWarning {
    /// The operation.
    pub operation: &'static str,
    /// The warning, as it is displayed.
    pub warning: &'static str,
    /// Why the server responds so.
    pub reason: &'static str,
}
