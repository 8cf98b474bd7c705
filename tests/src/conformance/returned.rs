use std::collections::BTreeMap;

use hardline::oauth_api::{AuthorizationResponse, ResponseMode};
use url::form_urlencoded;

use super::Exchange;

/// Reads what a browser brings back from an authorization, if the response sends it there: every parameter of a response
/// must be kept, and survive a round trip.
pub(super) fn check(exchange: &Exchange) -> Option<Result<(), String>> {
    let location = exchange.header("location")?;
    // Recordings have their secrets masked, as in `<code 43 chars #1>`, which is no part of a URL.
    let location = &location.replace(" chars #", " chars ");
    let (redirect_uri, mode, parameters) =
        match (location.split_once('#'), location.split_once('?')) {
            (Some((before, fragment)), _) => (before, ResponseMode::Fragment, fragment),
            (None, Some((before, query))) => (before, ResponseMode::Query, query),
            (None, None) => return None,
        };
    let parameters: BTreeMap<String, String> = form_urlencoded::parse(parameters.as_bytes())
        .into_owned()
        .collect();
    let is_response = ["code", "error"]
        .iter()
        .any(|name| parameters.contains_key(*name));
    is_response.then(|| read(location, redirect_uri, &mode, &parameters))
}

fn read(
    location: &str,
    redirect_uri: &str,
    mode: &ResponseMode,
    parameters: &BTreeMap<String, String>,
) -> Result<(), String> {
    let response = AuthorizationResponse::parse(location)
        .map_err(|why| format!("it does not decode as an authorization response: {why}"))?;
    let (code, error) = match &response.result {
        Ok(code) => (Some(code.reveal()), None),
        Err(error) => (None, Some(error)),
    };
    let read = [
        ("state", response.state.as_ref().map(|state| state.reveal())),
        ("iss", response.issuer.as_deref()),
        ("code", code),
        ("error", error.map(|error| error.error.as_str())),
        (
            "error_description",
            error.and_then(|error| error.error_description.as_deref()),
        ),
        (
            "error_uri",
            error.and_then(|error| error.error_uri.as_deref()),
        ),
    ];
    for (name, value) in read {
        if value != parameters.get(name).map(String::as_str) {
            return Err(format!(
                "the parameter {name} of the authorization response is lost, or changed"
            ));
        }
    }
    let again = response.url(redirect_uri, mode);
    if AuthorizationResponse::parse(again.reveal()).as_ref() == Ok(&response) {
        Ok(())
    } else {
        Err("the authorization response does not survive a round trip".to_owned())
    }
}
