//! An account from end to end: registered, logged in to in every way, its password changed and reset, deactivated.

use hardline::client_api::account::{DeactivateAccount, GetTokenOwner, Register};
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::{GenerateLoginToken, Login, Refresh};
use hardline::client_api::threepid::{Delete3pidFromAccount, GetAccount3pids};
use hardline::flow::{
    AddThreepid, ChangePassword, Deactivate, FlowError, FlowEvent, InteractiveFlow, LogIn,
    OperationFlow, Prompt, RegisterAccount, Reply, ResetPassword, SessionTokens, ThreepidInput,
};
use hardline::types::{
    ClientSecret, CountryCode, LoginToken, Medium, Password, UserId, ValidationToken,
};
use hardline::wire::{AuthType, ErrorCode, Homeserver, Target, UserIdentifier};

use crate::browser;
use crate::e2e::label;
use crate::raw_socket::now;
use crate::runner::Runner;

/// The first password, the changed one, and the one that replaces a forgotten one.
const PASSWORDS: [&str; 3] = ["correct horse", "battery staple", "forget me not"];

/// Reads a user's messages.
pub struct Post<'a> {
    /// The code in the last text to a number.
    pub code: &'a dyn Fn(&str) -> String,
    /// The link in the last mail to an address.
    pub link: &'a dyn Fn(&str) -> String,
}

/// How a user reacts to a prompt.
pub enum Act<'a> {
    /// They reply with this.
    Says(Reply),
    /// They follow the link in the last mail to this address, and reply that they did.
    Follows(&'a str),
    /// They choose the first single sign-on page and log in there.
    SignsOn {
        /// Their name there.
        user: &'a str,
        /// Their password there.
        password: &'a str,
    },
    /// They enter the code in the last text to this number.
    Types(&'a str),
}

/// A user with a program and messages.
pub struct Teller<'a> {
    /// Runs the user's flows.
    pub runner: Runner,
    post: &'a Post<'a>,
    /// Their homeserver.
    pub homeserver: Homeserver,
}

impl<'a> Teller<'a> {
    /// A user without an account so far.
    pub fn new(mut runner: Runner, post: &'a Post<'a>) -> Self {
        let versions = runner.call(GetVersions::new());
        let versions = versions.expect("versions are available");
        let Target::Homeserver(mut homeserver) = runner.target().clone() else {
            panic!("the account is registered at a homeserver")
        };
        homeserver.supported = Some(versions.supported());
        runner.set_target(Target::Homeserver(homeserver.clone()));
        Self {
            runner,
            post,
            homeserver,
        }
    }

    /// Runs a flow that must ask for exactly this, and replies as given.
    ///
    /// # Errors
    /// The flow's error.
    pub fn converse<F: InteractiveFlow>(
        &self,
        flow: F,
        acts: Vec<(&str, Act<'_>)>,
    ) -> Result<F::Success, FlowError> {
        let mut acts = acts.into_iter();
        let mut on_event = |event: FlowEvent, flow: &mut F, now| {
            if matches!(event, FlowEvent::Validated | FlowEvent::RetryScheduled(_)) {
                return;
            }
            let (asked, act) = acts
                .next()
                .unwrap_or_else(|| panic!("nobody expects {event:?}"));
            assert_eq!(label(&event), asked, "{event:?}");
            let reply = match act {
                Act::Says(reply) => reply,
                Act::Follows(address) => {
                    browser::follow(&(self.post.link)(address));
                    Reply::Done
                }
                Act::SignsOn { user, password } => {
                    let Some(Prompt::LoginToken { pages }) = flow.prompt() else {
                        panic!("no token is asked for")
                    };
                    let url = browser::sign_on(&pages[0].url, user, password);
                    let (_, token) = url.split_once("loginToken=").expect("a token is there");
                    Reply::LoginToken(LoginToken::from(token))
                }
                Act::Types(msisdn) => Reply::Code(ValidationToken::from((self.post.code)(msisdn))),
            };
            flow.reply(now, reply)
                .expect("the event says what is awaited");
        };
        let outcome = self.runner.run(flow, &mut on_event);
        let rest: Vec<&str> = acts.map(|(asked, _)| asked).collect();
        let error = outcome.as_ref().err();
        assert!(rest.is_empty(), "{rest:?} is not asked for: {error:?}");
        outcome
    }

    /// Registers an account of this name with the first password.
    pub fn registration(&self, name: &str) -> RegisterAccount {
        let mut register = Register::new();
        register.username = Some(name.to_owned());
        register.password = Some(Password::from(PASSWORDS[0]));
        register.refresh_token = Some(true);
        let homeserver = self.homeserver.clone();
        RegisterAccount::new(now(), homeserver, register, secret(name))
    }

    /// Logs in with a password that the flow asks for.
    pub fn login(&self, user: UserIdentifier) -> LogIn {
        let mut login = Login::new(AuthType::Password);
        login.identifier = Some(user);
        LogIn::new(now(), self.homeserver.clone(), login, 1)
    }

    fn addition(&self, user: &UserId, threepid: ThreepidInput) -> AddThreepid {
        let secret = secret(&format!("{user}{threepid:?}"));
        AddThreepid::new(
            now(),
            self.homeserver.clone(),
            user.clone(),
            threepid,
            secret,
        )
    }

    fn threepids(&self) -> Vec<String> {
        let list = self.runner.call(GetAccount3pids::new());
        let list = list.expect("the list is available").threepids;
        let mut addresses: Vec<_> = list.into_iter().map(|known| known.address).collect();
        addresses.sort();
        addresses
    }

    fn is_logged_in(&self) -> bool {
        match self.runner.call(GetTokenOwner::new()) {
            Ok(_) => true,
            Err(error) if error.errcode() == Some(&ErrorCode::UnknownToken) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

/// The whole test, with every mistake that a user can make. `number` and `msisdn` are one phone number, as it is
/// written at home and in its international form.
pub fn whole_e2e(runner: Runner, name: &str, (number, msisdn): (&str, &str), post: &Post<'_>) {
    let mut person = Teller::new(runner, post);
    let flow = person.registration(name);
    let somebody = person.converse(
        flow.with_threepid(ThreepidInput::phone(gb(), number)),
        vec![
            (
                "Code",
                Act::Says(Reply::Code(ValidationToken::from("not the code"))),
            ),
            ("no Code", Act::Types(msisdn)),
        ],
    );
    let somebody = somebody.expect("the name is free").user_id;
    assert_eq!(somebody.localpart(), name);

    let email = format!("{name}@mail.test");
    let another = format!("{name}2");
    let flow = person.registration(name);
    let registered = person.converse(
        flow.with_threepid(ThreepidInput::email(email.to_uppercase())),
        vec![
            ("no Username", Act::Says(Reply::Username(another.clone()))),
            ("Confirmation", Act::Says(Reply::Done)),
            ("no Confirmation", Act::Says(Reply::Resend)),
            ("Confirmation", Act::Follows(&email)),
        ],
    );
    let registered = registered.expect("the account is registered");
    let user = registered.user_id.clone();
    assert_eq!(user.localpart(), another);

    refresh(
        &mut person,
        SessionTokens::of_registration(now(), &registered),
    );
    assert_eq!(person.threepids(), [email.as_str()]);
    add_and_remove(&person, &user, &format!("{another}@mail.test"));

    let by_name = UserIdentifier::user(user.as_str());
    let by_address = UserIdentifier::third_party(&Medium::Email, &email);
    let by_number = UserIdentifier::phone(&gb(), number);
    for (identifier, whose) in [
        (by_name, &user),
        (by_address, &user),
        (by_number, &somebody),
    ] {
        let login = person.converse(
            person.login(identifier),
            vec![
                ("Password", says_password("wrong")),
                ("no Password", says_password(PASSWORDS[0])),
            ],
        );
        assert_eq!(&login.expect("the password is right").user_id, whose);
    }

    change_password(&person, &user);
    reset_password(&mut person, &user, &email);
    deactivate(&person, &user);
}

/// Logs in by single sign-on, and logs in another device with a token from the first one.
pub fn sign_on_elsewhere(mut person: Teller<'_>, user: &str, password: &str) {
    let homeserver = person.homeserver.clone();
    let flow = |login| LogIn::new(now(), homeserver.clone(), login, 1);
    let by_browser = flow(Login::new(AuthType::Token)).with_redirect_url("https://app.test/?x=1");
    let stale = LoginToken::from("not a token");
    let login = person.converse(
        by_browser,
        vec![
            ("LoginToken", Act::Says(Reply::LoginToken(stale))),
            ("no LoginToken", Act::SignsOn { user, password }),
        ],
    );
    let first = login.expect("the person is known");
    person.runner.set_access_token(Some(first.access_token));

    let user = UserIdentifier::user(first.user_id.as_str());
    let target = Target::Homeserver(homeserver.clone());
    let token = person.converse(
        OperationFlow::new(now(), GenerateLoginToken::new(), target, 1).with_user(user),
        vec![("Password", says_password(password))],
    );
    let mut login = Login::new(AuthType::Token);
    login.token = Some(token.expect("the password is right").value.login_token);
    let second = person.converse(flow(login), vec![]);
    let second = second.expect("the token is good");
    assert_eq!(second.user_id, first.user_id);
    assert_ne!(second.device_id, first.device_id);
}

fn refresh(person: &mut Teller<'_>, tokens: Option<SessionTokens>) {
    let tokens = tokens.expect("registering logs in");
    assert!(tokens.expires_at.is_some_and(|at| at > now()), "{tokens:?}");
    let refresh = tokens.refresh_token.expect("tokens are refreshed");
    let refreshed = person.runner.call(Refresh::new(refresh));
    let refreshed = refreshed.expect("the token is good");
    assert_ne!(refreshed.access_token, tokens.access_token);
    person.runner.set_access_token(Some(refreshed.access_token));
    assert!(person.is_logged_in());
}

fn add_and_remove(person: &Teller<'_>, user: &UserId, email: &str) {
    let added = person.converse(
        person.addition(user, ThreepidInput::email(email)),
        vec![
            ("Confirmation", Act::Says(Reply::Done)),
            ("Password", says_password("wrong")),
            ("no Password", says_password(PASSWORDS[0])),
            ("no Confirmation", Act::Follows(email)),
        ],
    );
    added.expect("the address is added");
    assert_eq!(person.threepids().len(), 2);
    let operation = Delete3pidFromAccount::new(Medium::Email, email.to_owned());
    let removed = person.runner.call(operation);
    removed.expect("the address is removed");
    assert_eq!(person.threepids().len(), 1);
}

fn change_password(person: &Teller<'_>, user: &UserId) {
    let flow = ChangePassword::new(now(), person.homeserver.clone(), user.clone(), 1);
    let changed = person.converse(
        flow.keeping_devices(),
        vec![
            ("NewPassword", says_password(PASSWORDS[1])),
            ("Password", says_password("wrong")),
            ("no Password", says_password(PASSWORDS[0])),
        ],
    );
    changed.expect("the password is changed");
    assert!(person.is_logged_in());
}

fn reset_password(person: &mut Teller<'_>, user: &UserId, email: &str) {
    let flow = ResetPassword::new(
        now(),
        person.homeserver.clone(),
        ThreepidInput::email("nobody@mail.test"),
        secret(email),
    );
    let reset = person.converse(
        flow,
        vec![
            ("NewPassword", says_password(PASSWORDS[2])),
            (
                "no Threepid",
                Act::Says(Reply::Threepid(ThreepidInput::email(email))),
            ),
            ("Confirmation", Act::Says(Reply::Done)),
            ("no Confirmation", Act::Follows(email)),
        ],
    );
    reset.expect("the password is reset");
    // The old password no longer logs in.
    assert!(!person.is_logged_in());
    let login = person.converse(
        person.login(UserIdentifier::user(user.as_str())),
        vec![
            ("Password", says_password(PASSWORDS[1])),
            ("no Password", says_password(PASSWORDS[2])),
        ],
    );
    let tokens = SessionTokens::of_login(now(), &login.expect("the password is right"));
    person.runner.set_access_token(Some(tokens.access_token));
    assert!(person.is_logged_in());
}

fn deactivate(person: &Teller<'_>, user: &UserId) {
    let operation = DeactivateAccount::new();
    let flow = Deactivate::new(now(), person.homeserver.clone(), user.clone(), operation, 1);
    let deactivated = person.converse(
        flow,
        vec![
            ("Deactivation", Act::Says(Reply::Done)),
            ("Password", says_password("wrong")),
            ("no Password", says_password(PASSWORDS[2])),
        ],
    );
    let deactivated = deactivated.expect("the account is deactivated");
    assert!(deactivated.id_server_unbind_result.is_some());
    assert!(!person.is_logged_in());
    // Synapse forgets the password, so it counts as a wrong one.
    let user = UserIdentifier::user(user.as_str());
    let login = Login::password(user, Password::from(PASSWORDS[2]));
    let error = person.runner.call(login).expect_err("nobody logs in");
    let words = [ErrorCode::UserDeactivated, ErrorCode::Forbidden];
    assert!(
        error.errcode().is_some_and(|word| words.contains(word)),
        "{error}"
    );
}

/// They reply with this password.
pub fn says_password(password: &str) -> Act<'_> {
    Act::Says(Reply::Password(Password::from(password)))
}

fn gb() -> CountryCode {
    CountryCode::parse("GB").expect("GB is a country")
}

/// A secret that differs between messages.
pub fn secret(text: &str) -> ClientSecret {
    let mut bytes = [7_u8; 32];
    for (index, letter) in text.bytes().enumerate() {
        let byte = &mut bytes[index % 32];
        *byte = byte.wrapping_mul(31).wrapping_add(letter);
    }
    ClientSecret::from_entropy(bytes)
}
