use std::borrow::Cow;

use http::HeaderMap;
use http::header::LOCATION;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::format::Pair;

/// What a secret is replaced with.
pub const MASK: &str = "masked";

/// The header fields whose values are masked, besides those marked as sensitive.
pub const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
];

/// The names whose values are masked, in JSON at any depth, in queries and in forms: tokens, passwords, the codes that
/// people receive, and the sessions of user-interactive authentication and of validations, which are as good as those.
///
/// Every string and number under such a name is masked, however deep. Secrets in the queries of URLs in strings are
/// masked too.
pub const SECRET_NAMES: [&str; 22] = [
    "access_token",
    "as_token",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "hs_token",
    "id_access_token",
    "id_token",
    "login_token",
    "loginToken",
    "new_password",
    "password",
    "private_key",
    "pushkey",
    "refresh_token",
    "registration_access_token",
    "secret",
    "session",
    "sid",
    "token",
    "user_code",
];

/// The names whose values are masked where they are text: in queries, in forms, and in JSON if the value is a string. In
/// Matrix, `state` is also the name of lists and objects that are no secret.
pub const SECRET_TEXT_NAMES: [&str; 2] = ["nonce", "state"];

pub(crate) fn is_secret(name: &str) -> bool {
    SECRET_NAMES.contains(&name)
}

pub(crate) fn is_secret_text(name: &str) -> bool {
    is_secret(name) || SECRET_TEXT_NAMES.contains(&name)
}

/// Masks the secrets in a JSON value.
pub(crate) fn json(value: &mut Value) {
    mask_json(value, false);
}

fn mask_json(value: &mut Value, is_secret_here: bool) {
    match value {
        Value::String(text) if is_secret_here => MASK.clone_into(text),
        Value::String(text) => {
            if let Cow::Owned(masked) = pairs(text) {
                *text = masked;
            }
        }
        // It stays a number, so that it can be decoded.
        Value::Number(number) if is_secret_here => *number = 0.into(),
        Value::Array(elements) => {
            for element in elements {
                mask_json(element, is_secret_here);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let is_secret_text = member.is_string() && is_secret_text(name);
                mask_json(member, is_secret_here || is_secret(name) || is_secret_text);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Masks the secrets in the `name=value` pairs of a text: a URL, a query, a form, or a page that contains some.
pub(crate) fn pairs(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut copied = 0;
    let mut begin = 0;
    for piece in text.split_inclusive(is_outside) {
        let pair = piece.trim_end_matches(is_outside);
        if let Some((name, value)) = pair.split_once('=')
            && is_secret_text(&percent_decode_str(name).decode_utf8_lossy())
        {
            let end = begin + pair.len();
            masked.push_str(&text[copied..end - value.len()]);
            masked.push_str(MASK);
            copied = end;
        }
        begin += piece.len();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

/// True for characters that neither a name nor a value of a pair contains unencoded.
fn is_outside(character: char) -> bool {
    character.is_whitespace() || matches!(character, '?' | '&' | '#' | ';' | '"' | '\'' | '<' | '>')
}

/// Header fields, masked.
pub(crate) fn headers(headers: &HeaderMap) -> Vec<Pair> {
    let masked = headers.iter().map(|(name, value)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let value = if value.is_sensitive() || SECRET_HEADERS.contains(&name.as_str()) {
            MASK.to_owned()
        } else if name == LOCATION {
            pairs(&text).into_owned()
        } else {
            text.into_owned()
        };
        Pair {
            name: name.as_str().to_owned(),
            value,
        }
    });
    masked.collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_in_json_at_any_depth() {
        let mut value = json!({
            "access_token": "s1",
            "auth": {"session": "s2", "type": "m.login.password", "identifier": {"user": "alice"}},
            "threepid_creds": {"sid": "s3", "client_secret": "s4"},
            "tokens": ["kept"],
            "token": ["s5", {"deep": "s6", "count": 7, "is": true}],
            "submit_url": "https://example.org/submit?sid=s7&next=kept#token=s8",
            "state": {"events": [{"state": "s9", "type": "kept", "content": {"nonce": 1}}]},
        });
        json(&mut value);
        assert_eq!(
            value,
            json!({
                "access_token": "masked",
                "auth": {"session": "masked", "type": "m.login.password", "identifier": {"user": "alice"}},
                "threepid_creds": {"sid": "masked", "client_secret": "masked"},
                "tokens": ["kept"],
                "token": ["masked", {"deep": "masked", "count": 0, "is": true}],
                "submit_url": "https://example.org/submit?sid=masked&next=kept#token=masked",
                "state": {"events": [{"state": "masked", "type": "kept", "content": {"nonce": 1}}]},
            })
        );
    }

    #[test]
    fn secrets_are_masked_in_pairs() {
        for (text, masked) in [
            ("token=a", "token=masked"),
            ("/p?a=b&token=c=d&e=f", "/p?a=b&token=masked&e=f"),
            ("?token=a&token=b", "?token=masked&token=masked"),
            ("?acc%65ss_token=a", "?acc%65ss_token=masked"),
            (
                "<a href=\"/p?sid=a\">sid</a>",
                "<a href=\"/p?sid=masked\">sid</a>",
            ),
            ("?token=token=a", "?token=masked"),
            ("?token", "?token"),
            ("?token=", "?token=masked"),
            ("?mytoken=a", "?mytoken=a"),
            (
                "app:/#state=a&code=b&iss=c",
                "app:/#state=masked&code=masked&iss=c",
            ),
            ("ä=ö?token=ü", "ä=ö?token=masked"),
        ] {
            assert_eq!(pairs(text), masked);
            assert_eq!(pairs(masked), masked, "masking twice changes nothing");
        }
    }

    #[test]
    fn secret_and_sensitive_header_fields_are_masked() {
        let mut fields = HeaderMap::new();
        let mut sensitive = HeaderValue::from_static("s1");
        sensitive.set_sensitive(true);
        fields.insert("x-api-key", sensitive);
        fields.insert("authorization", HeaderValue::from_static("Bearer s2"));
        fields.insert("location", HeaderValue::from_static("/?loginToken=s3"));
        fields.insert("accept", HeaderValue::from_static("kept"));
        let masked = headers(&fields);
        let masked = masked.iter().map(|pair| (&*pair.name, &*pair.value));
        assert_eq!(
            masked.collect::<Vec<_>>(),
            [
                ("x-api-key", "masked"),
                ("authorization", "masked"),
                ("location", "/?loginToken=masked"),
                ("accept", "kept"),
            ]
        );
    }
}
