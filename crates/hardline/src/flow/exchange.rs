/// The number of a request within its flow, by which its response finds back. No number is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exchange(u64);

/// Gives out the numbers.
#[derive(Debug, Default)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Exchanges(u64);

impl Exchanges {
    pub(crate) fn next(&mut self) -> Exchange {
        self.0 += 1;
        Exchange(self.0)
    }
}
