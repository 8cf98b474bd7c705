//! Rules for every operation in the registries.

use std::any::type_name;
use std::collections::BTreeSet;

use hardline::wire::server::{ArbitraryEndpoint, ArbitraryEndpointVisitor};
use hardline::wire::{Body, EndpointVisitor, Method, Operation, RegisteredEndpoint};
use hardline_tests::{registries, shape};
use quote::ToTokens;
use syn::{Item, ItemImpl};

use crate::architecture::mentions::Mentions;
use crate::architecture::workspace;

/// Every operation with the names of its fields.
struct Operations(Vec<(&'static Operation, BTreeSet<&'static str>)>);

impl ArbitraryEndpointVisitor for Operations {
    fn visit<E: ArbitraryEndpoint>(&mut self) {
        self.0.push((const { &E::OPERATION }, shape::names::<E>()));
    }
}

fn operations() -> Vec<(&'static Operation, BTreeSet<&'static str>)> {
    let mut operations = Operations(Vec::new());
    registries::visit_arbitrary(&mut operations);
    operations.0
}

fn placeholders(path: &'static str) -> BTreeSet<&'static str> {
    path.split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap())
        .collect()
}

#[test]
fn every_placeholder_and_query_name_is_a_field() {
    for (operation, fields) in operations() {
        let older = operation.older.iter().map(|(_, path)| *path);
        let unstable = operation.unstable.iter().map(|(_, path)| *path);
        for path in [operation.path].into_iter().chain(older).chain(unstable) {
            assert!(
                placeholders(path).is_subset(&fields),
                "{}: {path}",
                operation.name()
            );
            assert_eq!(
                placeholders(path),
                placeholders(operation.path),
                "{}",
                operation.name()
            );
        }
        let is_fixed = |name: &str| {
            operation
                .fixed_fields
                .iter()
                .any(|(fixed, _)| *fixed == name)
        };
        for name in operation.query {
            let is_sent_once = fields.contains(name) != is_fixed(name);
            assert!(is_sent_once, "{}: {name}", operation.name());
        }
        match operation.body {
            Body::Whole(name) | Body::Raw(name) => {
                assert!(fields.contains(name), "{}", operation.name())
            }
            Body::Empty => assert_eq!(
                fields.len() + operation.fixed_fields.len(),
                placeholders(operation.path).len() + operation.query.len(),
                "{} has a field that is sent nowhere",
                operation.name()
            ),
            Body::Members | Body::Form => {}
        }
    }
}

#[test]
fn uia_is_said_of_the_operations_that_have_auth() {
    for (operation, fields) in operations() {
        assert_eq!(
            operation.uia,
            fields.contains("auth"),
            "{}",
            operation.name()
        );
    }
}

#[test]
fn an_operation_is_registered_once_and_found_by_each_of_its_paths() {
    let router = registries::router();
    let mut seen = BTreeSet::new();
    for (operation, _) in operations() {
        assert!(
            seen.insert(operation.name()),
            "{} is registered twice",
            operation.name()
        );
        let older = operation.older.iter().map(|(_, path)| *path);
        for path in [registries::path(operation)].into_iter().chain(older) {
            let route = router.find(&operation.method.into(), path).unwrap();
            // Others at the same path differ in what they are sent with.
            let differs = operation.fixed_fields != route.operation.fixed_fields
                || operation.distinctive_field != route.operation.distinctive_field;
            assert!(differs || route.operation.name() == operation.name());
        }
    }
    assert!(!seen.is_empty());
}

/// The names of the types that are registered.
struct Names(BTreeSet<&'static str>);

impl EndpointVisitor for Names {
    fn visit<E: RegisteredEndpoint>(&mut self) {
        self.0.extend(type_name::<E>().rsplit("::").next());
    }
}

#[test]
fn every_struct_of_an_operation_is_registered() {
    let mut names = Names(BTreeSet::new());
    registries::visit(&mut names);
    let registered: BTreeSet<_> = names.0.into_iter().map(str::to_owned).collect();
    let written = ["client_api", "identity_api", "oauth_api"]
        .into_iter()
        .flat_map(endpoints);
    assert_eq!(written.collect::<BTreeSet<_>>(), registered);
}

/// The types in a folder of the core that implement `Endpoint`.
fn endpoints(folder: &str) -> Vec<String> {
    let files = workspace::core_files(folder).into_iter();
    let items = files.flat_map(|(_, file)| file.items);
    let endpoint = |item| match item {
        // One goes to a URL from a server, and has neither an operationId nor a route.
        Item::Impl(item)
            if is_of_endpoint(&item) && !goes_to_url(&item) && !is_another_type(&item) =>
        {
            workspace::implementor(&item)
        }
        _ => None,
    };
    items.filter_map(endpoint).collect()
}

fn is_of_endpoint(item: &ItemImpl) -> bool {
    let of = item.trait_.as_ref();
    of.is_some_and(|(path, _)| workspace::last_name(path) == "Endpoint")
}

/// Whether it is an operation that another type is already, with another type for the response.
fn is_another_type(item: &ItemImpl) -> bool {
    let mentions = Mentions::of(item.to_token_stream());
    let is_constant =
        |path: &Vec<String>| path.len() > 1 && path.last().is_some_and(|name| name == "OPERATION");
    mentions.paths.iter().any(is_constant)
}

fn goes_to_url(item: &ItemImpl) -> bool {
    let mentions = Mentions::of(item.to_token_stream());
    mentions
        .paths
        .iter()
        .flatten()
        .any(|name| name == "post_to_url")
}

#[test]
fn only_operations_that_are_safe_to_repeat_are_repeatable() {
    for (operation, _) in operations() {
        let id = operation.id;
        // A lookup changes nothing, the right token may be submitted twice, and a refresh token stays valid until the
        // new access token is used.
        // It is as good to have registered twice, to have begun twice, and to ask twice whether the user has decided; what
        // was revoked stays so.
        let harmless = [
            "equestToken",
            "SubmitToken",
            "lookupUsers",
            "refresh",
            "registerClient",
            "authorizeDevice",
            "exchangeDeviceCode",
            "revokeToken",
            // It reads.
            "queryKeys",
            "queryPublicRooms",
            "search",
            // What was read stays read.
            "msc3814PostDehydratedDeviceEvents",
            "msc4140UpdateDelayedEvent",
            "msc4186SlidingSync",
            "msc4536QueryProfiles",
            "msc4560GetStrippedState",
            "postReceipt",
            "setReadMarker",
            // Another filter that says the same.
            "defineFilter",
            // The same signatures are the same signatures.
            "uploadCrossSigningSignatures",
        ];
        // The second time the server says that there is a file already, whose file it does not say.
        // Nothing tells that a state was scheduled already.
        let is_harmful = matches!(id, "uploadContentToMXC" | "msc4140SetDelayedState");
        let is_idempotent = matches!(operation.method, Method::Get | Method::Put | Method::Delete);
        let repeatable =
            is_idempotent && !is_harmful || harmless.iter().any(|part| id.contains(part));
        assert_eq!(operation.repeatable, repeatable, "{}", operation.name());
    }
}
