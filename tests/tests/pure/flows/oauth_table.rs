//! What each flow of OAuth 2.0 comes to with each family of authorization servers.

use hardline::client_api::session::{Login, LoginResponse};
use hardline::flow::test_harness::{Choices, START};
use hardline::flow::{DeviceLogin, LogIn, LoggedIn, OAuthLogin, OAuthLogout};
use hardline::oauth_api::{GrantType, RegisterClient};
use hardline::wire::{AuthType, UserIdentifier};
use hardline_tests::simulation::Ends;
use hardline_tests::simulation::oauth::{
    Conduct, Decision, OAuthMishap, OAuthScenario, OAuthWorld, meet_oauth,
};
use hardline_tests::simulation::personality::oauth::OAuthPersonality;

const CLIENT: &str = "https://app.example.com/";
const ENTROPY: [u8; 32] = [7; 32];

/// Whether the session is there that a login claims to have.
fn is_logged_in(world: &OAuthWorld, login: &LoggedIn) -> bool {
    let (_, tells_lifetime) = world.personality().access_lifetime;
    let tokens = &login.tokens;
    let owner = Some((login.user_id.clone(), login.device_id.to_string()));
    login.user_id == world.user_id
        && tokens.refresh_token.is_some()
        && tokens.oauth.is_some()
        && tokens.expires_at.is_some() == tells_lifetime
        && world.owner(tokens) == owner
}

/// Logs in on a page, from a program that listens on the loopback.
pub(super) struct LogInOnAPage;

impl OAuthScenario for LogInOnAPage {
    type Flow = OAuthLogin;

    fn begin(&self, world: &OAuthWorld) -> OAuthLogin {
        let client = RegisterClient::native(CLIENT.to_owned(), "http://127.0.0.1/".to_owned());
        OAuthLogin::new(START, world.homeserver(), client, ENTROPY)
            .with_redirect_uri("http://127.0.0.1:40123/")
    }

    fn is_done(&self, world: &OAuthWorld, login: &LoggedIn) -> bool {
        is_logged_in(world, login)
    }
}

/// The same from a web page, to which the response comes back in the fragment.
pub(super) struct LogInFromTheWeb;

impl OAuthScenario for LogInFromTheWeb {
    type Flow = OAuthLogin;

    fn begin(&self, world: &OAuthWorld) -> OAuthLogin {
        let client = RegisterClient::web(CLIENT.to_owned(), format!("{CLIENT}callback"));
        OAuthLogin::new(START, world.homeserver(), client, ENTROPY).registering()
    }

    fn is_done(&self, world: &OAuthWorld, login: &LoggedIn) -> bool {
        is_logged_in(world, login)
    }
}

/// Logs in with a code that somebody types elsewhere.
pub(super) struct LogInByACode;

impl OAuthScenario for LogInByACode {
    type Flow = DeviceLogin;

    fn begin(&self, world: &OAuthWorld) -> DeviceLogin {
        let client = RegisterClient::device(CLIENT.to_owned());
        DeviceLogin::new(START, world.homeserver(), client, ENTROPY)
    }

    fn is_done(&self, world: &OAuthWorld, login: &LoggedIn) -> bool {
        is_logged_in(world, login)
    }
}

/// Logs out of a session that somebody granted.
struct LogOut {
    /// Whether the session has a refresh token.
    can_refresh: bool,
}

impl OAuthScenario for LogOut {
    type Flow = OAuthLogout;

    fn begin(&self, world: &OAuthWorld) -> OAuthLogout {
        let mut client = RegisterClient::device(CLIENT.to_owned());
        let grants = client.grant_types.as_mut().unwrap();
        grants.retain(|grant| self.can_refresh || *grant != GrantType::RefreshToken);
        let tokens = world.log_in(&client, "DEVICEDEVICE");
        OAuthLogout::new(START, world.homeserver(), &tokens, 1).unwrap()
    }

    fn is_done(&self, world: &OAuthWorld, (): &()) -> bool {
        !world.has_session()
    }
}

/// Logs in with a password, which a server that delegates does not take.
struct LogInWithAPassword;

impl OAuthScenario for LogInWithAPassword {
    type Flow = LogIn;

    fn begin(&self, world: &OAuthWorld) -> LogIn {
        let mut login = Login::new(AuthType::Password);
        login.identifier = Some(UserIdentifier::user("alice"));
        LogIn::new(START, world.homeserver(), login, 1)
    }

    fn is_done(&self, _: &OAuthWorld, _: &LoginResponse) -> bool {
        false
    }
}

/// How a scenario meets a family.
pub(super) type MeetOAuth =
    fn(&'static OAuthPersonality, OAuthMishap, Conduct, &Choices) -> Result<Ends, String>;

/// A row of the table.
pub(super) struct OAuthRow {
    pub(super) flow: &'static str,
    pub(super) meet: MeetOAuth,
    /// What the person decides.
    pub(super) decision: Decision,
    /// What it comes to, for each family in the order of [`AUTHORIZATION_SERVERS`]: an empty word is success.
    pub(super) ends: [&'static str; 6],
}

const DENIED: &str = "access_denied";
const NO_DEVICES: &str = "DeviceAuthorization";

pub(super) const LOGINS: [(&str, MeetOAuth); 3] = [
    (
        "OAuthLogin, from the loopback",
        |family, mishap, conduct, choices| {
            meet_oauth(&LogInOnAPage, family, mishap, conduct, choices)
        },
    ),
    (
        "OAuthLogin, from the web",
        |family, mishap, conduct, choices| {
            meet_oauth(&LogInFromTheWeb, family, mishap, conduct, choices)
        },
    ),
    ("DeviceLogin", |family, mishap, conduct, choices| {
        meet_oauth(&LogInByACode, family, mishap, conduct, choices)
    }),
];

/// The code that a flow is refused with, or what the server lacks.
pub(super) const OAUTH_ROWS: [OAuthRow; 9] = [
    OAuthRow {
        flow: LOGINS[0].0,
        meet: LOGINS[0].1,
        decision: Decision::Allow,
        ends: [""; 6],
    },
    OAuthRow {
        flow: LOGINS[1].0,
        meet: LOGINS[1].1,
        decision: Decision::Allow,
        ends: [""; 6],
    },
    OAuthRow {
        flow: LOGINS[2].0,
        meet: LOGINS[2].1,
        decision: Decision::Allow,
        ends: ["", "", NO_DEVICES, "", "", ""],
    },
    OAuthRow {
        flow: LOGINS[0].0,
        meet: LOGINS[0].1,
        decision: Decision::Deny,
        ends: [DENIED; 6],
    },
    OAuthRow {
        flow: LOGINS[1].0,
        meet: LOGINS[1].1,
        decision: Decision::Deny,
        ends: [DENIED; 6],
    },
    OAuthRow {
        flow: LOGINS[2].0,
        meet: LOGINS[2].1,
        decision: Decision::Deny,
        ends: [DENIED, DENIED, NO_DEVICES, DENIED, DENIED, DENIED],
    },
    OAuthRow {
        flow: "OAuthLogout, with a refresh token",
        meet: |family, mishap, conduct, choices| {
            let can_refresh = true;
            meet_oauth(&LogOut { can_refresh }, family, mishap, conduct, choices)
        },
        decision: Decision::Allow,
        ends: [""; 6],
    },
    OAuthRow {
        flow: "OAuthLogout, without one",
        meet: |family, mishap, conduct, choices| {
            let can_refresh = false;
            meet_oauth(&LogOut { can_refresh }, family, mishap, conduct, choices)
        },
        decision: Decision::Allow,
        ends: [""; 6],
    },
    OAuthRow {
        flow: "LogIn, by password",
        meet: |family, mishap, conduct, choices| {
            meet_oauth(&LogInWithAPassword, family, mishap, conduct, choices)
        },
        decision: Decision::Allow,
        ends: ["RequiresOAuth"; 6],
    },
];
