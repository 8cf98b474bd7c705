use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::types::{DeviceId, InvalidText};
use crate::wire::EncodeError;

const API: &str = "urn:matrix:client:api:*";
const DEVICE: &str = "urn:matrix:client:device:";
const UNSTABLE_API: &str = "urn:matrix:org.matrix.msc2967.client:api:*";
const UNSTABLE_DEVICE: &str = "urn:matrix:org.matrix.msc2967.client:device:";
const OPEN_ID: &str = "openid";

/// What an access token may be used for.
///
/// ```
/// use hardline::oauth_api::Scope;
/// use hardline::types::DeviceId;
///
/// let device = Scope::from("urn:matrix:client:device:AAABBBCCCDDD");
/// assert_eq!(device, Scope::Device(DeviceId::parse("AAABBBCCCDDD")?));
/// assert_eq!(Scope::Api.to_string(), "urn:matrix:client:api:*");
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [scope](https://spec.matrix.org/v1.19/client-server-api/#scope).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// The whole Client-Server API.
    Api,
    /// The device that logs in.
    Device(DeviceId),
    /// The whole Client-Server API, as servers called it before v1.15. They take no mixture of both names.
    UnstableApi,
    /// The device that logs in, as servers called it before v1.15.
    UnstableDevice(DeviceId),
    /// Who the user is: OpenID Connect. No part of Matrix.
    OpenId,
    /// A scope that this library does not know, unchanged.
    Other(String),
}

impl From<&str> for Scope {
    fn from(text: &str) -> Self {
        // A device ID is never empty.
        let device = |prefix| DeviceId::parse(text.strip_prefix(prefix)?).ok();
        match text {
            API => Self::Api,
            UNSTABLE_API => Self::UnstableApi,
            OPEN_ID => Self::OpenId,
            _ => (device(DEVICE).map(Self::Device))
                .or_else(|| device(UNSTABLE_DEVICE).map(Self::UnstableDevice))
                .unwrap_or_else(|| Self::Other(text.to_owned())),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api => f.write_str(API),
            Self::Device(device_id) => write!(f, "{DEVICE}{device_id}"),
            Self::UnstableApi => f.write_str(UNSTABLE_API),
            Self::UnstableDevice(device_id) => write!(f, "{UNSTABLE_DEVICE}{device_id}"),
            Self::OpenId => f.write_str(OPEN_ID),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// The scopes of a request or of a token: on the wire one text, with spaces between them.
///
/// ```
/// use hardline::oauth_api::{Scope, Scopes};
/// use hardline::types::DeviceId;
///
/// let scopes = Scopes::of_device(DeviceId::parse("AAABBBCCCDDD")?)?;
/// assert_eq!(scopes.to_string(), "urn:matrix:client:api:* urn:matrix:client:device:AAABBBCCCDDD");
/// assert_eq!(Scopes::from("urn:matrix:client:api:* openid").iter().last(), Some(&Scope::OpenId));
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(
    /// What stands between the spaces. It is empty where there is one too many, so that the text is written as it came.
    Vec<Scope>,
);

impl Scopes {
    /// What a Matrix client asks for: the API, and the device that it chose an ID for.
    ///
    /// # Errors
    /// [`InvalidText`] if a scope cannot carry the ID: see [`DeviceId::validate_for_oauth`]. Servers refuse more: some
    /// take no ID of less than ten characters.
    pub fn of_device(device_id: DeviceId) -> Result<Self, InvalidText> {
        device_id.validate_for_oauth()?;
        Ok(Self(vec![Scope::Api, Scope::Device(device_id)]))
    }

    /// The same by the names that servers used before v1.15.
    ///
    /// ```
    /// use hardline::oauth_api::Scopes;
    /// use hardline::types::DeviceId;
    ///
    /// assert_eq!(
    ///     Scopes::of_unstable_device(DeviceId::parse("AAABBBCCCDDD")?)?.to_string(),
    ///     "urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:AAABBBCCCDDD",
    /// );
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// # Errors
    /// As [`of_device`](Self::of_device).
    pub fn of_unstable_device(device_id: DeviceId) -> Result<Self, InvalidText> {
        device_id.validate_for_oauth()?;
        let device = Scope::UnstableDevice(device_id);
        Ok(Self(vec![Scope::UnstableApi, device]))
    }

    /// Each scope, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        let is_scope = |scope: &&Scope| !matches!(scope, Scope::Other(text) if text.is_empty());
        self.0.iter().filter(is_scope)
    }

    /// Whether the Client-Server API may be used, by either name. A server may grant less than was asked for.
    pub fn has_api(&self) -> bool {
        (self.0.iter()).any(|scope| matches!(scope, Scope::Api | Scope::UnstableApi))
    }

    /// The device, by either name.
    pub fn device_id(&self) -> Option<&DeviceId> {
        self.0.iter().find_map(|scope| match scope {
            Scope::Device(device_id) | Scope::UnstableDevice(device_id) => Some(device_id),
            _ => None,
        })
    }

    /// Checks that the scopes are read as they are written.
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        let is_scope = |byte: u8| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
        if self.0.is_empty() {
            return Err(EncodeError::unencodable(
                "there is no scope: ask for one at least",
            ));
        }
        for scope in &self.0 {
            let text = scope.to_string();
            if text.is_empty() || !text.bytes().all(is_scope) {
                return Err(EncodeError::unencodable(
                    "a scope is printable ASCII without spaces, \" and \\, and is not empty",
                ));
            }
        }
        Ok(())
    }
}

impl From<&str> for Scopes {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        Self(text.split(' ').map(Scope::from).collect())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            scope.fmt(f)?;
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl crate::json::Shaped for Scopes {
    const SHAPE: &'static crate::json::Shape = &crate::json::Shape::Text(
        &crate::json::TextShape::like(
            "(urn:matrix:client:(api:\\*|device:[A-Z]{10})|[!#-\\[\\]-~]{1,20})( [!#-\\[\\]-~]{1,20}){0,2}",
        ),
    );
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(Scopes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_by_both_names() {
        for text in [
            "urn:matrix:client:api:* urn:matrix:client:device:AAABBBCCCDDD",
            "openid urn:matrix:org.matrix.msc2967.client:api:* urn:matrix:org.matrix.msc2967.client:device:AAABBBCCCDDD",
        ] {
            let scopes = Scopes::from(text);
            assert!(scopes.has_api(), "{text}");
            assert_eq!(scopes.device_id().unwrap(), "AAABBBCCCDDD", "{text}");
            assert_eq!(scopes.to_string(), text);
        }
        let text = " urn:matrix:client:device:  openid urn:synapse:admin:* ";
        let less = Scopes::from(text);
        assert!(!less.has_api());
        assert_eq!(less.device_id(), None);
        assert_eq!(less.iter().count(), 3);
        assert_eq!(less.to_string(), text);
        for text in ["", " ", "  "] {
            assert_eq!(Scopes::from(text).iter().count(), 0);
            assert_eq!(Scopes::from(text).to_string(), text);
        }
    }

    #[test]
    fn what_would_be_read_as_something_else_is_not_sent() {
        for bad in ["", "a b", "a\"b", "a\\b", "ä"] {
            let scopes: Scopes = [Scope::Api, Scope::Other(bad.to_owned())]
                .into_iter()
                .collect();
            assert!(scopes.check().is_err(), "{bad}");
        }
        assert!(Scopes::default().check().is_err());
        let living_room = DeviceId::parse("living room").unwrap();
        assert!(Scopes::of_device(living_room.clone()).is_err());
        let scopes = Scopes::from_iter([Scope::Device(living_room)]);
        assert!(scopes.check().is_err());
    }
}
