use hardline::types::{RoomOrAliasId, ServerName};

/// A room as users name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoomAddress {
    pub(crate) id: RoomOrAliasId,
    /// Servers that are in it, which a link names.
    pub(crate) via: Vec<ServerName>,
}

impl RoomAddress {
    pub(crate) fn new(id: RoomOrAliasId) -> Self {
        Self {
            id,
            via: Vec::new(),
        }
    }
}
