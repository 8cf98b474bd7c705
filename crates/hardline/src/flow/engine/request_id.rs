use hardline_derive::Persist;

/// The ID of a request within its flow, which matches the response to it. No ID is used twice.
///
/// A [`Flow`](crate::flow::Flow) of your own counts its requests:
///
/// ```
/// use hardline::flow::RequestId;
///
/// let ids = [1, 2].map(RequestId::from_u64);
/// assert_eq!(ids[1].as_u64(), 2);
/// ```
///
/// A flow that is made of others, whose requests may have the same IDs, gives them new ones that tell whose they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The ID with this number. Whoever makes IDs sees to it that none is used twice in a flow, also after the flow was
    /// saved and loaded.
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// The ID as a number.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// Gives out the IDs.
#[derive(Debug, Default, Persist)]
pub(crate) struct RequestIds(u64);

impl RequestIds {
    pub(crate) fn next(&mut self) -> RequestId {
        self.0 += 1;
        RequestId(self.0)
    }

    /// Whether this ID was given out.
    #[cfg(feature = "persist")]
    pub(crate) fn has_given(&self, id: RequestId) -> bool {
        (1..=self.0).contains(&id.0)
    }
}
