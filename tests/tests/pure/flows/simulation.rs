//! Every flow on a simulated network, hundreds of times.

use hardline::client_api::account::{
    DeactivateAccount, DeactivateAccountResponse, Register, RegisterResponse,
};
use hardline::client_api::session::{Login, LoginResponse};
use hardline::flow::{
    AddThreepid, ChangePassword, Deactivate, LogIn, OperationFlow, Prompt, RegisterAccount, Reply,
    ResetPassword, ThreepidInput,
};
use hardline::types::{ClientSecret, CountryCode, Password, ValidationToken};
use hardline::wire::{ApiResponse, AuthType, BaseUrl, Homeserver, Target, UserIdentifier};
use hardline_tests::simulation::{BASE_URL, CLIENT_SECRET, PASSWORD, Scenario, WRONG, World, hold};

pub(super) const MSISDN: &str = "447700900001";
pub(super) const EMAIL: &str = "a@example.net";
// It contains the old one, so that a search in the output finds both.
pub(super) const NEW_PASSWORD: &str = "correct horse battery staple, and another";

pub(super) fn homeserver() -> Homeserver {
    Homeserver::new(BaseUrl::parse(BASE_URL).unwrap())
}

pub(super) fn secret() -> ClientSecret {
    ClientSecret::parse(CLIENT_SECRET).unwrap()
}

pub(super) fn password(password: &str) -> Reply {
    Reply::Password(Password::from(password))
}

pub(super) fn login(user: &str, password: &str) -> Login {
    Login::password(UserIdentifier::user(user), Password::from(password))
}

pub(super) struct AddPhoneNumber;

impl Scenario for AddPhoneNumber {
    type Flow = AddThreepid;

    fn begin(&self, world: &World) -> AddThreepid {
        AddThreepid::new(
            world.now,
            homeserver(),
            world.user_id.clone(),
            ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001"),
            secret(),
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
    hold(&AddPhoneNumber, 0..600);
}

/// Registers the account with an available name.
pub(super) struct RegisterAnAccount;

impl Scenario for RegisterAnAccount {
    type Flow = OperationFlow<Register>;

    fn begin(&self, world: &World) -> Self::Flow {
        let mut register = Register::new();
        register.username = Some("bob".to_owned());
        register.password = Some(Password::from(PASSWORD));
        let target = Target::homeserver(BASE_URL).unwrap();
        OperationFlow::new(world.now, register, target, 1)
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        panic!("{prompt:?} is not asked for here")
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        None
    }

    fn is_done(&self, _: &World, registered: &ApiResponse<RegisterResponse>) -> bool {
        registered.value.user_id.as_str() == "@bob:example.org"
    }
}

#[test]
fn registering_an_account_holds() {
    hold(&RegisterAnAccount, 0..400);
}

pub(super) struct AddAddress;

impl Scenario for AddAddress {
    type Flow = AddThreepid;

    fn begin(&self, world: &World) -> AddThreepid {
        let (user, address) = (world.user_id.clone(), ThreepidInput::email(EMAIL));
        AddThreepid::new(world.now, homeserver(), user, address, secret())
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        match prompt {
            Prompt::Confirmation { .. } => {
                world.follow_link(EMAIL);
                Reply::Done
            }
            Prompt::Password => password(PASSWORD),
            other => panic!("{other:?} is not asked for here"),
        }
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        match prompt {
            Prompt::Confirmation { send_attempt: 1 } => Some(Reply::Resend),
            // The link is not followed.
            Prompt::Confirmation { .. } => Some(Reply::Done),
            Prompt::Password => Some(password(WRONG)),
            _ => None,
        }
    }

    fn is_done(&self, world: &World, (): &()) -> bool {
        world.threepids() == [EMAIL]
    }
}

#[test]
fn adding_an_address_holds() {
    hold(&AddAddress, 0..400);
}

/// An account with an e-mail address and a phone number, on a server that requires both and consent to its terms. The
/// first name is alice's.
struct RegisterWithEverything;

impl Scenario for RegisterWithEverything {
    type Flow = RegisterAccount;

    fn begin(&self, world: &World) -> RegisterAccount {
        let (email, phone) = (AuthType::EmailIdentity, AuthType::Msisdn);
        let flows = vec![vec![AuthType::Terms, email, phone]];
        world.homeserver.require_to_register(flows);
        let mut register = Register::new();
        register.username = Some("alice".to_owned());
        register.password = Some(Password::from(PASSWORD));
        register.refresh_token = Some(true);
        RegisterAccount::new(world.now, homeserver(), register, secret())
            .with_threepid(ThreepidInput::email(EMAIL))
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        match prompt {
            Prompt::Username => {
                // If the response was lost, the name is the user's own by now.
                let is_taken = world.logs_in(&login("bob", PASSWORD));
                Reply::Username(if is_taken { "carol" } else { "bob" }.to_owned())
            }
            Prompt::Terms(_) => Reply::Done,
            Prompt::Threepid(medium) => {
                assert_eq!(medium.as_str(), "msisdn");
                // Nor is a number available any more.
                let number = if world.logs_in(&login("bob", PASSWORD)) {
                    "07700900002"
                } else {
                    "07700900001"
                };
                Reply::Threepid(ThreepidInput::phone(
                    CountryCode::parse("GB").unwrap(),
                    number,
                ))
            }
            Prompt::Confirmation { .. } => {
                world.follow_link(EMAIL);
                Reply::Done
            }
            Prompt::Code { .. } => {
                let messages = world.homeserver.inbox().messages();
                let texts = messages.iter().rev();
                let mut texts = texts.filter(|message| message.link.is_none());
                Reply::Code(texts.next().unwrap().token.clone())
            }
            other => panic!("{other:?} is not asked for here"),
        }
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        match prompt {
            Prompt::Username => Some(Reply::Username("Not A Name".to_owned())),
            Prompt::Threepid(_) => Some(Reply::Threepid(ThreepidInput::phone(
                CountryCode::parse("GB").unwrap(),
                "not a number",
            ))),
            Prompt::Confirmation { send_attempt: 1 } => Some(Reply::Done),
            Prompt::Confirmation { .. } => Some(Reply::Resend),
            Prompt::Code { send_attempt: 1 } => Some(Reply::Resend),
            Prompt::Code { .. } => Some(Reply::Code(ValidationToken::from(WRONG))),
            _ => None,
        }
    }

    fn is_done(&self, world: &World, registered: &RegisterResponse) -> bool {
        registered.refresh_token.is_some()
            && world.logs_in(&login(registered.user_id.localpart(), PASSWORD))
    }
}

#[test]
fn registering_with_everything_holds() {
    hold(&RegisterWithEverything, 0..400);
}

pub(super) struct LogInWithAPassword;

impl Scenario for LogInWithAPassword {
    type Flow = LogIn;

    fn begin(&self, world: &World) -> LogIn {
        let mut login = Login::new(AuthType::Password);
        login.identifier = Some(UserIdentifier::user("alice"));
        LogIn::new(world.now, homeserver(), login, 1)
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        assert_eq!(*prompt, Prompt::Password);
        password(PASSWORD)
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        Some(password(WRONG))
    }

    fn is_done(&self, world: &World, response: &LoginResponse) -> bool {
        response.user_id == world.user_id && response.well_known.is_some()
    }
}

#[test]
fn logging_in_holds() {
    hold(&LogInWithAPassword, 0..400);
}

pub(super) struct ChangeThePassword;

impl Scenario for ChangeThePassword {
    type Flow = ChangePassword;

    fn begin(&self, world: &World) -> ChangePassword {
        ChangePassword::new(world.now, homeserver(), world.user_id.clone(), 1)
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        match prompt {
            Prompt::NewPassword => password(NEW_PASSWORD),
            // If the response was lost, the new one is the old one by now.
            Prompt::Password if world.logs_in(&login("alice", PASSWORD)) => password(PASSWORD),
            Prompt::Password => password(NEW_PASSWORD),
            other => panic!("{other:?} is not asked for here"),
        }
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        match prompt {
            Prompt::NewPassword => Some(password("")),
            _ => Some(password(WRONG)),
        }
    }

    fn is_done(&self, world: &World, (): &()) -> bool {
        world.logs_in(&login("alice", NEW_PASSWORD))
            && !world.logs_in(&login("alice", PASSWORD))
            && world.threepids().is_empty()
    }
}

#[test]
fn changing_a_password_holds() {
    hold(&ChangeThePassword, 0..400);
}

pub(super) struct ResetByEmail;

impl Scenario for ResetByEmail {
    type Flow = ResetPassword;

    fn begin(&self, world: &World) -> ResetPassword {
        world.add_email(EMAIL);
        let nobodys = ThreepidInput::email("nobody@example.net");
        ResetPassword::new(world.now, homeserver(), nobodys, secret())
    }

    fn reply(&self, world: &World, prompt: &Prompt) -> Reply {
        match prompt {
            Prompt::NewPassword => password(NEW_PASSWORD),
            Prompt::Threepid(_) => Reply::Threepid(ThreepidInput::email(EMAIL)),
            Prompt::Confirmation { .. } => {
                world.follow_link(EMAIL);
                Reply::Done
            }
            other => panic!("{other:?} is not asked for here"),
        }
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        match prompt {
            Prompt::NewPassword => Some(password("")),
            Prompt::Threepid(_) => Some(Reply::Threepid(ThreepidInput::email("not an address"))),
            Prompt::Confirmation { send_attempt: 1 } => Some(Reply::Resend),
            Prompt::Confirmation { .. } => Some(Reply::Done),
            _ => None,
        }
    }

    fn is_done(&self, world: &World, (): &()) -> bool {
        world.logs_in(&login("alice", NEW_PASSWORD)) && !world.logs_in(&login("alice", PASSWORD))
    }
}

#[test]
fn resetting_a_password_holds() {
    hold(&ResetByEmail, 0..400);
}

struct DeactivateTheAccount;

impl Scenario for DeactivateTheAccount {
    type Flow = Deactivate;

    fn begin(&self, world: &World) -> Deactivate {
        let operation = DeactivateAccount::new();
        Deactivate::new(world.now, homeserver(), world.user_id.clone(), operation, 1)
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        match prompt {
            Prompt::Deactivation => Reply::Done,
            Prompt::Password => password(PASSWORD),
            other => panic!("{other:?} is not asked for here"),
        }
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        (*prompt == Prompt::Password).then(|| password(WRONG))
    }

    fn is_done(&self, world: &World, response: &DeactivateAccountResponse) -> bool {
        response.id_server_unbind_result.is_some() && !world.logs_in(&login("alice", PASSWORD))
    }
}

#[test]
fn deactivating_an_account_holds() {
    hold(&DeactivateTheAccount, 0..400);
}
