//! Whole requests and whole answers, as clients and browsers see them.

use std::time::Duration;

use hardline::oauth_api::{AuthorizationResponse, CodeChallenge};
use hardline::types::{CodeVerifier, Password, ServerName};
use serde_json::{Value, json};

use super::*;

mod account;
mod authorize;
mod browsers;
mod code;
mod device;
mod registration;
mod sessions;
mod switch;

const START: Timestamp = Timestamp::from_millis(1_795_422_468_000);
const REDIRECT_URI: &str = "http://127.0.0.1:4567/callback";
const DEVICE: &str = "AAABBBCCCDDD";
const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

/// A homeserver with alice and bob, its authorization server, and the time there.
struct World {
    homeserver: Arc<Homeserver>,
    authorization_server: AuthorizationServer,
    now: Timestamp,
}

/// A response, as far as tests look at it.
struct Answer {
    status: u16,
    location: String,
    body: String,
    response: Response<Vec<u8>>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The error in OAuth's terms.
    fn error(&self) -> (u16, String) {
        let error = self.json()["error"].as_str().unwrap().to_owned();
        (self.status, error)
    }

    /// The value of the only hidden field of this name, or of the first.
    fn hidden(&self, name: &str) -> String {
        let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&field).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn hidden_fields(&self) -> usize {
        self.body.matches("type=\"hidden\"").count()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let value = self.response.headers().get(name)?;
        Some(value.to_str().unwrap())
    }

    /// What the browser brings back to the client.
    fn brought_back(&self) -> AuthorizationResponse {
        assert_eq!(self.status, 303, "{}", self.body);
        AuthorizationResponse::parse(&self.location).unwrap()
    }
}

impl World {
    fn new() -> Self {
        Self::at("https://example.org")
    }

    fn at(base_url: &str) -> Self {
        let server_name = ServerName::parse("example.org").unwrap();
        let homeserver = Arc::new(Homeserver::new(server_name, base_url, [7; 32]));
        for user in ["alice", "bob"] {
            let password = Password::from(format!("secret of {user}"));
            homeserver.add_account(user, &password).unwrap();
        }
        Self {
            authorization_server: AuthorizationServer::new(Arc::clone(&homeserver), [8; 32]),
            homeserver,
            now: START,
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    fn send(&self, request: http::request::Builder, body: impl Into<Bytes>) -> Answer {
        let request = request.body(body.into()).unwrap();
        let path = request.uri().path();
        let response = if self.authorization_server.serves(path) {
            self.authorization_server.handle(self.now, request)
        } else {
            self.homeserver.handle(self.now, request)
        };
        let location = response.headers().get("location");
        Answer {
            status: response.status().as_u16(),
            location: location.map_or("", |url| url.to_str().unwrap()).to_owned(),
            body: String::from_utf8(response.body().clone()).unwrap(),
            response,
        }
    }

    fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), "")
    }

    fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Request::post(path), form(fields))
    }

    fn register(&self, metadata: &Value) -> Answer {
        self.send(Request::post("/oauth2/registration"), metadata.to_string())
    }

    /// The ID of a client that may use every grant.
    fn client(&self, name: &str) -> String {
        let answer = self.register(&json!({
            "client_uri": "https://example.com/",
            "client_name": name,
            "application_type": "native",
            "redirect_uris": ["http://127.0.0.1/callback", "https://example.com/callback?a=b"],
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "token_endpoint_auth_method": "none",
        }));
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["client_id"].as_str().unwrap().to_owned()
    }

    /// The code that alice's browser brings back.
    fn code(&self, client_id: &str) -> String {
        let page = self.get(&authorization(client_id, &[]));
        let answer = self.approve(&page, "alice");
        answer.brought_back().result.unwrap().reveal().to_owned()
    }

    fn approve(&self, page: &Answer, user: &str) -> Answer {
        assert_eq!(page.status, 200, "{}", page.body);
        let password = format!("secret of {user}");
        self.post_form(
            "/authorize",
            &[
                ("token", &page.hidden("token")),
                ("user", user),
                ("password", &password),
                ("decision", "approve"),
            ],
        )
    }

    fn exchange(&self, client_id: &str, code: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", verifier().reveal()),
        ])
    }

    fn refresh(&self, client_id: &str, refresh_token: &str) -> Answer {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", client_id),
            ("refresh_token", refresh_token),
        ])
    }

    fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.post_form("/oauth2/token", fields)
    }

    /// The access token and the refresh token of alice's new session.
    fn tokens(&self, client_id: &str) -> (String, String) {
        tokens(&self.exchange(client_id, &self.code(client_id)))
    }

    fn whoami(&self, access_token: &str) -> Answer {
        let authorization = format!("Bearer {access_token}");
        self.send(
            Request::get(WHOAMI).header("authorization", authorization),
            "",
        )
    }

    fn is_valid(&self, access_token: &str) -> bool {
        self.whoami(access_token).status == 200
    }
}

fn tokens(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    let token = |name: &str| json[name].as_str().unwrap().to_owned();
    (token("access_token"), token("refresh_token"))
}

fn verifier() -> CodeVerifier {
    CodeVerifier::from_entropy([9; 32])
}

/// The path and the query of an authorization URL, with some parameters that differ; an empty one is left out.
fn authorization(client_id: &str, different: &[(&str, &str)]) -> String {
    let challenge = CodeChallenge::s256(&verifier()).to_string();
    let scope = format!("urn:matrix:client:api:* urn:matrix:client:device:{DEVICE}");
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", REDIRECT_URI),
        ("scope", &scope),
        ("state", "the state"),
        ("response_mode", "query"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in different {
        parameters.retain(|(known, _)| known != name);
        parameters.push((name, value));
    }
    parameters.retain(|(_, value)| !value.is_empty());
    format!("/authorize?{}", form(&parameters))
}

/// The fields as a form and as a query.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    char::from(byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    fields.join("&")
}
