use http::Request;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::format::Response;
use crate::mask;

/// The shortest secret that is looked for: a shorter one is in many texts by chance.
const SHORTEST: usize = 8;

/// The secrets of a request, which a response may repeat under other names.
#[derive(Default)]
pub(crate) struct Known(Vec<String>);

impl Known {
    pub(crate) fn of(request: &Request<Vec<u8>>) -> Self {
        let mut known = Self::default();
        let authorization = request.headers().get(AUTHORIZATION);
        if let Some(value) = authorization.and_then(|value| value.to_str().ok()) {
            known.add(value.rsplit(' ').next().unwrap_or_default());
        }
        let body = String::from_utf8_lossy(request.body());
        if let Ok(value) = serde_json::from_slice::<Value>(request.body()) {
            known.add_json(&value, false);
        } else {
            known.add_pairs(&body);
        }
        known.add_pairs(request.uri().query().unwrap_or_default());
        // A secret may be a part of another.
        known
            .0
            .sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        known
    }

    fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST && secret != mask::MASK {
            self.0.push(secret.to_owned());
        }
    }

    fn add_pairs(&mut self, text: &str) {
        for (name, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
            if mask::is_secret_text(&decoded(name)) {
                self.add(value);
                self.add(&decoded(value));
            }
        }
    }

    fn add_json(&mut self, value: &Value, is_secret: bool) {
        match value {
            Value::String(text) if is_secret => self.add(text),
            Value::Array(elements) => {
                for element in elements {
                    self.add_json(element, is_secret);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.add_json(member, is_secret || mask::is_secret(name));
                }
            }
            _ => {}
        }
    }

    /// Masks them wherever the response has them.
    pub(crate) fn mask(&self, response: &mut Response) {
        let texts = response.headers.iter_mut().map(|pair| &mut pair.value);
        let texts = texts
            .chain(&mut response.content.text)
            .chain([&mut response.redirect_url]);
        for text in texts {
            *text = self.mask_text(std::mem::take(text));
        }
    }

    /// Masks them wherever the text has them.
    pub(crate) fn mask_text(&self, mut text: String) -> String {
        for secret in &self.0 {
            // As it stands in JSON.
            let escaped = Value::from(secret.as_str()).to_string();
            let escaped = &escaped[1..escaped.len() - 1];
            for secret in [secret, escaped] {
                if text.contains(secret) {
                    text = text.replace(secret, mask::MASK);
                }
            }
        }
        text
    }
}

/// The value of a form.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Content, Pair};

    fn repeated(request: &Request<Vec<u8>>, text: &str) -> Response {
        let mut response = Response {
            status: 400,
            headers: vec![Pair {
                name: "www-authenticate".to_owned(),
                value: text.to_owned(),
            }],
            content: Content {
                text: Some(text.to_owned()),
                ..Content::default()
            },
            redirect_url: text.to_owned(),
            ..Response::default()
        };
        Known::of(request).mask(&mut response);
        response
    }

    #[test]
    fn what_a_response_repeats_is_masked() {
        let post = |body: &str| {
            let request = Request::post("https://a.example/token?state=a%2Fsecret%2Bstate");
            let request = request.header("authorization", "Bearer access-secret");
            request.body(body.as_bytes().to_vec()).unwrap()
        };
        for (body, text, masked) in [
            ("", "no access-secret, a/secret+state", "no masked, masked"),
            (
                "refresh_token=refresh%2Fsecret&client_id=client-visible",
                "refresh/secret or refresh%2Fsecret of client-visible",
                "masked or masked of client-visible",
            ),
            (
                r#"{"auth": {"password": "pass\"word"}, "device_id": "DEVICEVISIBLE"}"#,
                r#"{"error":"pass\"word of DEVICEVISIBLE"}"#,
                r#"{"error":"masked of DEVICEVISIBLE"}"#,
            ),
            ("token=short", "too short", "too short"),
        ] {
            let response = repeated(&post(body), text);
            assert_eq!(response.content.text.as_deref(), Some(masked));
            assert_eq!(response.headers[0].value, masked);
            assert_eq!(response.redirect_url, masked);
        }
    }
}
