use super::account::{GetAccount, Logout, RegisterAccount};
use super::association::{BindV2, GetValidated3pidV2, UnbindV2};
use super::email::{EmailRequestTokenV2, EmailSubmitTokenGetV2, EmailSubmitTokenPostV2};
use super::invitation::{BlindlySignStuffV2, StoreInviteV2};
use super::lookup::{GetHashDetails, LookupUsersV2};
use super::msisdn::{MsisdnRequestTokenV2, MsisdnSubmitTokenGetV2, MsisdnSubmitTokenPostV2};
use super::public_keys::{GetPubKeyV2, IsEphemeralPubKeyValidV2, IsPubKeyValidV2};
use super::terms::{AgreeToTerms, GetTerms};
use super::versions::{GetVersions, PingV2};
use crate::wire::EndpointVisitor;

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
    visitor.visit::<GetVersions>();
    visitor.visit::<PingV2>();
    visitor.visit::<RegisterAccount>();
    visitor.visit::<GetAccount>();
    visitor.visit::<Logout>();
    visitor.visit::<GetTerms>();
    visitor.visit::<AgreeToTerms>();
    visitor.visit::<GetPubKeyV2>();
    visitor.visit::<IsPubKeyValidV2>();
    visitor.visit::<IsEphemeralPubKeyValidV2>();
    visitor.visit::<GetHashDetails>();
    visitor.visit::<LookupUsersV2>();
    visitor.visit::<EmailRequestTokenV2>();
    visitor.visit::<EmailSubmitTokenPostV2>();
    visitor.visit::<EmailSubmitTokenGetV2>();
    visitor.visit::<MsisdnRequestTokenV2>();
    visitor.visit::<MsisdnSubmitTokenPostV2>();
    visitor.visit::<MsisdnSubmitTokenGetV2>();
    visitor.visit::<GetValidated3pidV2>();
    visitor.visit::<BindV2>();
    visitor.visit::<UnbindV2>();
    visitor.visit::<StoreInviteV2>();
    visitor.visit::<BlindlySignStuffV2>();
}
