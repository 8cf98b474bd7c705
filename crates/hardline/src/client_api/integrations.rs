//! What connects the homeserver with other services: OpenID tokens, third-party networks, calls, and what application
//! services have besides.
//!
//! Specification: [OpenID](https://spec.matrix.org/v1.19/client-server-api/#openid),
//! [third-party networks](https://spec.matrix.org/v1.19/client-server-api/#third-party-networks),
//! [voice over IP](https://spec.matrix.org/v1.19/client-server-api/#voice-over-ip),
//! [application services](https://spec.matrix.org/v1.19/application-service-api/#client-server-api-extensions).

mod appservice;
mod openid;
mod third_party_lookup;
mod third_party_protocols;
mod voip;

pub use appservice::{
    PingAppservice, PingAppserviceResponse, UpdateAppserviceRoomDirectoryVisibility,
};
pub use openid::{RequestOpenIdToken, RequestOpenIdTokenResponse};
pub use third_party_lookup::{
    QueryLocationByAlias, QueryLocationByProtocol, QueryUserById, QueryUserByProtocol,
    ThirdPartyLocation, ThirdPartyUser,
};
pub use third_party_protocols::{
    FieldType, GetProtocolMetadata, GetProtocols, Protocol, ProtocolInstance,
};
pub use voip::{GetTurnServer, GetTurnServerResponse};

crate::wire::operations![
    GetProtocolMetadata,
    GetProtocols,
    GetTurnServer,
    PingAppservice,
    QueryLocationByAlias,
    QueryLocationByProtocol,
    QueryUserById,
    QueryUserByProtocol,
    RequestOpenIdToken,
    UpdateAppserviceRoomDirectoryVisibility,
];
