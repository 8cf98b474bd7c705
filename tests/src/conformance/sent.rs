use hardline::by_name::Operations;
use hardline::json::{FieldShape, Shape};
use hardline::wire::server::{ArbitraryEndpoint, Route, Router, decode_request};
use hardline::wire::{Body, Operation};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::compare::{lost, without_defaults};
use super::request::{body, body_of, encode, form, query};
use super::{Exchange, response};

/// Decodes the request of an exchange, which must survive a round trip. If the server took it, what is encoded again must
/// say the same in all that the operation knows: clients also send what no specification has. A request that a real client
/// sent and that the server took must decode; others are wrong on purpose, and servers take much that is.
pub(super) fn check<E: ArbitraryEndpoint>(
    router: &Router,
    exchange: &Exchange,
) -> Result<(), String> {
    let operation = const { &E::OPERATION };
    let sent = exchange.request()?;
    let route = find(router, &sent)?;
    let is_taken = is_taken::<E>(exchange)?;
    let decoded = match decode_request::<E>(&route, &sent) {
        Ok(decoded) => decoded,
        Err(_) if !(is_taken && exchange.is_of_a_client()) => return Ok(()),
        Err(refusal) => {
            return Err(format!(
                "what the server took is refused: {}",
                body_of(&refusal.into_response())
            ));
        }
    };
    let again = match encode(&decoded) {
        Ok(again) => again,
        // What a client would not send is not necessarily wrong for a server to receive.
        Err(_) if !is_taken => return Ok(()),
        Err(why) => return Err(why),
    };
    let route_again = find(router, &again)?;
    let decoded_again = decode_request::<E>(&route_again, &again)
        .map_err(|_| "what was encoded is refused".to_owned())?;
    if decoded_again != decoded {
        return Err(format!("{decoded:?} became {decoded_again:?}"));
    }
    if !is_taken {
        return Ok(());
    }
    // The path may be another one of the operation's.
    if route.captures != route_again.captures {
        return Err(format!("the path became {}", again.uri().path()));
    }
    let (was, is) = (
        known_query(operation, &sent),
        known_query(operation, &again),
    );
    if was != is {
        return Err(format!("the query {was:?} became {is:?}"));
    }
    same_body(operation, &route.captures, &sent, &again)
}

fn find(router: &Router, request: &Request<Vec<u8>>) -> Result<Route, String> {
    router
        .route(request)
        .map_err(|_| format!("{} has no route", request.uri().path()))
}

/// Whether the server did what it was asked.
fn is_taken<E: ArbitraryEndpoint>(exchange: &Exchange) -> Result<bool, String> {
    let status = exchange.status.unwrap_or_default();
    let response = exchange.response()?;
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    Ok(E::OPERATION.accepts(status) && !response::says_it_failed::<E>(&body))
}

/// The pairs that the operation knows.
fn known_query(operation: &Operation, request: &Request<Vec<u8>>) -> Vec<(String, String)> {
    let mut pairs = query(request);
    pairs.retain(|(name, _)| {
        operation.open_query.is_some() || operation.query.contains(&name.as_str())
    });
    pairs
}

fn same_body(
    operation: &Operation,
    captures: &[(&str, String)],
    sent: &Request<Vec<u8>>,
    again: &Request<Vec<u8>>,
) -> Result<(), String> {
    let fields = Operations::all()
        .find(&operation.name().to_string())
        .map_err(|error| error.to_string())?
        .fields();
    let (was, is) = match operation.body {
        Body::Empty => return Ok(()),
        Body::Raw(_) => {
            let content_type = |request: &Request<_>| request.headers().get(CONTENT_TYPE).cloned();
            let is_same = sent.body() == again.body() && content_type(sent) == content_type(again);
            return is_same
                .then_some(())
                .ok_or("the bytes or their type are changed".to_owned());
        }
        Body::Whole(field) => {
            let shape = fields.iter().find(|known| known.name == field);
            let shape = shape.map_or(&Shape::Any, |field| field.shape);
            (known(body(sent)?, shape), body(again)?)
        }
        Body::Form => known_fields(form(sent), form(again), fields, captures),
        Body::Members => known_fields(body(sent)?, body(again)?, fields, captures),
    };
    let made_up = || lost(&without_defaults(is.clone(), &was), &was);
    let lost = lost(&was, &is).or_else(|| made_up().map(|why| format!("made up: {why}")));
    lost.map_or(Ok(()), |why| Err(format!("in the body, {why}")))
}

/// What was sent and what is encoded again, without what is no field.
fn known_fields(
    was: Value,
    mut is: Value,
    fields: &[FieldShape],
    captures: &[(&str, String)],
) -> (Value, Value) {
    let mut was = known_members(was, fields);
    if let Value::Object(was) = &mut was {
        // What the path says already, clients may say again.
        was.retain(|name, _| !captures.iter().any(|(known, _)| known == name));
    }
    if let Value::Object(is) = &mut is {
        is.retain(|name, _| fields.iter().any(|field| field.name == name));
    }
    (was, is)
}

/// A value without the members that are not of its shape.
fn known(value: Value, shape: &Shape) -> Value {
    match (shape, value) {
        (Shape::Optional(shape), value) => known(value, shape),
        (Shape::List(shape), Value::Array(values)) => values
            .into_iter()
            .map(|value| known(value, shape))
            .collect(),
        (Shape::Map(_, shape), Value::Object(members)) => members
            .into_iter()
            .map(|(name, value)| (name, known(value, shape)))
            .collect(),
        (Shape::Struct(shape), value) => known_members(value, shape.fields),
        (Shape::Open(shape), Value::Object(members)) => {
            let mut kept = Map::new();
            for (name, value) in members {
                if let Some(field) = shape.known.iter().find(|field| field.name == name) {
                    kept.insert(name, known(value, field.shape));
                } else if let Some((_, others)) = shape.others {
                    kept.insert(name, known(value, others));
                }
            }
            Value::Object(kept)
        }
        (_, value) => value,
    }
}

fn known_members(value: Value, fields: &[FieldShape]) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    let members = members.into_iter().filter_map(|(name, value)| {
        let field = fields.iter().find(|field| field.name == name)?;
        Some((name, known(value, field.shape)))
    });
    Value::Object(members.collect())
}
