use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Request};

use crate::json::JsonObject;
use crate::wire::url::{form_encode, pairs, percent_encode};
use crate::wire::{Error, ErrorCode, ErrorKind, OAuthErrorCode};

/// The members of bodies and the parameters of queries that hold secrets.
const NAMES: [&str; 12] = [
    "access_token",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "id_access_token",
    "new_password",
    "nonce",
    "password",
    "refresh_token",
    "state",
    "token",
];

/// The shortest secret that is looked for: a shorter one is in many texts by chance.
const SHORTEST: usize = 6;

const ELLIPSIS: &str = "…";

/// The secrets of a request, which its server may repeat when it declines.
pub(crate) struct SentSecrets(Vec<String>);

impl SentSecrets {
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut secrets = Self(Vec::new());
        texts.into_iter().for_each(|text| secrets.add(text));
        secrets
    }

    pub(crate) fn of(request: &Request<Vec<u8>>) -> Self {
        let mut secrets = Self::new([]);
        let authorization = request.headers().get(AUTHORIZATION);
        if let Some(value) = authorization.and_then(|value| value.to_str().ok()) {
            secrets.add(value.trim_start_matches("Bearer "));
        }
        let body = std::str::from_utf8(request.body()).unwrap_or_default();
        let query = request.uri().query().unwrap_or_default();
        if let Ok(members) = serde_json::from_str::<JsonObject>(body) {
            let members = NAMES
                .iter()
                .filter_map(|name| members.field::<String>(name));
            members.for_each(|value| secrets.add(&value));
        }
        for (name, value) in pairs(query).chain(pairs(body)) {
            if NAMES.contains(&&*name) {
                secrets.add(&value);
            }
        }
        secrets
    }

    fn add(&mut self, secret: &str) {
        if secret.len() < SHORTEST {
            return;
        }
        for encode in [percent_encode, form_encode] {
            let mut encoded = String::new();
            encode(secret, &mut encoded);
            self.0.push(encoded);
        }
        self.0.push(secret.to_owned());
    }

    /// The text without them. `None` if it has none of them.
    fn hidden(&self, text: &str) -> Option<String> {
        let repeated = self.0.iter().filter(|secret| text.contains(*secret));
        repeated.fold(None, |hidden, secret| {
            let text = hidden.as_deref().unwrap_or(text);
            Some(text.replace(secret, ELLIPSIS))
        })
    }
}

impl Error {
    /// Takes the secrets of the request out of what this error shows.
    pub(crate) fn hiding(mut self, secrets: &SentSecrets) -> Self {
        let hide = |text: &mut Option<String>| {
            if let Some(hidden) = text.as_deref().and_then(|text| secrets.hidden(text)) {
                *text = Some(hidden);
            }
        };
        match &mut *self.0 {
            ErrorKind::Server(error) => {
                hide(&mut error.message);
                if let Some(ErrorCode::Other(code)) = &mut error.errcode
                    && let Some(hidden) = secrets.hidden(code)
                {
                    *code = hidden;
                }
                if let Some(OAuthErrorCode::Other(code)) = &mut error.oauth_error
                    && let Some(hidden) = secrets.hidden(code)
                {
                    *code = hidden;
                }
            }
            ErrorKind::Uia(challenge) => hide(&mut challenge.message),
            ErrorKind::UnexpectedResponse(response) => {
                if let Some(hidden) = secrets.hidden(&String::from_utf8_lossy(&response.body)) {
                    response.body = hidden.into();
                }
                for name in [CONTENT_TYPE, LOCATION] {
                    let Some(value) = response.headers.get_mut(name) else {
                        continue;
                    };
                    let text = String::from_utf8_lossy(value.as_bytes());
                    if secrets.hidden(&text).is_some() {
                        *value = HeaderValue::from_static("hidden");
                    }
                }
            }
            ErrorKind::Encode(_) | ErrorKind::Transport(_) => {}
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, Endpoint, Method, Operation};
    use serde::Serialize;

    #[derive(Serialize)]
    struct Anything {}

    impl Endpoint for Anything {
        const OPERATION: Operation = Operation::oauth(Method::Post, "anything");
        type Response = JsonObject;
    }

    fn error(request: &Request<Vec<u8>>, status: u16, body: &str) -> Error {
        let response = http::Response::builder()
            .status(status)
            .header(LOCATION, format!("https://a.example/{body}"))
            .header(CONTENT_TYPE, "text/plain")
            .body(body.to_owned());
        let error = wire::decode::<Anything>(response.unwrap()).unwrap_err();
        error.hiding(&SentSecrets::of(request))
    }

    /// Requests that hold a secret, each in another place.
    fn requests(secret: &str) -> Vec<Request<Vec<u8>>> {
        let mut encoded = String::new();
        form_encode(secret, &mut encoded);
        let build = |request: http::request::Builder, body: String| {
            request.body(body.into_bytes()).unwrap()
        };
        let post = || Request::post("https://a.example/token");
        vec![
            build(post(), format!("client_id=c&refresh_token={encoded}")),
            build(post(), format!("code={encoded}&a=b")),
            build(post(), format!(r#"{{"a": 1, "password": "{secret}"}}"#)),
            build(
                Request::get(format!("https://a.example/?state={encoded}")),
                String::new(),
            ),
            build(
                post().header(AUTHORIZATION, format!("Bearer {secret}")),
                String::new(),
            ),
        ]
    }

    #[test]
    fn a_secret_that_the_server_repeats_is_not_shown() {
        for secret in ["hunter2", "a secret", "dots.and/slashes+"] {
            for request in requests(secret) {
                for (status, body) in [
                    (
                        400,
                        format!(
                            r#"{{"error": "invalid_grant", "error_description": "{secret}?"}}"#
                        ),
                    ),
                    (400, format!(r#"{{"error": "no {secret}"}}"#)),
                    (
                        401,
                        format!(r#"{{"errcode": "X_{secret}", "error": "{secret}"}}"#),
                    ),
                    (400, format!("the request was ...={secret}&")),
                    (404, format!("<html><title>no {secret}</title>")),
                    (307, secret.to_owned()),
                ] {
                    let Ok(_) = HeaderValue::from_str(&body) else {
                        panic!("{body}")
                    };
                    let error = error(&request, status, &body);
                    let shown = format!("{error} {error:?}");
                    assert!(!shown.contains(secret), "{shown}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        let request = Request::post("https://a.example/token?x=visible1")
            .body(b"client_id=visible2&code=abc&token=".to_vec())
            .unwrap();
        let body = r#"{"error": "invalid_grant", "error_description": "visible1 visible2 abc"}"#;
        assert_eq!(
            error(&request, 400, body).to_string(),
            "the server declined: invalid_grant: visible1 visible2 abc"
        );
    }
}
