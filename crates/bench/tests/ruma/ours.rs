use hardline::types::AccessToken;
use hardline::wire::server::{Router, ServerEndpoint, decode_request, encode_response};
use hardline::wire::{self, BaseUrl, Credentials, ErrorKind, Target, TargetKind};
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::seen::{
    SERVER, TOKEN, incoming_request, incoming_response, seen_request, seen_response,
};

pub(crate) fn our_request<E: ServerEndpoint>(exchange: &Exchange) -> Value {
    let request = incoming_request(&E::OPERATION, exchange);
    let mut router = Router::new();
    router.add(const { &E::OPERATION });
    let Ok(route) = router.find(request.method(), request.uri().path()) else {
        return json!("refused");
    };
    let Ok(operation) = decode_request::<E>(&route, &request) else {
        return json!("refused");
    };
    let base = BaseUrl::parse(SERVER).unwrap();
    let target = match E::OPERATION.target_kind() {
        TargetKind::IdentityServer => Target::IdentityServer(base),
        TargetKind::ServerName => Target::ServerName(base),
        TargetKind::Homeserver | TargetKind::Url => Target::homeserver(SERVER).unwrap(),
    };
    let credentials = Credentials::Token(AccessToken::from(TOKEN));
    match wire::encode(&operation, &target, &credentials) {
        Ok(request) => seen_request(exchange, &request),
        Err(_) => json!("refused"),
    }
}

pub(crate) fn our_answer<E: ServerEndpoint>(
    exchange: &Exchange,
    status: u16,
    body: &'static str,
) -> Value {
    let response = incoming_response(exchange, status, body).map(str::to_owned);
    match wire::decode::<E>(response).map_err(wire::Error::into_kind) {
        Ok(value) => seen_response(exchange, &encode_response::<E>(&value).unwrap()),
        Err(ErrorKind::Server(error)) => json!({
            "declined": error.errcode.map(|errcode| errcode.to_string()),
            "message": error.message,
        }),
        Err(ErrorKind::Uia(challenge)) => json!({
            "flows": challenge.flows.len(),
            "completed": challenge.completed.len(),
            "session": challenge.session,
            "errcode": challenge.errcode.map(|errcode| errcode.to_string()),
        }),
        Err(_) => json!("no answer"),
    }
}
