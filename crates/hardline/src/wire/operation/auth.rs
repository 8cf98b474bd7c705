/// Whether and whose access token an operation is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// None is sent, even where the caller has one.
    None,
    /// The homeserver's, where the caller has one.
    Optional,
    /// The homeserver's.
    Required,
    /// The identity server's.
    Identity,
}
