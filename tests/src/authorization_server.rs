//! The real authorization server of the tests, and the person who logs in on its pages: `tests/homeserver` runs it.

use hardline::oauth_api::{AuthorizationUrl, RedirectedUrl, UserCode};
use http::Request;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::raw_socket::{Limits, exchange};

/// The server at this URL.
#[derive(Clone, Debug)]
pub struct AuthorizationServer(pub String);

/// What a person decides about a client that wants to log in.
#[derive(Clone, Copy, Debug)]
pub enum Decision {
    /// It may.
    Allow,
    /// It may not, after they logged in.
    Deny,
    /// They go away before they log in.
    Abort,
}

/// A request that a client sent to the server.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Requested {
    /// Its path.
    pub path: String,
    /// The grant, if it asked for tokens.
    pub grant_type: Option<String>,
    /// The status of the response.
    pub status: u16,
    /// The error of the response.
    pub error: Option<String>,
}

impl AuthorizationServer {
    /// A person opens the page that a client sent their browser to. Returns where the browser ends up.
    ///
    /// # Panics
    /// If it does not come back to the client.
    pub fn authorize(
        &self,
        url: &AuthorizationUrl,
        user: &str,
        decision: Decision,
    ) -> RedirectedUrl {
        let page = json!({"url": url.reveal(), "user": user, "decision": decision.name()});
        let shown: Value = self.post("authorize", &page);
        let location = shown["location"].as_str();
        RedirectedUrl::from(location.unwrap_or_else(|| panic!("{shown}")))
    }

    /// A person types the code that a device shows.
    pub fn type_code(&self, user_code: &UserCode, user: &str, decision: Decision) {
        let page =
            json!({"user_code": user_code.as_str(), "user": user, "decision": decision.name()});
        let shown: Value = self.post("device", &page);
        let is_done = shown["done"] == true;
        assert_eq!(is_done, matches!(decision, Decision::Allow), "{shown}");
    }

    /// A person opens a page of their account, and confirms what it is about.
    ///
    /// # Panics
    /// If there is no such page.
    pub fn confirm(&self, url: &str, user: &str) {
        let shown: Value = self.post("account", &json!({"url": url, "user": user}));
        assert_eq!(shown["done"], true, "{shown}");
    }

    /// Changes how the server treats the clients of this name: the top of `main.mjs` says what there is.
    ///
    /// # Panics
    /// If there is no such control.
    pub fn control(&self, client: &str, mut controls: Value) {
        controls["client"] = client.into();
        let _: Value = self.post("control", &controls);
    }

    /// What the clients of this name asked for tokens, of this grant, and with which status the server answered.
    pub fn token_requests(&self, client: &str, grant_type: &str) -> Vec<u16> {
        let requests = self.requests(client).into_iter();
        let asked = requests.filter(|asked| asked.grant_type.as_deref() == Some(grant_type));
        asked.map(|asked| asked.status).collect()
    }

    /// What the clients of this name asked for.
    pub fn requests(&self, client: &str) -> Vec<Requested> {
        let url = format!("{}/test/requests?client={client}", self.0);
        read(&Request::get(url).body(Vec::new()).expect("it is a URL"))
    }

    fn post<T: DeserializeOwned>(&self, action: &str, body: &Value) -> T {
        let url = format!("{}/test/{action}", self.0);
        let request = Request::post(url).body(body.to_string().into_bytes());
        read(&request.expect("it is a URL"))
    }
}

impl Decision {
    fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Abort => "abort",
        }
    }
}

fn read<T: DeserializeOwned>(request: &Request<Vec<u8>>) -> T {
    let response = exchange(request, &Limits::default()).expect("the server runs");
    assert!(response.status().is_success(), "{response:?}");
    serde_json::from_slice(response.body()).expect("it is the server of the tests")
}
