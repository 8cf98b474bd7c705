/// What a person decides about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may act for them.
    Allow,
    /// It may not.
    Deny,
    /// Nothing: the server fails meanwhile, with this error.
    Fail(&'static str),
}

/// Where the browser ends.
#[derive(Clone, PartialEq, Eq)]
pub enum Browser {
    /// At the client's redirect URI.
    Redirected(String),
    /// On a page of the server's, which says why, and never comes back.
    Lost(String),
}
