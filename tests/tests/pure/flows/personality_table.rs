//! What each flow comes to with each family of servers.

use std::cell::Cell;

use hardline::client_api::account::{
    DeactivateAccount, DeactivateAccountResponse, Register, RegisterResponse,
};
use hardline::client_api::session::{Login, LoginResponse};
use hardline::flow::test_harness::Choices;
use hardline::flow::{
    Deactivate, DeviceLogin, LogIn, LoggedIn, OAuthLogin, Prompt, RegisterAccount, Reply,
};
use hardline::oauth_api::RegisterClient;
use hardline::types::{Medium, Password, RegistrationToken};
use hardline::wire::{AuthType, UserIdentifier};
use hardline_tests::simulation::personality::{Canned, Personality};
use hardline_tests::simulation::{Ends, Mishap, PASSWORD, Scenario, WRONG, World, meet};

use super::identity_simulation::{
    BeginSession, BindAddress, BindNumber, FindHomeserver, LookUp, UnbindAddress,
};
use super::simulation::{
    AddAddress, AddPhoneNumber, ChangeThePassword, EMAIL, LogInWithAPassword, RegisterAnAccount,
    ResetByEmail, homeserver, login, password, secret,
};

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

/// Logs in by OAuth 2.0 at a homeserver without it.
struct LogInByOAuth;

impl Scenario for LogInByOAuth {
    type Flow = OAuthLogin;

    fn begin(&self, world: &World) -> OAuthLogin {
        let (page, callback) = ("https://app.example.com/", "http://127.0.0.1/");
        let client = RegisterClient::native(page.to_owned(), callback.to_owned());
        OAuthLogin::new(world.now, homeserver(), client, [7; 32])
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        panic!("{prompt:?} is not asked for here")
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        None
    }

    fn is_done(&self, _: &World, _: &LoggedIn) -> bool {
        false
    }
}

/// The same with a device code.
struct LogInByADeviceCode;

impl Scenario for LogInByADeviceCode {
    type Flow = DeviceLogin;

    fn begin(&self, world: &World) -> DeviceLogin {
        let client = RegisterClient::device("https://app.example.com/".to_owned());
        DeviceLogin::new(world.now, homeserver(), client, [7; 32])
    }

    fn reply(&self, _: &World, prompt: &Prompt) -> Reply {
        panic!("{prompt:?} is not asked for here")
    }

    fn wrong_reply(&self, _: &World, _: &Prompt) -> Option<Reply> {
        None
    }

    fn is_done(&self, _: &World, _: &LoggedIn) -> bool {
        false
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
            meet(&LogInByOAuth, family, mishap, wrongs, choices)
        },
        ends: [NO_OAUTH; 8],
        has_session: false,
        has_token: false,
    },
    Row {
        flow: "DeviceLogin",
        meet: |family, mishap, wrongs, choices| {
            meet(&LogInByADeviceCode, family, mishap, wrongs, choices)
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

/// The flows that take a code.
pub(super) const CODE_ROWS: [(&str, Meet); 2] = [
    ("AddThreepid", |family, mishap, wrongs, choices| {
        meet(&AddPhoneNumber, family, mishap, wrongs, choices)
    }),
    ("BindThreepid", |family, mishap, wrongs, choices| {
        meet(&BindNumber, family, mishap, wrongs, choices)
    }),
];

/// What happens to messages and codes. A person asks for another message first, then gives a wrong code, then the right
/// one: so many times they are wrong.
pub(super) const CODES: [(&str, Mishap, u32); 9] = [
    (
        "another message is refused",
        Mishap::Resent(Canned::new(400, r#"{"errcode":"M_UNKNOWN","error":"x"}"#)),
        1,
    ),
    (
        "another message is limited",
        Mishap::Resent(Canned::new(
            429,
            r#"{"errcode":"M_LIMIT_EXCEEDED","error":"x"}"#,
        )),
        1,
    ),
    (
        "another message comes without the URL",
        Mishap::ResentWithoutUrl,
        1,
    ),
    (
        "the code's session has expired",
        Mishap::FirstCode(Canned::new(
            400,
            r#"{"errcode":"M_SESSION_EXPIRED","error":"x"}"#,
        )),
        0,
    ),
    (
        "the code's session has expired, in the manner of Sydent",
        Mishap::FirstCode(Canned::new(
            200,
            r#"{"success":false,"errcode":"M_SESSION_EXPIRED","error":"x"}"#,
        )),
        0,
    ),
    (
        "a wrong code breaks the server",
        Mishap::FirstCode(Canned::new(500, r#"{"errcode":"M_UNKNOWN","error":"x"}"#)),
        2,
    ),
    (
        "a wrong code is an error with status 200",
        Mishap::FirstCode(Canned::new(200, r#"{"errcode":"M_NO_VALID_SESSION"}"#)),
        2,
    ),
    (
        "a wrong code is false in quotes",
        Mishap::FirstCode(Canned::new(200, r#"{"success":"false"}"#)),
        2,
    ),
    (
        "a wrong code is an error without a code",
        Mishap::FirstCode(Canned::new(400, r#"{"error":"x"}"#)),
        2,
    ),
];
