//! Property tests of one's own code: it meets whatever a server can send. `cargo test -p hardline-examples --test property_test`
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hardline::client_api::user_data::{
    DirectoryUser, SearchUserDirectory, SearchUserDirectoryResponse,
};
use hardline::json::Printable;
use hardline::wire::ErrorCode;
use hardline::wire::server::{ErrorResponse, encode_response};
use proptest::prelude::*;

/// What is tested: a page that lists the users who were found, a line each.
fn page(found: Result<SearchUserDirectoryResponse, hardline::Error>) -> Vec<String> {
    match found {
        Ok(found) => found.results.iter().map(line).collect(),
        Err(error) => vec![error.to_string()],
    }
}

/// A name is whatever somebody chose: it may be empty, have lines, or turn the text around.
fn line(user: &DirectoryUser) -> String {
    let name = user
        .display_name
        .as_deref()
        .filter(|name| !name.trim().is_empty());
    match name {
        Some(name) => format!("{} ({})", Printable(name), Printable(user.user_id.as_str())),
        None => Printable(user.user_id.as_str()).to_string(),
    }
}

fn is_one_line(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

proptest! {
    #[test]
    fn every_user_who_is_found_has_a_line(sent in any::<SearchUserDirectoryResponse>()) {
        let response = encode_response::<SearchUserDirectory>(&sent).unwrap();
        let lines = page(hardline::decode::<SearchUserDirectory>(response));
        prop_assert_eq!(lines.len(), sent.results.len());
        prop_assert!(lines.iter().all(|line| is_one_line(line)), "{lines:?}");
    }

    #[test]
    fn every_error_is_one_line(errcode in any::<ErrorCode>(), sentence in any::<String>()) {
        let response = ErrorResponse::bad_request(errcode, &sentence).into_response();
        let lines = page(hardline::decode::<SearchUserDirectory>(response));
        prop_assert!(lines.len() == 1 && is_one_line(&lines[0]), "{lines:?}");
    }

    #[test]
    fn whatever_comes_is_read_or_is_an_error(body in any::<Vec<u8>>(), status in 200_u16..600) {
        let mut response = http::Response::new(body);
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        for line in page(hardline::decode::<SearchUserDirectory>(response)) {
            prop_assert!(is_one_line(&line), "{line:?}");
        }
    }
}
