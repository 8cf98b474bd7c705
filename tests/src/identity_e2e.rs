//! An identity from end to end: discovery of a homeserver, a session at an identity server, and a phone number and an
//! e-mail address that are bound, looked up and unbound.

use hardline::client_api::account::Register;
use hardline::client_api::threepid::GetAccount3pids;
use hardline::flow::{
    BindThreepid, Discovered, Discovery, FlowError, HomeserverAddress, IdentityServer,
    IdentitySession, Lookup, Reply, ThreepidInput, UnbindThreepid,
};
use hardline::identity_api::association;
use hardline::types::{
    AccessToken, CountryCode, Medium, Password, ServerName, UserId, ValidationToken,
};
use hardline::wire::{AuthData, BaseUrl};

use crate::account_e2e::{Act, Post, Teller, secret};
use crate::raw_socket::now;
use crate::runner::Runner;

/// A user with an account at a homeserver and, later, a session at an identity server.
struct Person<'a> {
    teller: Teller<'a>,
    user: UserId,
    server: &'a IdentityServer,
    token: Option<AccessToken>,
}

/// The whole test, with every mistake that a user can make. `number` and `msisdn` are one phone number, as it is
/// written at home and in its international form. The first of the identity server's names is the one that the
/// homeserver knows; the second belongs to a server that is no identity server. Not every identity server lets a
/// homeserver vouch for unbinding.
pub fn whole_e2e(
    runner: Runner,
    name: &str,
    (number, msisdn): (&str, &str),
    (server, strange): (&IdentityServer, &ServerName),
    homeserver_unbinds: bool,
    post: &Post<'_>,
) {
    let email = format!("{name}@mail.test");
    let mut person = Person::new(runner, name, server, post);

    let refused = person.bind(ThreepidInput::phone(gb(), "not a number"), vec![agrees()]);
    let refused = refused.expect_err("it is no number").to_string();
    assert!(
        refused.starts_with("is:msisdnRequestTokenV2: "),
        "{refused}"
    );
    // They accepted the terms already, though in another session.
    let phone = ThreepidInput::phone(gb(), number);
    let wrong = ValidationToken::from("not the code");
    let bound = person.bind(
        phone,
        vec![
            ("Code", Act::Says(Reply::Resend)),
            ("Code", Act::Says(Reply::Code(wrong))),
            ("no Code", Act::Types(msisdn)),
        ],
    );
    bound.expect("the number is bound");

    person.begin_session();
    assert_eq!(person.found(msisdn, &email), [msisdn]);
    let bound = person.bind(
        ThreepidInput::email(&email),
        vec![
            ("Confirmation", Act::Says(Reply::Done)),
            ("no Confirmation", Act::Follows(&email)),
        ],
    );
    bound.expect("the address is bound");
    assert_eq!(person.found(msisdn, &email), [msisdn, email.as_str()]);
    // A binding does not appear in the account's list.
    let list = person.teller.runner.call(GetAccount3pids::new());
    assert!(list.expect("the list is available").threepids.is_empty());

    // A token that the server does not know is replaced.
    person.token = Some(AccessToken::from("no token"));
    assert_eq!(person.found(msisdn, &email), [msisdn, email.as_str()]);

    // If the homeserver cannot unbind, the user has to prove that the address is theirs.
    let acts = if homeserver_unbinds {
        vec![]
    } else {
        vec![("Code", Act::Types(msisdn))]
    };
    let unbound = person.unbind(&server.name, Medium::Msisdn, msisdn, acts);
    unbound.expect("the number is unbound");
    assert_eq!(person.found(msisdn, &email), [email.as_str()]);
    let unbound = person.unbind(
        strange,
        Medium::Email,
        &email,
        vec![
            ("Confirmation", Act::Says(Reply::Resend)),
            ("Confirmation", Act::Follows(&email)),
        ],
    );
    unbound.expect("the address is unbound");
    assert!(person.found(msisdn, &email).is_empty());
}

impl<'a> Person<'a> {
    /// Discovers the homeserver and registers there.
    fn new(runner: Runner, name: &str, server: &'a IdentityServer, post: &'a Post<'a>) -> Self {
        let base_url = runner.target().base_url().cloned();
        let base_url = base_url.expect("a homeserver has a base URL");
        let mut teller = Teller::new(runner, post);
        let found = discover(&teller, &base_url);
        assert_eq!(found.homeserver.base_url, base_url);
        // The rest of the test uses what discovery found.
        assert_eq!(found.homeserver, teller.homeserver);

        let mut register = Register::new();
        register.username = Some(name.to_owned());
        register.password = Some(Password::from("correct horse battery staple"));
        register.auth = Some(AuthData::dummy());
        let registered = teller.runner.call(register).expect("the name is free");
        teller.runner.set_access_token(registered.access_token);
        Self {
            teller,
            user: registered.user_id,
            server,
            token: None,
        }
    }

    /// Starts a session at the identity server. The user accepted its terms before.
    fn begin_session(&mut self) {
        let homeserver = self.teller.homeserver.clone();
        let base_url = self.server.base_url.clone();
        let flow = IdentitySession::new(now(), homeserver, self.user.clone(), base_url, 1);
        let token = self.teller.converse(flow, vec![]);
        self.token = Some(token.expect("the session is begun"));
    }

    fn bind(&self, threepid: ThreepidInput, acts: Vec<(&str, Act<'_>)>) -> Result<(), FlowError> {
        let flow = BindThreepid::new(
            now(),
            self.teller.homeserver.clone(),
            self.user.clone(),
            self.server.clone(),
            threepid.clone(),
            secret(&format!("{} binds {threepid:?}", self.user)),
        );
        let flow = match &self.token {
            Some(token) => flow.with_identity_token(token.clone()),
            None => flow,
        };
        self.teller.converse(flow, acts)
    }

    fn unbind(
        &self,
        id_server: &ServerName,
        medium: Medium,
        address: &str,
        acts: Vec<(&str, Act<'_>)>,
    ) -> Result<(), FlowError> {
        let mut server = self.server.clone();
        server.name = id_server.clone();
        let flow = UnbindThreepid::new(
            now(),
            self.teller.homeserver.clone(),
            self.user.clone(),
            server,
            association::Threepid::new(medium, address.to_owned()),
            secret(&format!("{} unbinds {address}", self.user)),
        );
        self.teller.converse(flow, acts)
    }

    /// Which of the two addresses finds the user.
    fn found(&self, msisdn: &str, email: &str) -> Vec<String> {
        let threepids = vec![
            association::Threepid::new(Medium::Msisdn, msisdn.to_owned()),
            association::Threepid::new(Medium::Email, email.to_uppercase()),
        ];
        let homeserver = self.teller.homeserver.clone();
        let base_url = self.server.base_url.clone();
        let user = self.user.clone();
        let mut flow = Lookup::new(now(), homeserver, user, base_url, threepids, 1);
        if let Some(token) = &self.token {
            flow = flow.with_identity_token(token.clone());
        }
        let found = self.teller.converse(flow, vec![]);
        let found = found.expect("the lookup succeeds").into_iter();
        found
            .map(|(threepid, user)| {
                assert_eq!(user, self.user);
                threepid.address.to_lowercase()
            })
            .collect()
    }
}

/// Discovers a homeserver like a user who first enters a wrong address.
fn discover(teller: &Teller<'_>, base_url: &BaseUrl) -> Discovered {
    let right = HomeserverAddress::Url(base_url.clone());
    let wrong = format!("{base_url}/nothing/here");
    let wrong = wrong.parse().expect("it is a URL");
    let flow = Discovery::new(now(), wrong, 1);
    let found = teller.converse(
        flow,
        vec![("no Homeserver", Act::Says(Reply::Homeserver(right)))],
    );
    found.expect("the homeserver is found")
}

/// The user accepts the terms that the flow asks about.
fn agrees() -> (&'static str, Act<'static>) {
    ("Terms", Act::Says(Reply::Done))
}

fn gb() -> CountryCode {
    CountryCode::parse("GB").expect("GB is a country")
}
