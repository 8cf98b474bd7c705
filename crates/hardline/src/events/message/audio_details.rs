use hardline_derive::Wire;

/// `org.matrix.msc1767.audio` of a sound: how it is drawn. Voice messages have it.
///
/// It is no part of the specification: [MSC3245](https://github.com/matrix-org/matrix-spec-proposals/pull/3245).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct AudioDetails {
    /// How long it is, in milliseconds.
    pub duration: Option<u64>,
    /// How loud it is at equal intervals, from 0 to 1024.
    pub waveform: Option<Vec<u64>>,
}

impl AudioDetails {
    /// A sound of this length in milliseconds.
    pub fn new(duration: u64) -> Self {
        Self {
            duration: Some(duration),
            waveform: None,
        }
    }
}
