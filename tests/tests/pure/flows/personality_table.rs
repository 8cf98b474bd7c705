//! What each flow comes to with each family of servers.

use std::cell::Cell;

use hardline::client_api::account::{
    DeactivateAccount, DeactivateAccountResponse, Register, RegisterResponse,
};
use hardline::client_api::session::{Login, LoginResponse};
use hardline::flow::test_harness::Choices;
use hardline::flow::{Deactivate, LogIn, Prompt, RegisterAccount, Reply};
use hardline::types::{Medium, Password, RegistrationToken};
use hardline::wire::{AuthType, UserIdentifier};
use hardline_tests::simulation::personality::Personality;
use hardline_tests::simulation::{Ends, Mishap, PASSWORD, Scenario, WRONG, World, meet};

use super::identity_simulation::{
    BeginSession, BindAddress, BindNumber, FindHomeserver, LookUp, UnbindAddress,
};
use super::simulation::{
    AddAddress, AddPhoneNumber, ChangeThePassword, EMAIL, LogInWithAPassword, RegisterAnAccount,
    ResetByEmail, homeserver, login, password, secret,
};
use super::without_oauth::{LogInByNoCode, LogInOnNoPage};

/// Registers with a token that an administrator gave out.
struct RegisterWithAToken;

const TOKEN: &str = "not-to-be-guessed";

impl Scenario for RegisterWithAToken {
    type Flow = RegisterAccount;

    fn begin(&self, world: &World) -> RegisterAccount {
        let server = &world.homeserver;
        server.require_to_register(vec![vec![AuthType::RegistrationToken]]);
        server.add_registration_token(&RegistrationToken::from(TOKEN), 1);
        let mut register = Register::new();
        register.username = Some("bob".to_owned());
        register.password = Some(Password::from(PASSWORD));
        RegisterAccount::new(world.now, homeserver(), register, secret())
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        assert_eq!(*prompt, Prompt::RegistrationToken);
        Reply::RegistrationToken(RegistrationToken::from(TOKEN))
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        Some(Reply::RegistrationToken(RegistrationToken::from(WRONG)))
    }

    fn is_done(&self, world: &World, registered: &RegisterResponse) -> bool {
        world.logs_in(&login(registered.user_id.localpart(), PASSWORD))
    }
}

struct LogInByEmail;

impl Scenario for LogInByEmail {
    type Flow = LogIn;

    fn begin(&self, world: &World) -> LogIn {
        world.add_email(EMAIL);
        let mut login = Login::new(AuthType::Password);
        login.identifier = Some(UserIdentifier::third_party(&Medium::Email, EMAIL));
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
        response.user_id == world.user_id
    }
}

/// Deactivates the account, and claims no more than that.
struct DeactivateAnAccount;

impl Scenario for DeactivateAnAccount {
    type Flow = Deactivate;

    fn begin(&self, world: &World) -> Deactivate {
        let operation = DeactivateAccount::new();
        Deactivate::new(world.now, homeserver(), world.user_id.clone(), operation, 1)
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        match prompt {
            Prompt::Deactivation => Reply::Done,
            _ => password(PASSWORD),
        }
    }

    fn wrong_reply(&self, _: &World, prompt: &Prompt) -> Option<Reply> {
        (*prompt == Prompt::Password).then(|| password(WRONG))
    }

    fn is_done(&self, _: &World, _: &DeactivateAccountResponse) -> bool {
        true
    }
}

/// How a scenario meets a family.
pub(super) type Meet = fn(&'static Personality, Mishap, u32, Choices) -> Result<Ends, String>;

/// A row of the table.
pub(super) struct Row {
    pub(super) flow: &'static str,
    pub(super) meet: Meet,
    /// What it comes to, for each family in the order of [`HOMESERVERS`]: an empty word is success.
    pub(super) ends: [&'static str; 8],
    /// Whether its operation authenticates the person in a session of their own.
    pub(super) has_session: bool,
    /// Whether its first request has an access token.
    pub(super) has_token: bool,
}

const UNROUTED: &str = "M_UNRECOGNIZED";
const DENIED: &str = "M_THREEPID_DENIED";
const NO_MEDIUM: &str = "M_THREEPID_MEDIUM_NOT_SUPPORTED";
const UNTRUSTED: &str = "M_SERVER_NOT_TRUSTED";
const NO_OAUTH: &str = "Metadata";
const STALLS: &str = "~M_UNSUPPORTED";

/// The code that a flow is refused with, or what its server lacks; `?` before it if the flow asks again and again instead, `~` if it stalls. A `-` is
/// what a family does not have.
pub(super) const ROWS: [Row; 11] = [
    Row {
        flow: "AddThreepid, a phone number",
        meet: |family, mishap, wrongs, choices| {
            meet(&AddPhoneNumber, family, mishap, wrongs, choices)
        },
        ends: [
            "", UNROUTED, DENIED, DENIED, NO_MEDIUM, NO_MEDIUM, DENIED, UNROUTED,
        ],
        has_session: true,
        has_token: true,
    },
    Row {
        flow: "AddThreepid, an e-mail address",
        meet: |family, mishap, wrongs, choices| meet(&AddAddress, family, mishap, wrongs, choices),
        ends: ["", UNTRUSTED, DENIED, DENIED, DENIED, "", DENIED, UNROUTED],
        has_session: true,
        has_token: true,
    },
    Row {
        flow: "AuthenticatedFlow, a registration",
        meet: |family, mishap, wrongs, choices| {
            meet(&RegisterAnAccount, family, mishap, wrongs, choices)
        },
        ends: [""; 8],
        has_session: true,
        has_token: false,
    },
    Row {
        flow: "RegisterAccount, with a token",
        meet: |family, mishap, wrongs, choices| {
            meet(&RegisterWithAToken, family, mishap, wrongs, choices)
        },
        // Dendrite has no such stage.
        ends: ["", "-", "", "", "", "", "", ""],
        has_session: true,
        has_token: false,
    },
    Row {
        flow: "ResetPassword",
        meet: |family, mishap, wrongs, choices| {
            meet(&ResetByEmail, family, mishap, wrongs, choices)
        },
        ends: ["", UNROUTED, UNROUTED, UNROUTED, DENIED, "", DENIED, STALLS],
        has_session: true,
        has_token: false,
    },
    Row {
        flow: "ChangePassword",
        meet: |family, mishap, wrongs, choices| {
            meet(&ChangeThePassword, family, mishap, wrongs, choices)
        },
        // Construct asks for no authentication and wants it.
        ends: ["", "", "", "", "", "", "", STALLS],
        has_session: true,
        has_token: true,
    },
    Row {
        flow: "Deactivate",
        meet: |family, mishap, wrongs, choices| {
            meet(&DeactivateAnAccount, family, mishap, wrongs, choices)
        },
        ends: [""; 8],
        has_session: true,
        has_token: true,
    },
    Row {
        flow: "LogIn, by user ID",
        meet: |family, mishap, wrongs, choices| {
            meet(&LogInWithAPassword, family, mishap, wrongs, choices)
        },
        ends: [""; 8],
        has_session: false,
        has_token: false,
    },
    Row {
        flow: "LogIn, by e-mail address",
        meet: |family, mishap, wrongs, choices| {
            meet(&LogInByEmail, family, mishap, wrongs, choices)
        },
        // These refuse the kind of identifier in the way of a wrong password, or of an empty one.
        ends: [
            "",
            "?M_BAD_JSON",
            "?M_FORBIDDEN",
            "M_UNKNOWN",
            "M_UNKNOWN",
            "",
            "?M_FORBIDDEN",
            "M_UNSUPPORTED",
        ],
        has_session: false,
        has_token: false,
    },
    Row {
        flow: "OAuthLogin",
        meet: |family, mishap, wrongs, choices| {
            meet(&LogInOnNoPage, family, mishap, wrongs, choices)
        },
        ends: [NO_OAUTH; 8],
        has_session: false,
        has_token: false,
    },
    Row {
        flow: "DeviceLogin",
        meet: |family, mishap, wrongs, choices| {
            meet(&LogInByNoCode, family, mishap, wrongs, choices)
        },
        ends: [NO_OAUTH; 8],
        has_session: false,
        has_token: false,
    },
];

/// The same with the identity servers' families, where every flow succeeds.
pub(super) const IDENTITY_ROWS: [(&str, Meet); 7] = [
    ("Discovery", |family, mishap, wrongs, choices| {
        let address = "@alice:example.org";
        let newest = None;
        meet(
            &FindHomeserver { address, newest },
            family,
            mishap,
            wrongs,
            choices,
        )
    }),
    ("IdentitySession", |family, mishap, wrongs, choices| {
        meet(&BeginSession, family, mishap, wrongs, choices)
    }),
    ("Lookup", |family, mishap, wrongs, choices| {
        let is_rotated = Cell::new(false);
        meet(&LookUp { is_rotated }, family, mishap, wrongs, choices)
    }),
    (
        "BindThreepid, a phone number",
        |family, mishap, wrongs, choices| meet(&BindNumber, family, mishap, wrongs, choices),
    ),
    (
        "BindThreepid, an e-mail address",
        |family, mishap, wrongs, choices| meet(&BindAddress, family, mishap, wrongs, choices),
    ),
    (
        "UnbindThreepid, by the homeserver",
        |family, mishap, wrongs, choices| {
            let name = "example.org";
            meet(&UnbindAddress { name }, family, mishap, wrongs, choices)
        },
    ),
    (
        "UnbindThreepid, by itself",
        |family, mishap, wrongs, choices| {
            let name = "is.example.org";
            meet(&UnbindAddress { name }, family, mishap, wrongs, choices)
        },
    ),
];
