use hardline_derive::Persist;
use http::HeaderValue;

/// What a sink holds of a body that comes into it. A flow's logic keeps it over all attempts and calls, and saves it.
#[derive(Clone, Debug, Persist)]
pub(crate) struct SinkPart {
    /// How many bytes, from the body's beginning.
    pub(super) bytes: u64,
    /// What tells the body from a newer one: without it nothing is resumed.
    etag: Option<String>,
    /// How many bytes there were when attempts were last counted anew.
    counted: u64,
}

/// So many bytes are worth as many further attempts as the policy allows for a whole request.
const GAIN: u64 = 64 * 1024;

impl SinkPart {
    /// It holds nothing.
    pub(crate) const EMPTY: Self = Self {
        bytes: 0,
        etag: None,
        counted: 0,
    };

    /// What asks for the rest, and for all if the body has changed.
    pub(super) fn range(&self) -> Option<(HeaderValue, HeaderValue)> {
        let etag = HeaderValue::try_from(self.etag.as_deref()?).ok()?;
        let range = HeaderValue::try_from(format!("bytes={}-", self.bytes)).ok()?;
        (self.bytes > 0).then_some((range, etag))
    }

    /// A body comes that this tag belongs to, from here on.
    pub(super) fn begin(&mut self, at: u64, etag: Option<&HeaderValue>) {
        self.bytes = at;
        self.counted = self.counted.min(at);
        // A weak one says that the bodies mean the same, not that they are the same.
        let etag = etag.and_then(|etag| etag.to_str().ok());
        let etag = etag.filter(|etag| etag.starts_with('"'));
        self.etag = etag.map(str::to_owned);
    }

    /// What is there is not used any more.
    pub(crate) fn forget(&mut self) {
        *self = Self::EMPTY;
    }

    /// Whether there is much more than when it was last asked, which will be kept.
    pub(super) fn take_gain(&mut self) -> bool {
        let has_gained = self.etag.is_some() && self.bytes - self.counted.min(self.bytes) >= GAIN;
        if has_gained {
            self.counted = self.bytes;
        }
        has_gained
    }
}
