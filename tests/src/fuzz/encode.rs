use std::cell::OnceCell;

use hardline::types::AccessToken;
use hardline::wire::server::{
    ArbitraryEndpoint, ArbitraryEndpointVisitor, decode_request, encode_response,
};
use hardline::wire::{self, Credentials, OperationName};
use proptest::arbitrary::{Arbitrary, any};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::by_name;
use super::input::Input;
use super::operations::operation;
use super::router::router;
use crate::registries;

/// An operation and a seed for its strategies: the generated request and response must survive HTTP unchanged, also
/// when the operation is called by name.
pub fn encode_any(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let name = operation(&mut input).operation.name();
    ROUND_TRIPS.with(|trips| {
        let (_, round_trip) = trips
            .0
            .iter()
            .find(|(known, _)| *known == name)
            .expect("every operation makes the trip");
        round_trip(input.rest());
    });
}

/// The round trip of an operation, with its strategies: creating them takes longer than drawing from them.
struct RoundTrips(Vec<(OperationName, RoundTrip)>);

type RoundTrip = Box<dyn Fn(&[u8])>;

thread_local! {
    static ROUND_TRIPS: RoundTrips = {
        let mut trips = RoundTrips(Vec::new());
        registries::visit_arbitrary(&mut trips);
        trips
    };
}

impl ArbitraryEndpointVisitor for RoundTrips {
    fn visit<E: ArbitraryEndpoint>(&mut self) {
        let strategies = OnceCell::new();
        let round_trip = move |entropy: &[u8]| {
            let (requests, answers) = strategies.get_or_init(|| (any::<E>(), any::<E::Response>()));
            round_trip::<E>(requests, answers, entropy);
        };
        self.0.push((E::OPERATION.name(), Box::new(round_trip)));
    }
}

fn round_trip<E: ArbitraryEndpoint>(
    requests: &E::Strategy,
    answers: &<E::Response as Arbitrary>::Strategy,
    entropy: &[u8],
) {
    let mut runner = runner(entropy);
    if let Some(operation) = drawn(requests, &mut runner) {
        let credentials = Credentials::Token(AccessToken::from("syt_fuzz"));
        let request = wire::encode(
            &operation,
            &registries::target(const { &E::OPERATION }),
            &credentials,
        )
        .expect("a strategy makes what can be sent");
        let route = router().route(&request).expect("it is routed");
        assert_eq!(route.operation.name(), E::OPERATION.name());
        let decoded = decode_request::<E>(&route, &request).expect("it is what a client sends");
        assert_eq!(decoded, operation);

        by_name::check_request(
            &operation,
            &registries::target(const { &E::OPERATION }),
            &mut runner,
        );
    }
    if let Some(value) = drawn(answers, &mut runner) {
        let response = encode_response::<E>(&value).expect("a strategy makes what can be sent");
        by_name::check_response::<E>(&response, &mut runner);
        let answer = wire::decode_response::<E>(response).expect("it is what a server sends");
        assert_eq!(answer.value, value);
        assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    }
}

/// A generator seeded with these bytes. Proptest's pass-through source is no option: it returns zeros at its end, and
/// proptest's integers reject zeros forever.
fn runner(entropy: &[u8]) -> TestRunner {
    let mut seed = [0_u8; 32];
    for (index, byte) in entropy.iter().enumerate() {
        let slot = &mut seed[index % 32];
        *slot = slot.rotate_left(3) ^ byte;
    }
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

fn drawn<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> Option<S::Value> {
    Some(strategy.new_tree(runner).ok()?.current())
}
