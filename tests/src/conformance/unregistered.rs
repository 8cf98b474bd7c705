use hardline::json::JsonObject;
use hardline::wire::{self, Auth, Endpoint, Method, Operation};
use serde::Serialize;
use serde_json::Value;

use super::{Exchange, response};

/// Any operation of a homeserver.
#[derive(Serialize)]
struct Unregistered {}

impl Endpoint for Unregistered {
    const OPERATION: Operation = Operation::post("unregistered", "/_matrix/client/v3/unregistered")
        .auth(Auth::Required)
        .uia();
    type Response = JsonObject;
}

/// Any operation of an authorization server.
#[derive(Serialize)]
struct UnregisteredOAuth {}

impl Endpoint for UnregisteredOAuth {
    const OPERATION: Operation = Operation::oauth(Method::Post, "unregistered");
    type Response = JsonObject;
}

/// Decodes an error, which looks the same whatever the operation. `None`: the response says none.
pub(super) fn check(exchange: &Exchange) -> Option<Result<(), String>> {
    let text = exchange.response_body.as_deref().unwrap_or_default();
    let body: Value = serde_json::from_str(text).ok()?;
    if body["errcode"].is_string() || body["flows"].is_array() {
        return Some(declined::<Unregistered>(exchange, &body));
    }
    let is_homeserver = ["/_matrix/", "/_synapse/"]
        .iter()
        .any(|api| exchange.path.starts_with(api));
    let says_why = body["error"]
        .as_str()
        .is_some_and(|error| !error.is_empty());
    (says_why && !is_homeserver).then(|| declined::<UnregisteredOAuth>(exchange, &body))
}

fn declined<E: Endpoint>(exchange: &Exchange, body: &Value) -> Result<(), String> {
    let status = exchange.status.unwrap_or_default();
    match wire::decode_response::<E>(exchange.response()?) {
        Ok(_) => Err("an error is read as an answer".to_owned()),
        Err(error) => response::declined::<E>(status, body, &error),
    }
}
