use std::sync::LazyLock;

use hardline::wire::Operation;
use hardline::wire::server::{ArbitraryEndpoint, ArbitraryEndpointVisitor, Route};
use http::{Request, Response};

use super::input::Input;
use super::{check_error, check_request, check_response};
use crate::registries;

/// What the fuzz targets do with an operation.
pub(super) struct Fuzzed {
    pub(super) operation: &'static Operation,
    /// Decodes a response.
    pub(super) decode: fn(Response<Vec<u8>>),
    /// Decodes an error.
    pub(super) error: fn(Response<Vec<u8>>),
    /// Decodes a request.
    pub(super) request: fn(&Route, &Request<Vec<u8>>),
}

struct Table(Vec<Fuzzed>);

impl ArbitraryEndpointVisitor for Table {
    fn visit<E: ArbitraryEndpoint>(&mut self) {
        self.0.push(Fuzzed {
            operation: const { &E::OPERATION },
            decode: check_response::check::<E>,
            error: check_error::check::<E>,
            request: check_request::check::<E>,
        });
    }
}

/// Every operation of all registries.
pub(super) fn operations() -> &'static [Fuzzed] {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let mut table = Table(Vec::new());
        registries::visit_arbitrary(&mut table);
        table
    });
    &TABLE.0
}

/// The operation that a line names, or one chosen by its bytes, so that every line is useful.
pub(super) fn operation(input: &mut Input<'_>) -> &'static Fuzzed {
    let line = input.line();
    let named = operations()
        .iter()
        .find(|fuzzed| fuzzed.operation.name().to_string().as_bytes() == line);
    named.unwrap_or_else(|| {
        let sum: usize = line.iter().map(|byte| usize::from(*byte)).sum();
        &operations()[sum % operations().len()]
    })
}
