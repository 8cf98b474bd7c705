//! Logins by OAuth 2.0 at a homeserver that has none.

use hardline::flow::{DeviceLogin, LoggedIn, OAuthLogin, Prompt, Reply};
use hardline::oauth_api::RegisterClient;
use hardline_tests::simulation::{Scenario, World};

use super::simulation::homeserver;

const CLIENT: &str = "https://app.example.com/";

/// Logs in on a page.
pub(super) struct LogInOnNoPage;

impl Scenario for LogInOnNoPage {
    type Flow = OAuthLogin;

    fn begin(&self, world: &World) -> OAuthLogin {
        let client = RegisterClient::native(CLIENT.to_owned(), "http://127.0.0.1/".to_owned());
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

/// Logs in by a code.
pub(super) struct LogInByNoCode;

impl Scenario for LogInByNoCode {
    type Flow = DeviceLogin;

    fn begin(&self, world: &World) -> DeviceLogin {
        let client = RegisterClient::device(CLIENT.to_owned());
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
