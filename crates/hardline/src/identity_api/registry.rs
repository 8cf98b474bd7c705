use super::account::{GetAccount, Logout, RegisterAccount};
use super::association::{BindV2, GetValidated3pidV2, UnbindV2};
use super::email::{EmailRequestTokenV2, EmailSubmitTokenGetV2, EmailSubmitTokenPostV2};
use super::invitation::{BlindlySignStuffV2, StoreInviteV2};
use super::lookup::{GetHashDetails, LookupUsersV2};
use super::msisdn::{MsisdnRequestTokenV2, MsisdnSubmitTokenGetV2, MsisdnSubmitTokenPostV2};
use super::public_keys::{GetPubKeyV2, IsEphemeralPubKeyValidV2, IsPubKeyValidV2};
use super::terms::{AgreeToTerms, GetTerms};
use super::versions::{GetVersions, PingV2};
#[cfg(feature = "proptest")]
use crate::wire::ArbitraryEndpointVisitor;
#[cfg(feature = "server")]
use crate::wire::server::ServerEndpointVisitor;
use crate::wire::{EndpointVisitor, operations};

/// Shows a visitor every operation of the Identity Service API.
///
/// This is the one list of them: the router, the checks against the specification and the tests are driven from it.
///
/// ```
/// use hardline::identity_api;
/// use hardline::wire::{RegisteredEndpoint, EndpointVisitor};
///
/// struct Names(Vec<String>);
///
/// impl EndpointVisitor for Names {
///     fn visit<E: RegisteredEndpoint>(&mut self) {
///         self.0.push(E::OPERATION.name().to_string());
///     }
/// }
///
/// let mut names = Names(Vec::new());
/// identity_api::visit(&mut names);
/// assert!(names.0.contains(&"is:lookupUsersV2".to_owned()));
/// ```
pub fn visit(visitor: &mut impl EndpointVisitor) {
    every::visit(visitor);
}

/// The same, as operations that can be answered.
///
/// ```
/// # #[cfg(feature = "by-name")] {
/// use hardline::by_name::Operations;
/// use hardline::identity_api;
///
/// let mut operations = Operations::new();
/// identity_api::visit_server(&mut operations);
/// assert!(operations.find("is:lookupUsersV2").is_ok());
/// # }
/// ```
#[cfg(feature = "server")]
pub fn visit_server(visitor: &mut impl ServerEndpointVisitor) {
    every::visit_server(visitor);
}

/// The same, as operations that can be made up: an [`ArbitraryEndpointVisitor`] has an example.
#[cfg(feature = "proptest")]
pub fn visit_arbitrary(visitor: &mut impl ArbitraryEndpointVisitor) {
    every::visit_arbitrary(visitor);
}

mod every {
    use super::*;

    operations![
        GetVersions,
        PingV2,
        RegisterAccount,
        GetAccount,
        Logout,
        GetTerms,
        AgreeToTerms,
        GetPubKeyV2,
        IsPubKeyValidV2,
        IsEphemeralPubKeyValidV2,
        GetHashDetails,
        LookupUsersV2,
        EmailRequestTokenV2,
        EmailSubmitTokenPostV2,
        EmailSubmitTokenGetV2,
        MsisdnRequestTokenV2,
        MsisdnSubmitTokenPostV2,
        MsisdnSubmitTokenGetV2,
        GetValidated3pidV2,
        BindV2,
        UnbindV2,
        StoreInviteV2,
        BlindlySignStuffV2,
    ];
}
