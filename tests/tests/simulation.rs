//! Every conversation on a simulated network, thousands of times.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hardline::client_api::account::{Register, RegisterResponse};
use hardline::flow::{AddThreepid, AuthenticatedFlow, Prompt, Reply, Threepid};
use hardline::types::{ClientSecret, CountryCode, Password, ValidationToken};
use hardline::wire::{BaseUrl, Homeserver, Target};
use hardline_tests::simulation::{BASE_URL, CLIENT_SECRET, PASSWORD, Scenario, WRONG, World, hold};

const MSISDN: &str = "447700900001";

struct AddPhoneNumber;

impl Scenario for AddPhoneNumber {
    type Flow = AddThreepid;

    fn begin(&self, world: &World) -> AddThreepid {
        AddThreepid::new(
            world.now,
            Homeserver::new(BaseUrl::parse(BASE_URL).unwrap()),
            world.user_id.clone(),
            Threepid::phone(CountryCode::parse("GB").unwrap(), "07700900001"),
            ClientSecret::parse(CLIENT_SECRET).unwrap(),
        )
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        match prompt {
            Prompt::Code { .. } => Reply::Code(ValidationToken::from(world.code(MSISDN))),
            Prompt::Password => Reply::Password(Password::from(PASSWORD)),
            other => panic!("{other:?} is not asked for here"),
        }
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        match prompt {
            Prompt::Code { send_attempt: 1 } => Some(Reply::Resend),
            Prompt::Code { .. } => Some(Reply::Code(ValidationToken::from(WRONG))),
            Prompt::Password => Some(Reply::Password(Password::from(WRONG))),
            _ => None,
        }
    }

    fn is_done(&self, world: &World, &(): &()) -> bool {
        world.threepids() == [MSISDN]
    }
}

#[test]
fn adding_a_phone_number_holds() {
    hold(&AddPhoneNumber, 0..2_000);
}

/// The account is asked for with a name that is free.
struct RegisterAnAccount;

impl Scenario for RegisterAnAccount {
    type Flow = AuthenticatedFlow<Register>;

    fn begin(&self, world: &World) -> Self::Flow {
        let mut register = Register::new();
        register.username = Some("bob".to_owned());
        register.password = Some(Password::from(PASSWORD));
        let target = Target::homeserver(BASE_URL).unwrap();
        AuthenticatedFlow::new(world.now, register, target, None, 1)
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        panic!("{prompt:?} is not asked for here")
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        None
    }

    fn is_done(&self, _: &World, registered: &RegisterResponse) -> bool {
        registered.user_id.as_str() == "@bob:example.org"
    }
}

#[test]
fn registering_an_account_holds() {
    hold(&RegisterAnAccount, 0..1_000);
}
