use std::fmt;

use crate::json::Printable;

/// The shortest text that is taken for a token by its looks.
const SHORTEST: usize = 20;

/// What servers' tokens begin with: those of matrix-authentication-service and of Synapse.
const PREFIXES: [&str; 8] = [
    "mat_", "mar_", "mct_", "mcr_", "mpt_", "syt_", "syr_", "syl_",
];

/// [`Printable`], with an ellipsis in place of whatever looks like a token: servers repeat what they were sent, and their
/// texts end up in logs.
#[derive(Clone, Copy)]
pub(crate) struct WithoutTokens<'t>(pub(crate) &'t str);

impl fmt::Display for WithoutTokens<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_outside = |character: char| !is_of_token(character);
        if !self.0.split(is_outside).any(is_token) {
            return Printable(self.0).fmt(f);
        }
        let masked: String = self
            .0
            .split_inclusive(is_outside)
            .map(|piece| {
                let word = piece.trim_end_matches(is_outside);
                let rest = &piece[word.len()..];
                format!("{}{rest}", if is_token(word) { "…" } else { word })
            })
            .collect();
        Printable(&masked).fmt(f)
    }
}

impl fmt::Debug for WithoutTokens<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_string().fmt(f)
    }
}

/// The characters of Base64 for URLs and of hexadecimal numbers. URLs and names of hosts fall apart at theirs.
fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

fn is_token(word: &str) -> bool {
    let has_prefix = PREFIXES
        .iter()
        .any(|prefix| word.len() > prefix.len() && word.starts_with(prefix));
    let has = |kind: fn(&u8) -> bool| word.bytes().any(|byte| kind(&byte));
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
        || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    has_prefix || word.len() >= SHORTEST && is_mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_token_is_not_shown() {
        for (text, shown) in [
            (
                "the token mar_bGlrZSBhIHRva2Vu_x1 is dead",
                "the token … is dead",
            ),
            ("mat_secret", "…"),
            (
                "unknown code \"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\".",
                "unknown code \"…\".",
            ),
            (
                "refresh_token=0123456789abcdef0123456789abcdef&x",
                "refresh_token=…&x",
            ),
            (
                "eyJhbGciOiJSUzI1NiIsInR5.eyJpc3MiOiJodHRwczovL2.dBjftJeZ4CVPmB92K27uhb",
                "….….…",
            ),
        ] {
            assert_eq!(WithoutTokens(text).to_string(), shown);
            assert_eq!(format!("{:?}", WithoutTokens(text)), format!("{shown:?}"));
        }
    }

    #[test]
    fn what_servers_explain_stays_as_it_is() {
        for text in [
            "",
            "grant request is invalid",
            "redirect_uri must be https://app1.client.example.com/callback, not com.example.app:/callback",
            "device ID: at least 10 characters of A-Za-z0-9 . _ ~ ! $ & ' ( ) * + , ; = : @ / -",
            "urn:ietf:params:oauth:grant-type:device_code is not allowed for this client",
            "token_endpoint_auth_method must be none, client_secret_basic or private_key_jwt",
            "scope urn:matrix:client:device:HARDLINEB03320 needs urn:matrix:client:api:*",
            "код не подходит",
        ] {
            assert_eq!(WithoutTokens(text).to_string(), text);
        }
    }
}
