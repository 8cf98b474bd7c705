//! A phone number from end to end: registered, verified, listed, removed.

use hardline::client_api::account::{GetTokenOwner, Register};
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::{GetLoginFlows, Login, Logout};
use hardline::client_api::threepid::{Delete3pidFromAccount, GetAccount3pids};
use hardline::flow::{
    AddThreepid, FlowError, FlowEvent, InteractiveFlow, Prompt, Reply, ThreepidInput,
};
use hardline::types::{ClientSecret, CountryCode, Medium, Password, UserId, ValidationToken};
use hardline::wire::{AuthData, AuthType, ErrorCode, Homeserver, Target, UserIdentifier};

use crate::raw_socket::now;
use crate::runner::Runner;

/// The password of every user.
pub const PASSWORD: &str = "correct horse battery staple";

/// A user with an account, and access to their texts.
pub struct Person<'a> {
    /// Runs the user's flows.
    pub runner: Runner,
    /// The account.
    pub user_id: UserId,
    last_code: &'a dyn Fn(&str) -> String,
}

impl<'a> Person<'a> {
    /// Registers an account of this name. `last_code` reads the code of the last text to a number.
    pub fn register(mut runner: Runner, name: &str, last_code: &'a dyn Fn(&str) -> String) -> Self {
        let versions = runner
            .call(GetVersions::new())
            .expect("versions are available");
        let mut homeserver = homeserver(&runner);
        homeserver.supported = Some(versions.supported());
        runner.set_target(Target::Homeserver(homeserver));

        let mut register = Register::new();
        register.username = Some(name.to_owned());
        register.password = Some(Password::from(PASSWORD));
        register.auth = Some(AuthData::dummy());
        let registered = runner.call(register).expect("the account is registered");
        runner.set_access_token(registered.access_token);
        Self {
            runner,
            user_id: registered.user_id,
            last_code,
        }
    }

    /// A flow that adds a number, with a secret made from `entropy`.
    pub fn flow(&self, number: &str, entropy: u8) -> AddThreepid {
        AddThreepid::new(
            now(),
            homeserver(&self.runner),
            self.user_id.clone(),
            ThreepidInput::phone(CountryCode::parse("GB").expect("GB is a country"), number),
            secret(&self.user_id, entropy),
        )
    }

    /// Adds a number like a user who makes every mistake once. Returns what happened.
    ///
    /// # Errors
    /// The flow's error.
    pub fn add(&self, flow: AddThreepid, msisdn: &str) -> Result<Vec<String>, FlowError> {
        let mut told = Vec::new();
        let mut answer = |event: FlowEvent, flow: &mut AddThreepid, now| {
            let code = |code| Reply::Code(ValidationToken::from(code));
            let password = |password| Reply::Password(Password::from(password));
            let awaited = match &event {
                FlowEvent::Asks(Prompt::Code { send_attempt: 1 }) => flow.reply(now, Reply::Resend),
                FlowEvent::Asks(Prompt::Code { .. }) => {
                    flow.reply(now, code("not the code".to_owned()))
                }
                FlowEvent::Rejected {
                    prompt: Prompt::Code { .. },
                    ..
                } => flow.reply(now, code((self.last_code)(msisdn))),
                FlowEvent::Asks(Prompt::Password) => flow.reply(now, password("wrong")),
                FlowEvent::Rejected {
                    prompt: Prompt::Password,
                    ..
                } => flow.reply(now, password(PASSWORD)),
                FlowEvent::Stalled(_) => flow.cancel(now),
                _ => Ok(()),
            };
            told.push(label(&event));
            awaited.expect("the event says what is awaited");
        };
        self.runner.run(flow, &mut answer)?;
        Ok(told)
    }

    /// The numbers of the account.
    pub fn numbers(&self) -> Vec<String> {
        let answer = self
            .runner
            .call(GetAccount3pids::new())
            .expect("the list is available");
        answer
            .threepids
            .into_iter()
            .map(|threepid| threepid.address)
            .collect()
    }

    /// Removes a number.
    pub fn remove(&self, msisdn: &str) {
        let operation = Delete3pidFromAccount::new(Medium::Msisdn, msisdn.to_owned());
        self.runner.call(operation).expect("the number is removed");
    }
}

/// The whole test: adds a number with every mistake that a user can make, lists and removes it; logs in and out.
pub fn whole_e2e(runner: Runner, name: &str, last_code: &dyn Fn(&str) -> String) {
    let (number, msisdn) = ("07700900001", "447700900001");
    let mut person = Person::register(runner, name, last_code);
    let told = person
        .add(person.flow(number, 0), msisdn)
        .expect("the number is added");
    assert_eq!(
        told,
        [
            "Code",
            "Code",
            "no Code",
            "Validated",
            "Password",
            "no Password"
        ]
    );
    assert_eq!(person.numbers(), [msisdn]);
    assert_eq!(refused(&person, number), ErrorCode::ThreepidInUse);

    let flows = person
        .runner
        .call(GetLoginFlows::new())
        .expect("the flows are available")
        .flows;
    assert!(
        flows
            .iter()
            .any(|flow| flow.login_type == AuthType::Password)
    );
    let by_number = UserIdentifier::third_party(&Medium::Msisdn, msisdn);
    let login = person
        .runner
        .call(Login::password(by_number, Password::from(PASSWORD)));
    let login = login.expect("the number logs in");
    assert_eq!(login.user_id, person.user_id);

    person.remove(msisdn);
    assert!(person.numbers().is_empty());

    let owner = person
        .runner
        .call(GetTokenOwner::new())
        .expect("the owner is known");
    assert_eq!(owner.user_id, person.user_id);
    person.runner.call(Logout::new()).expect("logged out");
    let error = person
        .runner
        .call(GetTokenOwner::new())
        .expect_err("the token is gone");
    assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken));
    person.runner.set_access_token(Some(login.access_token));
    assert!(person.runner.call(GetTokenOwner::new()).is_ok());
}

/// The server's error for a number that it rejects.
pub fn refused(person: &Person<'_>, number: &str) -> ErrorCode {
    let error = person
        .add(person.flow(number, 1), "")
        .expect_err("the number is refused");
    let FlowError::Refused { source, .. } = &error else {
        panic!("{error}")
    };
    source
        .errcode()
        .unwrap_or_else(|| panic!("{error}"))
        .clone()
}

fn homeserver(runner: &Runner) -> Homeserver {
    match runner.target() {
        Target::Homeserver(homeserver) => homeserver.clone(),
        other => panic!("{other:?} is not a homeserver"),
    }
}

fn secret(user_id: &UserId, entropy: u8) -> ClientSecret {
    let mut bytes = [entropy; 32];
    for (byte, letter) in bytes.iter_mut().zip(user_id.as_str().bytes()) {
        *byte ^= letter;
    }
    ClientSecret::from_entropy(bytes)
}

/// An event in a word or two: a prompt by its name.
pub fn label(event: &FlowEvent) -> String {
    let first = |text: String| text.split([' ', '(']).next().unwrap_or_default().to_owned();
    match event {
        FlowEvent::Asks(prompt) => first(format!("{prompt:?}")),
        FlowEvent::Rejected { prompt, .. } => format!("no {}", first(format!("{prompt:?}"))),
        other => first(format!("{other:?}")),
    }
}
