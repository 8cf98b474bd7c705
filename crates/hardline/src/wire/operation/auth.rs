/// Whether an operation is sent with an access token, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// No token is sent, even if the caller has one.
    None,
    /// The homeserver's token, if the caller has one.
    Optional,
    /// The homeserver's token.
    Required,
    /// The identity server's token.
    Identity,
}
