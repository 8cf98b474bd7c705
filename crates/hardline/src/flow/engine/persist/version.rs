use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The version of the format. Raise it for every change of the format, of a flow's logic or of what that logic holds.
const VERSION: u32 = 4;

/// The version of a saved flow, read only if it is [`VERSION`].
pub(crate) struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(VERSION)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let version = u32::deserialize(deserializer)?;
        if version == VERSION {
            return Ok(Self);
        }
        Err(D::Error::custom(format_args!(
            "the flow was saved in format {version}, but this version of hardline reads format {VERSION}: finish it with the version that saved it, or start a new flow"
        )))
    }
}
