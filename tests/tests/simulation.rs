//! Every conversation on a simulated network, thousands of times.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hardline::flow::{AddThreepid, Prompt, Reply, Threepid};
use hardline::types::{ClientSecret, CountryCode, Password, ValidationToken};
use hardline::wire::{BaseUrl, Homeserver};
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

    fn is_done(&self, world: &World, (): &()) -> bool {
        world.threepids() == [MSISDN]
    }
}

#[test]
fn adding_a_phone_number_holds() {
    hold(&AddPhoneNumber, 0..2_000);
}
