use std::time::Duration;

use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonObject;
use crate::types::Timestamp;

/// `m.beacon_info`: a user shares where they are for a while. The state key is the user.
///
/// ```
/// use hardline::events::{BeaconInfo, RawEvent};
/// use hardline::types::Timestamp;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "org.matrix.msc3672.beacon_info", "content": {
///     "live": true, "timeout": 60_000, "org.matrix.msc3488.ts": 1_000,
/// }}))?;
/// let beacon: BeaconInfo = event.content_as()?;
/// assert!(beacon.is_live(Timestamp::from_millis(60_999)));
/// assert!(!beacon.is_live(Timestamp::from_millis(61_000)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Proposal: [MSC3489](https://github.com/matrix-org/matrix-spec-proposals/pull/3489).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct BeaconInfo {
    /// What it is about, for people to read.
    pub description: Option<String>,
    /// Whether the user shares it still.
    pub live: Option<bool>,
    /// For how long from the beginning, in milliseconds.
    pub timeout: Option<u64>,
    /// When it began. [`began`](Self::began) knows both names.
    #[serde(rename = "m.ts")]
    pub ts: Option<Timestamp>,
    /// The same under its unstable name.
    #[serde(rename = "org.matrix.msc3488.ts")]
    pub msc3488_ts: Option<Timestamp>,
    /// What moves: the sender, if it is missing.
    #[serde(rename = "m.asset")]
    pub asset: Option<JsonObject>,
    /// The same under its unstable name.
    #[serde(rename = "org.matrix.msc3488.asset")]
    pub msc3488_asset: Option<JsonObject>,
}

impl BeaconInfo {
    /// The user shares it from now on, for this many milliseconds.
    pub fn new(began: Timestamp, timeout: u64) -> Self {
        Self {
            live: Some(true),
            timeout: Some(timeout),
            msc3488_ts: Some(began),
            ..Self::default()
        }
    }

    /// When it began, under either name.
    pub fn began(&self) -> Option<Timestamp> {
        self.ts.or(self.msc3488_ts)
    }

    /// Whether the user shares it at this time.
    pub fn is_live(&self, now: Timestamp) -> bool {
        let end = |began| began + Duration::from_millis(self.timeout.unwrap_or_default());
        self.live == Some(true) && self.began().is_some_and(|began| now < end(began))
    }
}

impl EventContent for BeaconInfo {
    const TYPE: &'static str = "m.beacon_info";
    const OTHER_TYPES: &'static [&'static str] = &["org.matrix.msc3672.beacon_info"];
}
