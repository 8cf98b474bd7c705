use hardline::wire::Operation;
use hardline::wire::server::ServerEndpoint;
use ruma::api::{IncomingRequest, OutgoingRequest, OutgoingResponse};
use serde_json::Value;

use crate::difference::{differences, is_empty, without_empty_members};
use crate::exchange::Exchange;
use crate::ours::{our_answer, our_request};
use crate::rumas::{AnyAuth, AnyPaths, rumas_answer, rumas_request};

/// An operation that both libraries have.
pub(crate) struct Pair {
    operation: &'static Operation,
    pub(crate) compare: fn(&Exchange) -> Vec<String>,
}

impl Pair {
    pub(crate) fn name(&self) -> String {
        self.operation.name().to_string()
    }
}

pub(crate) fn pair<E, R>() -> Pair
where
    E: ServerEndpoint,
    R: OutgoingRequest + IncomingRequest,
    R::Authentication: AnyAuth,
    R::PathBuilder: AnyPaths,
    <R as OutgoingRequest>::IncomingResponse: OutgoingResponse,
{
    Pair {
        operation: const { &E::OPERATION },
        compare: compare::<E, R>,
    }
}

/// The row of a list or object that only Hardline's server half writes: it would be the same one for most operations.
const EMPTY_IN_A_RESPONSE: &str =
    "| every operation | a list or an object with nothing in it | answer | empty | absent";

/// The rows that an exchange adds to the table.
fn compare<E, R>(exchange: &Exchange) -> Vec<String>
where
    E: ServerEndpoint,
    R: OutgoingRequest + IncomingRequest,
    R::Authentication: AnyAuth,
    R::PathBuilder: AnyPaths,
    <R as OutgoingRequest>::IncomingResponse: OutgoingResponse,
{
    let mut rows = Vec::new();
    if exchange.request.is_some() {
        let ours = our_request::<E>(exchange);
        let theirs = rumas_request::<R>(&E::OPERATION, exchange);
        differences(&ours, &theirs, "", &mut |pointer, ours, theirs| {
            rows.push(row(exchange, "request", pointer, ours, theirs));
        });
    }
    if let Some((status, body)) = exchange.answer {
        let ours = our_answer::<E>(exchange, status, body);
        let theirs = rumas_answer::<R>(exchange, status, body);
        differences(&ours, &theirs, "", &mut |pointer, ours, theirs| {
            rows.push(match (ours, theirs) {
                (Some(ours), None) if is_empty(ours) => EMPTY_IN_A_RESPONSE.to_owned(),
                _ => row(exchange, "answer", pointer, ours, theirs),
            });
        });
    }
    rows
}

fn row(
    exchange: &Exchange,
    part: &str,
    pointer: &str,
    ours: Option<&Value>,
    theirs: Option<&Value>,
) -> String {
    let shown = |value: Option<&Value>| match value {
        Some(value) if part == "answer" => format!("`{}`", without_empty_members(value)),
        Some(value) => format!("`{value}`"),
        None => "absent".to_owned(),
    };
    format!(
        "| {} | {} | {part}{pointer} | {} | {}",
        exchange.operation,
        exchange.name,
        shown(ours),
        shown(theirs),
    )
}
