use hardline_derive::Wire;

use crate::types::text::text_enum;

/// `org.matrix.msc3488.location` of a place.
///
/// It is no part of the specification: [MSC3488](https://github.com/matrix-org/matrix-spec-proposals/pull/3488).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct LocationDetails {
    /// Where it is: a `geo:` URI.
    #[hardline(examples = "geo:-?[0-9]{1,2},-?[0-9]{1,2}(;u=[0-9]{1,2})?")]
    pub uri: String,
    /// What it is.
    pub description: Option<String>,
    /// How near a map shows it, from 0 to 20.
    pub zoom_level: Option<u64>,
}

impl LocationDetails {
    /// The place with this `geo:` URI.
    pub fn new(uri: String) -> Self {
        Self {
            uri,
            description: None,
            zoom_level: None,
        }
    }
}

/// `org.matrix.msc3488.asset` of a place: what is there.
///
/// It is no part of the specification: [MSC3488](https://github.com/matrix-org/matrix-spec-proposals/pull/3488).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct LocationAsset {
    /// What is there.
    #[serde(rename = "type")]
    pub asset_type: AssetType,
}

impl LocationAsset {
    /// An asset of this kind.
    pub fn new(asset_type: AssetType) -> Self {
        Self { asset_type }
    }
}

text_enum! {
    /// What is at a place.
    ///
    /// ```
    /// use hardline::events::AssetType;
    ///
    /// assert_eq!(AssetType::from("m.pin"), AssetType::Pin);
    /// ```
    ///
    /// It is no part of the specification: [MSC3488](https://github.com/matrix-org/matrix-spec-proposals/pull/3488).
    AssetType {
        /// The sender: `m.self`.
        Sender = "m.self",
        /// Something else, to which the sender points: `m.pin`.
        Pin = "m.pin",
    }
}
