use std::fmt;

use hardline_derive::Response;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::json::lenient::{optional, read_member, required};
#[cfg(any(feature = "by-name", feature = "proptest"))]
use crate::json::{FieldShape, OpenShape, Presence, Shape, Shaped};
use crate::json::{JsonObject, RawJson};

/// The content of a well-known file: where the homeserver and the identity server are, and what else the operator tells
/// clients.
///
/// Specification: [`/.well-known/matrix/client`](https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiscoveryInformation {
    /// The homeserver: `m.homeserver`.
    pub homeserver: HomeserverInformation,
    /// The identity server that the homeserver's operator suggests: `m.identity_server`.
    pub identity_server: Option<IdentityServerInformation>,
    /// All other members, by their names.
    pub other: JsonObject,
}

impl DiscoveryInformation {
    /// Information about a homeserver with this base URL.
    pub fn new(base_url: String) -> Self {
        Self {
            homeserver: HomeserverInformation { base_url },
            identity_server: None,
            other: JsonObject::new(),
        }
    }
}

const HOMESERVER: &str = "m.homeserver";
const IDENTITY_SERVER: &str = "m.identity_server";

// Written out because serde's `flatten` would buffer all unknown members, and lose the positions of warnings.
impl<'de> Deserialize<'de> for DiscoveryInformation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const FIELDS: &[&str] = &[HOMESERVER, IDENTITY_SERVER];
        deserializer.deserialize_struct("DiscoveryInformation", FIELDS, Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = DiscoveryInformation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("struct DiscoveryInformation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut homeserver = None;
        let mut identity_server = None;
        let mut other = JsonObject::new();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                HOMESERVER => read_member(&mut map, &mut homeserver)?,
                IDENTITY_SERVER => read_member(&mut map, &mut identity_server)?,
                _ => other.insert_raw(name, map.next_value::<RawJson>()?),
            }
        }
        Ok(DiscoveryInformation {
            homeserver: required(homeserver, HOMESERVER)?,
            identity_server: optional(identity_server),
            other,
        })
    }
}

#[cfg(feature = "server")]
impl serde::Serialize for DiscoveryInformation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(HOMESERVER, &self.homeserver)?;
        if let Some(identity_server) = &self.identity_server {
            map.serialize_entry(IDENTITY_SERVER, identity_server)?;
        }
        for (name, value) in self.other.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl Shaped for DiscoveryInformation {
    const SHAPE: &'static Shape = &Shape::Open(&OpenShape {
        expected: "struct DiscoveryInformation",
        known: &[
            FieldShape {
                name: HOMESERVER,
                shape: HomeserverInformation::SHAPE,
                presence: Presence::Required,
            },
            FieldShape {
                name: IDENTITY_SERVER,
                shape: Option::<IdentityServerInformation>::SHAPE,
                presence: Presence::Optional,
            },
        ],
        aliases: &[],
        others: Some((String::SHAPE, RawJson::SHAPE)),
    });
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(DiscoveryInformation);

/// Where a homeserver is.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct HomeserverInformation {
    /// The base URL, exactly as in the file: parse it with [`BaseUrl::parse`](crate::wire::BaseUrl::parse).
    pub base_url: String,
}

/// Where an identity server is.
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct IdentityServerInformation {
    /// The base URL, exactly as in the file.
    pub base_url: String,
}

impl IdentityServerInformation {
    /// Information about an identity server with this base URL.
    pub fn new(base_url: String) -> Self {
        Self { base_url }
    }
}
