/// Which token a request was sent with or held for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The token manager's count of tokens.
    pub(super) generation: u64,
    /// The token manager attached that token, and the request was sent.
    pub(super) sent: bool,
    /// How many responses were held.
    pub(super) returns: u8,
    /// If it succeeds, the session is over.
    pub(super) logs_out: bool,
}

/// A request is sent once more with a refreshed token, and once more if even that one was outdated by another process.
/// Getting ever more tokens would never end.
const RETURNS: u8 = 2;

impl Ticket {
    /// True if the request may have to be sent once more: keep a copy until its response has passed.
    pub fn may_return(&self) -> bool {
        self.sent && self.returns < RETURNS
    }
}
