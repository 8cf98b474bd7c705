//! The flows that use identity servers, and discovery, on a simulated network.

use std::cell::Cell;

use bytes::Bytes;
use hardline::flow::{
    BindThreepid, Discovered, Discovery, HomeserverAddress, IdentityServer, IdentitySession,
    Lookup, Prompt, Reply, ThreepidInput, UnbindThreepid,
};
use hardline::identity_api::account::GetAccount;
use hardline::identity_api::association::{self, BindV2};
use hardline::identity_api::email::EmailRequestTokenV2;
use hardline::identity_api::lookup::{AddressLookup, GetHashDetails};
use hardline::identity_api::terms::{AgreeToTerms, Policy, PolicyTranslation};
use hardline::json::JsonMap;
use hardline::types::{
    AccessToken, ClientSecret, CountryCode, Medium, ServerName, UserId, ValidationToken,
};
use hardline::wire::{BaseUrl, Homeserver, SpecVersion};
use hardline_tests::simulation::{BASE_URL, CLIENT_SECRET, Scenario, WRONG, World, hold};
use http::Request;

const MSISDN: &str = "447700900001";
const EMAIL: &str = "a@example.net";
const TERMS: &str = "https://example.org/terms";

fn base_url() -> BaseUrl {
    BaseUrl::parse(BASE_URL).unwrap()
}

fn homeserver() -> Homeserver {
    Homeserver::new(base_url())
}

fn identity_server() -> IdentityServer {
    IdentityServer::new(base_url()).unwrap()
}

fn secret() -> ClientSecret {
    ClientSecret::parse(CLIENT_SECRET).unwrap()
}

fn code(code: impl Into<String>) -> Reply {
    Reply::Code(ValidationToken::from(code.into()))
}

/// From now on the identity server has terms that nobody has accepted.
fn set_terms(world: &World) {
    let mut policy = Policy::default();
    let english = PolicyTranslation::new("Terms".to_owned(), TERMS.to_owned());
    policy.translations.insert("en".to_owned(), english);
    let policies = JsonMap::from([("terms_of_service".to_owned(), policy)]);
    world.identity_server.set_terms(policies);
}

/// An identity server's token for a user who accepted its terms.
fn token(world: &World) -> AccessToken {
    let token = world.identity_token();
    let agree = AgreeToTerms::new(vec![TERMS.to_owned()]);
    world.identity_server.set_terms(JsonMap::new());
    set_terms(world);
    world.call_identity(&agree, &token);
    token
}

/// Binds an address to the account.
fn bind_address(world: &World) {
    let token = world.identity_token();
    let secret = ClientSecret::parse("another-secret").unwrap();
    let request = EmailRequestTokenV2::new(secret.clone(), EMAIL.to_owned(), 1);
    let session = world.call_identity(&request, &token);
    world.follow_link(EMAIL);
    let bind = BindV2::new(session.sid, secret, world.user_id.clone());
    world.call_identity(&bind, &token);
}

/// Whether a lookup finds the account.
fn is_bound(world: &World, medium: Medium, address: &str) -> bool {
    let token = token(world);
    let details = world.call_identity(&GetHashDetails::new(), &token);
    let threepid = association::Threepid::new(medium, address.to_owned());
    let lookup = AddressLookup::new([threepid], &details).unwrap();
    let response = world.call_identity(lookup.request(), &token);
    lookup
        .found(&response)
        .any(|(_, user)| *user == world.user_id)
}

pub(super) struct FindHomeserver {
    pub(super) address: &'static str,
    /// The newest version that the homeserver has, if it matters.
    pub(super) newest: Option<SpecVersion>,
}

impl Scenario for FindHomeserver {
    type Flow = Discovery;

    fn begin(&self, world: &World) -> Discovery {
        Discovery::new(world.now, self.address.parse().unwrap(), 1)
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        assert_eq!(*prompt, Prompt::Homeserver);
        Reply::Homeserver(HomeserverAddress::Url(base_url()))
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        Some(Reply::Homeserver("https://example.org/no".parse().unwrap()))
    }

    fn is_done(&self, _: &World, found: &Discovered) -> bool {
        let supported = found.homeserver.supported.as_ref().unwrap();
        let suggested = found.identity_server.as_ref();
        found.homeserver.base_url == base_url()
            && (self.newest.is_none() || supported.newest() == self.newest)
            && suggested.is_none_or(|suggested| *suggested == base_url())
    }
}

#[test]
fn finding_a_homeserver_holds() {
    for address in ["@alice:example.org", BASE_URL, "https://example.org/no"] {
        let newest = Some(SpecVersion::v1(19));
        hold(&FindHomeserver { address, newest }, 0..400);
    }
}

pub(super) struct BeginSession;

impl Scenario for BeginSession {
    type Flow = IdentitySession;

    fn begin(&self, world: &World) -> IdentitySession {
        set_terms(world);
        IdentitySession::new(
            world.now,
            homeserver(),
            world.user_id.clone(),
            base_url(),
            1,
        )
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        assert!(matches!(prompt, Prompt::Terms(_)), "{prompt:?}");
        Reply::Done
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        None
    }

    fn is_done(&self, world: &World, token: &AccessToken) -> bool {
        world.call_identity(&GetAccount::new(), token).user_id == world.user_id
    }
}

#[test]
fn beginning_a_session_at_an_identity_server_holds() {
    hold(&BeginSession, 0..400);
}

/// The pepper is rotated before the first lookup arrives.
pub(super) struct LookUp {
    pub(super) is_rotated: Cell<bool>,
}

impl Scenario for LookUp {
    type Flow = Lookup;

    fn begin(&self, world: &World) -> Lookup {
        self.is_rotated.set(false);
        bind_address(world);
        set_terms(world);
        let bound = association::Threepid::new(Medium::Email, EMAIL.to_uppercase());
        let unbound = association::Threepid::new(Medium::Msisdn, MSISDN.to_owned());
        let user = world.user_id.clone();
        let threepids = vec![unbound, bound];
        Lookup::new(world.now, homeserver(), user, base_url(), threepids, 1)
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        assert!(matches!(prompt, Prompt::Terms(_)), "{prompt:?}");
        Reply::Done
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        None
    }

    fn is_done(&self, world: &World, found: &Vec<(association::Threepid, UserId)>) -> bool {
        let found = found.iter();
        let found = found.map(|(threepid, user)| (threepid.address.as_str(), user));
        self.is_rotated.get() && found.eq([("A@EXAMPLE.NET", &world.user_id)])
    }

    fn arrives(&self, world: &World, request: &Request<Bytes>) {
        if request.uri().path().ends_with("/lookup") && !self.is_rotated.replace(true) {
            world.identity_server.rotate_pepper();
        }
    }
}

#[test]
fn looking_addresses_up_holds() {
    let is_rotated = Cell::new(false);
    hold(&LookUp { is_rotated }, 0..400);
}

/// The replies of a user who binds or unbinds a number.
fn say(world: &World, prompt: &Prompt) -> Reply {
    match prompt {
        Prompt::Terms(_) => Reply::Done,
        Prompt::Code { .. } => code(world.code(MSISDN)),
        Prompt::Confirmation { .. } => {
            world.follow_link(EMAIL);
            Reply::Done
        }
        other => panic!("{other:?} is not asked for here"),
    }
}

fn say_wrong(prompt: &Prompt) -> Option<Reply> {
    match prompt {
        Prompt::Code { send_attempt: 1 } | Prompt::Confirmation { send_attempt: 1 } => {
            Some(Reply::Resend)
        }
        Prompt::Code { .. } => Some(code(WRONG)),
        // The link is not followed.
        Prompt::Confirmation { .. } => Some(Reply::Done),
        _ => None,
    }
}

pub(super) struct BindNumber;

impl Scenario for BindNumber {
    type Flow = BindThreepid;

    fn begin(&self, world: &World) -> BindThreepid {
        set_terms(world);
        let number = ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001");
        let user = world.user_id.clone();
        let server = identity_server();
        BindThreepid::new(world.now, homeserver(), user, server, number, secret())
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        say(world, prompt)
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        say_wrong(prompt)
    }

    fn is_done(&self, world: &World, &(): &()) -> bool {
        is_bound(world, Medium::Msisdn, MSISDN) && world.threepids().is_empty()
    }
}

#[test]
fn binding_a_phone_number_holds() {
    hold(&BindNumber, 0..400);
}

pub(super) struct BindAddress;

impl Scenario for BindAddress {
    type Flow = BindThreepid;

    fn begin(&self, world: &World) -> BindThreepid {
        let token = token(world);
        let user = world.user_id.clone();
        let (server, address) = (identity_server(), ThreepidInput::email(EMAIL));
        BindThreepid::new(world.now, homeserver(), user, server, address, secret())
            .with_identity_token(token)
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        say(world, prompt)
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        say_wrong(prompt)
    }

    fn is_done(&self, world: &World, &(): &()) -> bool {
        is_bound(world, Medium::Email, EMAIL)
    }
}

#[test]
fn binding_an_address_holds() {
    hold(&BindAddress, 0..400);
}

pub(super) struct UnbindAddress {
    /// The identity server's name. The homeserver knows it by no other name.
    pub(super) name: &'static str,
}

impl Scenario for UnbindAddress {
    type Flow = UnbindThreepid;

    fn begin(&self, world: &World) -> UnbindThreepid {
        bind_address(world);
        set_terms(world);
        let mut server = identity_server();
        server.name = ServerName::parse(self.name).unwrap();
        let user = world.user_id.clone();
        let address = association::Threepid::new(Medium::Email, EMAIL.to_owned());
        UnbindThreepid::new(world.now, homeserver(), user, server, address, secret())
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        say(world, prompt)
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        say_wrong(prompt)
    }

    fn is_done(&self, world: &World, &(): &()) -> bool {
        !is_bound(world, Medium::Email, EMAIL)
    }
}

#[test]
fn unbinding_an_address_by_the_homeserver_holds() {
    hold(
        &UnbindAddress {
            name: "example.org",
        },
        0..400,
    );
}

#[test]
fn unbinding_an_address_at_the_identity_server_holds() {
    hold(
        &UnbindAddress {
            name: "is.example.org",
        },
        0..400,
    );
}
