use hardline_derive::Persist;

/// The ID of a request within its flow, which matches the response to it. No ID is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

/// Gives out the IDs.
#[derive(Debug, Default, Persist)]
pub(crate) struct RequestIds(u64);

impl RequestIds {
    pub(crate) fn next(&mut self) -> RequestId {
        self.0 += 1;
        RequestId(self.0)
    }
}
