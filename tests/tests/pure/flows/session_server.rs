//! A homeserver whose access tokens live for a minute, and who refreshes them: itself, or an authorization server.

use std::cell::RefCell;
use std::time::Duration;

use hardline::flow::test_harness::START;
use hardline::flow::{OAuthSession, SessionTokens, TokenManager};
use hardline::types::{AccessToken, ClientId, RefreshToken, Timestamp};
use hardline::wire::Target;
use hardline_tests::simulation::BASE_URL;
use http::{Request, Response};

/// Who refreshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The homeserver itself, at `/refresh`.
    Legacy,
    /// An authorization server, at its token endpoint.
    OAuth,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Legacy, Self::OAuth];
}

/// A homeserver whose access tokens are valid for a minute. A refresh token gets the same successors until they are used.
pub(super) struct Server {
    kind: Kind,
    /// The number of the newest tokens.
    newest: u32,
    /// The number of the newest tokens that were used.
    used: u32,
    issued_at: Timestamp,
    /// Somebody ended the session.
    pub(super) is_over: bool,
    /// How many requests had an access token that was dead.
    pub(super) refused: u32,
    /// What the next refreshes are answered in place of tokens, the last one first.
    pub(super) instead: Vec<(u16, &'static str)>,
}

pub(super) const LIFETIME: Duration = Duration::from_secs(60);
pub(super) const CODE: &str = "123456";
pub(super) const PASSWORD: &str = "not-to-be-shown-password";
/// How every token of the session begins.
const TOKEN: &str = "not-to-be-shown-token";
const CLIENT: &str = "s6BhdRkqt3";
const TOKEN_ENDPOINT: &str = "https://account.example.org/oauth2/token";

impl Server {
    /// Its first tokens are as old as they are in [`manager`].
    pub(super) fn new(kind: Kind, seed: u64) -> RefCell<Self> {
        let issued_at = match seed % 3 {
            0 => Timestamp::default(),
            _ => START,
        };
        RefCell::new(Self {
            kind,
            newest: 0,
            used: 0,
            issued_at,
            is_over: false,
            refused: 0,
            instead: Vec::new(),
        })
    }

    pub(super) fn answer(
        &mut self,
        now: Timestamp,
        request: &Request<Vec<u8>>,
    ) -> Response<String> {
        let url = request.uri().to_string();
        let is_refresh = match self.kind {
            Kind::Legacy => request.uri().path().ends_with("/refresh"),
            Kind::OAuth => url == TOKEN_ENDPOINT,
        };
        assert!(
            is_refresh || url.starts_with(BASE_URL),
            "{url} is elsewhere"
        );
        let (status, body) = if is_refresh {
            self.answer_refresh(now, request)
        } else {
            self.answer_other(now, request)
        };
        Response::builder().status(status).body(body).unwrap()
    }

    fn answer_refresh(&mut self, now: Timestamp, request: &Request<Vec<u8>>) -> (u16, String) {
        assert!(!request.headers().contains_key("authorization"));
        if let Some((status, body)) = self.instead.pop() {
            return (status, body.to_owned());
        }
        let token = self.refresh_token(request);
        let is_good = |number: &u32| token == format!("{TOKEN}-r{number}");
        let good = (self.used..=self.newest).find(is_good);
        match (good.filter(|_| !self.is_over), self.kind) {
            (Some(number), _) => self.refreshed(now, number),
            (None, Kind::Legacy) => unknown_token(),
            (None, Kind::OAuth) => (400, r#"{"error":"invalid_grant"}"#.to_owned()),
        }
    }

    /// The refresh token of a request, whose form is checked.
    fn refresh_token(&self, request: &Request<Vec<u8>>) -> String {
        match self.kind {
            Kind::Legacy => {
                let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
                body["refresh_token"].as_str().unwrap().to_owned()
            }
            Kind::OAuth => {
                let form = url::form_urlencoded::parse(request.body());
                let mut form: Vec<_> = form.into_owned().collect();
                form.sort();
                let [client, grant, (name, token)] = &form[..] else {
                    panic!("{form:?}")
                };
                assert_eq!(
                    (client.0.as_str(), client.1.as_str()),
                    ("client_id", CLIENT)
                );
                let expected = ("grant_type", "refresh_token");
                assert_eq!((grant.0.as_str(), grant.1.as_str()), expected);
                assert_eq!(name, "refresh_token");
                token.clone()
            }
        }
    }

    fn answer_other(&mut self, now: Timestamp, request: &Request<Vec<u8>>) -> (u16, String) {
        let body = String::from_utf8_lossy(request.body());
        let path = request.uri().path();
        if path == "/submit" {
            assert!(!request.headers().contains_key("authorization"));
            return if body.contains(CODE) {
                (200, r#"{"success":true}"#.to_owned())
            } else {
                (
                    400,
                    r#"{"errcode":"M_NO_VALID_SESSION","error":"x"}"#.to_owned(),
                )
            };
        }
        if path.ends_with("/requestToken") {
            let answer = format!(r#"{{"sid":"7","submit_url":"{BASE_URL}/submit"}}"#);
            return (200, answer);
        }
        let token = request.headers()["authorization"].to_str().unwrap();
        let is_newest = token == format!("Bearer {TOKEN}-a{}", self.newest);
        if !is_newest || now > self.issued_at + LIFETIME || self.is_over {
            self.refused += 1;
            return unknown_token();
        }
        self.used = self.newest;
        if path.ends_with("/add") && !body.contains(PASSWORD) {
            let asks = r#"{"flows":[{"stages":["m.login.password"]}],"session":"s"}"#;
            return (401, asks.to_owned());
        }
        if path.ends_with("/whoami") {
            return (200, r#"{"user_id":"@alice:example.org"}"#.to_owned());
        }
        (200, "{}".to_owned())
    }

    fn refreshed(&mut self, now: Timestamp, number: u32) -> (u16, String) {
        self.used = number;
        if number == self.newest {
            self.newest += 1;
        }
        self.issued_at = now;
        let newest = self.newest;
        let lifetime = match self.kind {
            Kind::Legacy => format!(r#""expires_in_ms":{}"#, LIFETIME.as_millis()),
            Kind::OAuth => format!(
                r#""expires_in":{},"token_type":"Bearer""#,
                LIFETIME.as_secs()
            ),
        };
        let tokens = format!(
            r#"{{"access_token":"{TOKEN}-a{newest}","refresh_token":"{TOKEN}-r{newest}",{lifetime}}}"#
        );
        (200, tokens)
    }

    /// Whether these tokens can still be used, or refreshed.
    pub(super) fn takes(&self, tokens: &SessionTokens) -> bool {
        let refresh_token = tokens.refresh_token.as_ref();
        let refresh_token = refresh_token.map_or("", |token| token.reveal());
        let mut numbers = self.used..=self.newest;
        !self.is_over && numbers.any(|number| refresh_token == format!("{TOKEN}-r{number}"))
    }
}

fn unknown_token() -> (u16, String) {
    let refusal = r#"{"errcode":"M_UNKNOWN_TOKEN","error":"x","soft_logout":true}"#;
    (401, refusal.to_owned())
}

/// The first tokens: one that has expired, one that soon will, or one that works for a while.
pub(super) fn tokens(kind: Kind, seed: u64) -> SessionTokens {
    let tokens = SessionTokens::new(AccessToken::from(format!("{TOKEN}-a0")))
        .refreshed_with(RefreshToken::from(format!("{TOKEN}-r0")));
    let tokens = match kind {
        Kind::Legacy => tokens,
        Kind::OAuth => tokens.granted_by(OAuthSession::new(
            ClientId::parse(CLIENT).unwrap(),
            TOKEN_ENDPOINT.to_owned(),
        )),
    };
    match seed % 3 {
        0 => tokens,
        1 => tokens.expiring_in(START, Duration::from_secs(5)),
        _ => tokens.expiring_in(START, LIFETIME),
    }
}

/// With and without a store.
pub(super) fn manager(kind: Kind, seed: u64) -> TokenManager {
    let manager = TokenManager::new(target(), Some(tokens(kind, seed)), seed);
    match seed % 5 {
        0 | 1 => manager.with_store(),
        _ => manager,
    }
}

pub(super) fn target() -> Target {
    Target::homeserver(BASE_URL).unwrap()
}
