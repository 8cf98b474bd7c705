//! What holds for the code of every flow: its file opens with its state diagram, and it is fuzzed. What is fuzzed can
//! move to another thread.

use std::collections::BTreeSet;
use std::fs;
use std::future::{Pending, Ready, pending, ready};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hardline::client::{Client, Clock, Transport};
use hardline::client_api::discovery::GetVersions;
use hardline::flow::{OperationFlow, TokenManager};
use hardline::types::Timestamp;
use hardline::wire::{Failure, Target};
use hardline_tests::fuzz::{flow_names, fuzzed_flows};
use quote::ToTokens;
use syn::{ImplItem, Item, Visibility};

use crate::architecture::workspace;

fn is_sendable<T: Send>(_: &T) {}

/// Responds at once.
struct AtOnce;

impl Transport for AtOnce {
    type Future = Ready<Result<http::Response<Bytes>, Failure>>;

    fn send(&self, _: http::Request<Vec<u8>>) -> Self::Future {
        ready(Ok(http::Response::new(Bytes::new())))
    }
}

struct Stopped;

impl Clock for Stopped {
    type Sleep = Pending<()>;

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    fn sleep_until(&self, _: Timestamp) -> Self::Sleep {
        pending()
    }
}

#[test]
fn the_token_manager_and_futures_of_a_sendable_transport_are_sendable() {
    let target = Target::homeserver("https://example.org").unwrap();
    is_sendable(&TokenManager::new(target.clone(), None, 1));
    let now = Timestamp::from_millis(0);
    let flow = OperationFlow::new(now, GetVersions::new(), target.clone(), 1);
    let client = Client::new(AtOnce, Stopped, target);
    is_sendable(&client);
    is_sendable(&client.call(GetVersions::new()));
    let mut conversation = client.run(flow);
    is_sendable(&conversation);
    is_sendable(&conversation.next());
}

/// The files of the flows.
fn flow_files() -> Vec<(PathBuf, syn::File)> {
    workspace::core_files("flow")
}

/// The traits that an item implements, and the macros that it calls.
fn made_with(item: &Item) -> Option<String> {
    match item {
        Item::Impl(item) => item
            .trait_
            .as_ref()
            .map(|(path, _)| workspace::last_name(path)),
        Item::Macro(call) => Some(workspace::last_name(&call.mac.path)),
        _ => None,
    }
}

/// The opening comment of a file.
fn opening(file: &syn::File) -> String {
    let docs = file
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"));
    docs.map(|doc| doc.meta.to_token_stream().to_string())
        .collect()
}

#[test]
fn every_flows_file_opens_with_its_diagram() {
    let mut flows = 0;
    for (path, file) in flow_files() {
        // A flow has its logic or is a `Flow` itself; the engine only runs them.
        let is_flow =
            |name: String| ["FlowLogic", "EventfulLogic", "Flow"].contains(&name.as_str());
        if !file.items.iter().filter_map(made_with).any(is_flow) || path.ends_with("engine.rs") {
            continue;
        }
        flows += 1;
        let opening = opening(&file);
        // A flow without states of its own says where its part's states are.
        assert!(
            opening.contains("```text") || opening.contains("states are in `"),
            "{} opens without a diagram of its states",
            path.display()
        );
    }
    assert!(flows >= 10, "only {flows} flows were found");
}

/// The types that are flows: those of the macros `interactive_flow!` and `eventful_flow!`, those that implement `Flow` themselves, and those
/// that only have its methods, such as the session's token manager.
fn public_flows() -> BTreeSet<String> {
    let files = flow_files().into_iter();
    let items = files.flat_map(|(_, file)| file.items);
    items.filter_map(|item| flow(&item)).collect()
}

fn flow(item: &Item) -> Option<String> {
    let made_with = made_with(item);
    let made_with = made_with.as_deref();
    match item {
        Item::Macro(call) if matches!(made_with, Some("interactive_flow" | "eventful_flow")) => {
            let first = call.mac.tokens.clone().into_iter().next()?;
            Some(first.to_string())
        }
        Item::Impl(item) if made_with == Some("Flow") => workspace::implementor(item),
        Item::Impl(item) if item.trait_.is_none() && item.items.iter().any(is_poll_output) => {
            workspace::implementor(item)
        }
        _ => None,
    }
}

fn is_poll_output(item: &ImplItem) -> bool {
    matches!(item, ImplItem::Fn(method)
        if method.sig.ident == "poll_output" && matches!(method.vis, Visibility::Public(_)))
}

#[test]
fn every_flow_is_fuzzed() {
    let fuzzed: BTreeSet<String> = fuzzed_flows()
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_owned)
        .collect();
    let public = public_flows();
    assert!(public.len() >= 15, "only {public:?} were found");
    for flow in public {
        assert!(
            fuzzed.contains(&flow),
            "tests/src/fuzz/flow/flows.rs does not begin {flow}: add it there"
        );
    }
}

#[test]
fn every_flow_that_is_fuzzed_has_a_seed_and_so_has_the_session() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/flow_any");
    let seeds = fs::read_dir(folder).unwrap();
    let seeds: Vec<_> = seeds
        .map(|seed| fs::read_to_string(seed.unwrap().path()).unwrap())
        .collect();
    let openings: BTreeSet<_> = seeds
        .iter()
        .filter_map(|seed| seed.split_whitespace().next())
        .collect();
    let names: BTreeSet<_> = flow_names().into_iter().collect();
    let unseeded: Vec<_> = names.difference(&openings).collect();
    assert!(
        unseeded.is_empty(),
        "no seed in tests/fuzz/seeds/flow_any begins with {unseeded:?}: its steps are in fuzz/flow/script.rs"
    );
    let unknown: Vec<_> = openings.difference(&names).collect();
    assert!(
        unknown.is_empty(),
        "seeds in tests/fuzz/seeds/flow_any begin with {unknown:?}, which are no flows"
    );
    let with_session = |seed: &&String| seed.lines().next().unwrap().contains(" session ");
    assert!(seeds.iter().filter(with_session).count() >= 5);
}
