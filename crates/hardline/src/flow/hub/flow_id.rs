use std::fmt;

/// The ID of a flow in a [`Hub`](crate::flow::Hub). No ID is used twice, nor is it that of a request, also after the hub
/// was saved and loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub(super) u64);

impl FlowId {
    /// The ID with this number, for a program that kept the number. It may be that of no flow.
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// The ID as a number, from 1.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
