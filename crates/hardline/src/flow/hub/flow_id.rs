use std::fmt;

/// The ID of a flow in a [`Hub`](crate::flow::Hub). No ID is used twice, also after the hub was saved and loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub(super) u64);

impl FlowId {
    /// The ID as a number, which counts from 1.
    pub fn as_u64(self) -> u64 {
        self.0
    }

    /// Moves on to the next one.
    pub(super) fn next(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
