//! The registry against the specification: what it says of each operation, in `facts/operations.jsonl`. Where a type
//! differs on purpose, a line of `facts/deviations.tsv` says so and why; a line that is no longer true fails as well.
//!
//! In the facts a type that ends in `?` is one that need not be there.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hardline::wire::{
    Api, Auth, Body, EndpointVisitor, ErrorCode, Operation, RegisteredEndpoint, SpecVersion,
};
use hardline::{client_api, identity_api};
use hardline_tests::conformance;
use hardline_tests::shape::{self, Field, Kind};
use serde::Deserialize;

/// What the specification says of an operation.
#[derive(Deserialize)]
struct Facts {
    id: String,
    method: String,
    /// The paths it has had, each with the first release that had it; the last is its path now.
    paths: Vec<(String, String)>,
    auth: String,
    uia: bool,
    /// The statuses that are an answer, `3XX` for every redirect.
    statuses: Vec<String>,
    query: BTreeMap<String, String>,
    /// The members of the request's body; `null` where it has none.
    body: Option<BTreeMap<String, String>>,
    /// The members of the answer's body; `null` where it has none.
    answer: Option<BTreeMap<String, String>>,
}

/// The first releases that are known of; what they had may be older still.
const OLDEST: [&str; 2] = ["r0.3.0", "r0.4.0"];

/// What differs, of every operation.
#[derive(Default)]
struct Differences {
    facts: BTreeMap<String, Facts>,
    found: BTreeSet<(String, String)>,
}

impl Differences {
    fn note(&mut self, operation: &Operation, what: impl Into<String>) {
        let name = operation.name().to_string();
        self.found.insert((name, what.into()));
    }
}

impl EndpointVisitor for Differences {
    fn visit<E: RegisteredEndpoint>(&mut self) {
        let operation = const { &E::OPERATION };
        let Some(facts) = self.facts.remove(&operation.name().to_string()) else {
            return self.note(operation, "the specification does not have it");
        };
        for what in constant(operation, &facts)
            .into_iter()
            .chain(request::<E>(&facts))
            .chain(answer::<E>(&facts))
            .chain(constructor::<E>(&facts))
        {
            self.note(operation, what);
        }
    }
}

fn constant(operation: &Operation, facts: &Facts) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            found.push(format!("{what} is {ours}, not {theirs}"));
        }
    };
    let method = http::Method::from(operation.method()).to_string();
    check("method", method, facts.method.clone());
    let (now, before) = facts.paths.split_last().unwrap();
    check("path", operation.path().to_owned(), now.1.clone());
    let since = operation.path_since().map(|release| release.to_string());
    if since.is_some() || !OLDEST.contains(&now.0.as_str()) {
        check(
            "since",
            since.unwrap_or("unknown".to_owned()),
            now.0.clone(),
        );
    }
    let named = |paths: &[(SpecVersion, &str)]| -> Vec<_> {
        paths
            .iter()
            .map(|(release, path)| (release.to_string(), (*path).to_owned()))
            .collect()
    };
    let older = named(operation.older_paths());
    check("older", format!("{older:?}"), format!("{before:?}"));
    let auth = match (facts.auth.as_str(), operation.api()) {
        ("none", _) => Auth::None,
        ("optional", Api::ClientServer) => Auth::Optional,
        ("required", Api::ClientServer) => Auth::Required,
        (_, Api::Identity) => Auth::Identity,
        (other, _) => panic!("{other} is no kind of authentication"),
    };
    check(
        "auth",
        format!("{:?}", operation.auth_mode()),
        format!("{auth:?}"),
    );
    check("uia", operation.is_uia().to_string(), facts.uia.to_string());
    let has_body = operation.body_kind() != Body::Empty;
    check(
        "has a body",
        has_body.to_string(),
        facts.body.is_some().to_string(),
    );
    let query: BTreeSet<_> = operation.query_fields().iter().copied().collect();
    let theirs: BTreeSet<_> = facts.query.keys().map(String::as_str).collect();
    check("query", format!("{query:?}"), format!("{theirs:?}"));
    let statuses: Vec<_> = operation
        .answer_statuses()
        .iter()
        .map(u16::to_string)
        .collect();
    for status in &facts.statuses {
        let is_class = status.ends_with("XX");
        if !is_class && !statuses.contains(status) {
            found.push(format!("status {status} is no answer"));
        }
    }
    for status in statuses {
        let is_there =
            |known: &String| *known == status || known[..1] == status[..1] && known.ends_with("XX");
        if !facts.statuses.iter().any(is_there) {
            found.push(format!("status {status} is an answer"));
        }
    }
    found
}

/// The fields of the path, of which the specification requires all, those of the query, and the body's.
fn request<E: RegisteredEndpoint>(facts: &Facts) -> Vec<String> {
    let in_path = placeholders(&E::OPERATION)
        .into_iter()
        .map(|name| (name.to_owned(), "string".to_owned()));
    let in_query = facts.query.clone().into_iter();
    let in_body = facts.body.clone().unwrap_or_default().into_iter();
    let theirs = in_path.chain(in_query).chain(in_body).collect();
    compare("request", &shape::fields::<E>(), &theirs)
}

/// What a header field carries is not in the facts.
fn answer<E: RegisteredEndpoint>(facts: &Facts) -> Vec<String> {
    let mut ours = shape::fields::<E::Response>();
    for (_, field) in E::OPERATION.answer_header_fields() {
        ours.remove(*field);
    }
    compare("answer", &ours, &facts.answer.clone().unwrap_or_default())
}

fn compare(
    half: &str,
    ours: &BTreeMap<String, Field>,
    theirs: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (path, their) in theirs {
        let (kind, is_required) = match their.strip_suffix('?') {
            Some(kind) => (kind, false),
            None => (their.as_str(), true),
        };
        let Some(our) = ours.get(path) else {
            // What is kept as it came is there, whatever it is.
            if !is_kept(path, ours) {
                found.push(format!("{half} lacks {path}"));
            }
            continue;
        };
        if our.is_required && !is_required {
            found.push(format!("{half} requires {path}"));
        } else if !our.is_required && is_required {
            found.push(format!("{half} does not require {path}"));
        }
        let fits = match our.kind {
            Kind::Any => true,
            Kind::Boolean => kind == "boolean",
            Kind::Integer => kind == "integer",
            Kind::Number => kind == "number",
            Kind::String => kind == "string",
            Kind::List => kind == "list",
            Kind::Map => matches!(kind, "map" | "object"),
            Kind::Object => kind == "object",
        };
        if !fits {
            found.push(format!("{half} has {path} as {:?}, not {kind}", our.kind));
        }
    }
    for path in ours.keys() {
        let is_element = path.ends_with("[]") || path.ends_with("{*}");
        let is_known = theirs.contains_key(path) || theirs.keys().any(|their| covers(their, path));
        if !is_element && !is_known {
            found.push(format!("{half} has {path} besides"));
        }
    }
    found
}

/// Whether a path lies in a member that the type keeps as it came.
fn is_kept(path: &str, ours: &BTreeMap<String, Field>) -> bool {
    let open = ours.iter().filter(|(_, field)| field.kind == Kind::Any);
    let mut open = open.map(|(kept, _)| kept.strip_suffix("{*}").unwrap_or(kept));
    open.any(|kept| path.starts_with(kept))
}

/// Whether the facts name an object whose members they do not.
fn covers(their: &str, path: &str) -> bool {
    path.strip_prefix(their)
        .is_some_and(|rest| rest.starts_with(".{*}"))
}

fn placeholders(operation: &Operation) -> Vec<&'static str> {
    let parts = operation.path().split('{').skip(1);
    parts.map(|rest| rest.split('}').next().unwrap()).collect()
}

/// The parameters of `new` against what the specification requires, read off the source.
fn constructor<E: RegisteredEndpoint>(facts: &Facts) -> Vec<String> {
    let body = facts.body.iter().flatten();
    let required = facts.query.iter().chain(body).filter(|(path, kind)| {
        let is_nested = path.contains(['.', '[']) && !path.starts_with('"');
        !is_nested && !kind.ends_with('?')
    });
    let required = required.map(|(name, _)| name.as_str());
    let theirs: BTreeSet<_> = required
        .chain(placeholders(&E::OPERATION))
        .map(plain)
        .collect();
    let ours = parameters(std::any::type_name::<E>());
    let lacking = theirs
        .difference(&ours)
        .map(|name| format!("new lacks {name}"));
    let besides = ours
        .difference(&theirs)
        .map(|name| format!("new has {name} besides"));
    lacking.chain(besides).collect()
}

/// `key_id` and `keyId` are one name.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn parameters(type_name: &str) -> BTreeSet<String> {
    let mut segments: Vec<_> = type_name.split("::").skip(1).collect();
    let name = segments.pop().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/hardline/src");
    let file = source.join(segments.join("/")).with_extension("rs");
    let code =
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let body = code.split(&format!("\nimpl {name} {{")).nth(1);
    let body = body.unwrap_or_else(|| panic!("{name} has no new in {}", file.display()));
    let list = body
        .split("fn new(")
        .nth(1)
        .unwrap()
        .split(')')
        .next()
        .unwrap();
    list.split(',')
        .filter_map(|parameter| parameter.split_once(':'))
        .map(|(name, _)| plain(name))
        .collect()
}

fn facts_file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("facts")
        .join(name)
}

#[test]
fn the_registry_says_what_the_specification_says() {
    let facts: Vec<Facts> = conformance::read(&facts_file("operations.jsonl")).unwrap();
    let mut differences = Differences {
        facts: facts
            .into_iter()
            .map(|facts| (facts.id.clone(), facts))
            .collect(),
        ..Differences::default()
    };
    client_api::visit(&mut differences);
    identity_api::visit(&mut differences);
    let mut found = differences.found;
    let missing = differences.facts.into_keys();
    found.extend(missing.map(|name| (name, "the registry lacks it".to_owned())));

    let table = fs::read_to_string(facts_file("deviations.tsv")).unwrap();
    let mut allowed = BTreeSet::new();
    for line in table.lines().skip(1) {
        let [name, what, why] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("deviations.tsv has a line that is not of three columns: {line}");
        };
        assert!(!why.trim().is_empty(), "{name} has no reason: {what}");
        let is_new = allowed.insert((name.to_owned(), what.to_owned()));
        assert!(is_new, "deviations.tsv says twice that of {name}: {what}");
    }
    let show = |lines: Vec<&(String, String)>| {
        let lines = lines
            .into_iter()
            .map(|(name, what)| format!("{name}\t{what}\n"));
        lines.collect::<String>()
    };
    let unexplained = show(found.difference(&allowed).collect());
    assert!(
        unexplained.is_empty(),
        "differs from the specification:\n{unexplained}"
    );
    let outdated = show(allowed.difference(&found).collect());
    assert!(
        outdated.is_empty(),
        "deviations.tsv has what is no longer so:\n{outdated}"
    );
}

#[test]
fn every_errcode_of_the_specification_has_a_name() {
    let codes = fs::read_to_string(facts_file("errcodes.txt")).unwrap();
    let unnamed: Vec<_> = codes
        .lines()
        .filter(|code| matches!(ErrorCode::from(*code), ErrorCode::Other(_)))
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}
