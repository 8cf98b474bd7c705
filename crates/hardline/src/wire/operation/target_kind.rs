/// The kind of target that an operation is sent to. A [`Target`](crate::wire::Target) of another kind is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A homeserver's base URL.
    Homeserver,
    /// An identity server's base URL.
    IdentityServer,
    /// A bare server name.
    ServerName,
    /// An absolute URL that a server gave.
    Url,
}
