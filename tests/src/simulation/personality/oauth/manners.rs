use crate::simulation::personality::Canned;

/// How an authorization server and its homeserver answer. Whatever it does not say is as the specification has it.
#[derive(Debug)]
pub struct OAuthPersonality {
    /// The family.
    pub name: &'static str,
    /// The release, or the commit, that was read or asked.
    pub version: &'static str,
    /// The issuer, with the slash that its metadata has at the end.
    pub issuer: &'static str,
    /// How the homeserver says so.
    pub discovery: Discovery,
    /// The versions that the homeserver advertises.
    pub versions: &'static [&'static str],
    /// Members of the metadata beside those that are required, or in their place; `null` leaves one out.
    pub metadata: &'static str,
    /// Whether it names itself in the redirect, and says in its metadata that it does.
    pub names_itself: bool,
    /// The names of scopes that it takes.
    pub scopes: ScopeNames,
    /// The least length of a device ID.
    pub least_device_id: usize,
    /// Whether equal metadata gives the same client.
    pub knows_client_again: bool,
    /// The device grant, if it has one.
    pub device: Option<DeviceGrant>,
    /// What happens if a code comes twice.
    pub code_reuse: CodeReuse,
    /// How long an access token lives, in seconds, and whether it says so.
    pub access_lifetime: (u64, bool),
    /// The kind of its tokens: RFC 6749 compares it without regard to case.
    pub token_type: &'static str,
    /// Whether the scopes are in the answer: they may be left out if they are what was asked for.
    pub tells_scope: bool,
    /// How it refreshes.
    pub refresh: Refresh,
    /// How it revokes.
    pub revocation: Revocation,
    /// A client that it does not know.
    pub unknown_client: Canned,
    /// No client at all.
    pub no_client: Canned,
    /// A grant that the client has not registered.
    pub unregistered_grant: Canned,
    /// The status of a scope that its policy refuses.
    pub refused_scope: u16,
    /// The rate is limited.
    pub limited: Canned,
    /// It is broken for a moment.
    pub broken: Canned,
    /// What the homeserver answers to an access token that is not active.
    pub unknown_token: Canned,
    /// What the homeserver answers while it cannot ask about access tokens.
    pub unready: Canned,
    /// What the homeserver answers at paths that end like this, which OAuth replaces.
    pub legacy: &'static [(&'static str, Canned)],
}

/// How the metadata is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// `GET /_matrix/client/v1/auth_metadata`.
    Stable,
    /// The same by its name before v1.15.
    Unstable,
}

/// The names of scopes that a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeNames {
    /// Those of the specification.
    Stable,
    /// Those of MSC2967.
    Unstable,
    /// Either, but no mixture.
    Either,
}

/// The device grant.
#[derive(Clone, Copy, Debug)]
pub struct DeviceGrant {
    /// The status of `authorization_pending`, `access_denied` and `expired_token`.
    pub status: u16,
    /// Whether it says `slow_down` to whoever asks too fast.
    pub slows_down: bool,
    /// What the first user code looks like.
    pub user_code: &'static str,
    /// Whether there is a page with the code in its URL.
    pub has_complete_uri: bool,
    /// How many seconds are between two polls; 5 if it does not say.
    pub interval: Option<u64>,
    /// How many seconds a code lives.
    pub lifetime: u64,
    /// How often it says that the person refused.
    pub denial: Denial,
}

/// How often a server says that the person refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Each time.
    Always,
    /// Once, and then that the grant is invalid.
    Once,
}

/// What happens if a code comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeReuse {
    /// It is refused.
    Refused,
    /// It is refused, and the session that it began is over.
    EndsSession,
}

/// How tokens are refreshed.
#[derive(Clone, Copy, Debug)]
pub struct Refresh {
    /// Whether a client gets a refresh token that has not registered for refreshing.
    pub is_given_unasked: bool,
    /// Whether a refresh brings a new refresh token.
    pub rotates: bool,
    /// What happens if a refresh token comes again after its successors were used.
    pub reuse: RefreshReuse,
}

/// What happens if a refresh token comes again. As long as none of the tokens that it gave was used, it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshReuse {
    /// It is refused.
    Refused,
    /// It is refused, and the session is over.
    EndsSession,
}

/// How tokens are revoked.
#[derive(Clone, Copy, Debug)]
pub struct Revocation {
    /// Whether an access token that has expired still ends its session.
    pub by_expired_token: bool,
    /// Whether a hint that does not fit keeps it from finding the token.
    pub believes_hints: bool,
    /// What it answers if the client is left out; `None` if it does not mind.
    pub no_client: Option<Canned>,
}
