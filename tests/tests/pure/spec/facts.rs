//! Checks the registry against the specification: the facts about each operation in `facts/SECTION.jsonl`. If a type
//! differs on purpose, a line in `facts/deviations/SECTION.tsv` says so and why; an outdated line fails as well. Also
//! checks the links in the core's documentation against the specification's anchors.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hardline::wire::server::{ArbitraryEndpoint, ArbitraryEndpointVisitor};
use hardline::wire::{Api, Auth, Body, ErrorCode, Operation, ResponseBody, SpecVersion};
use hardline_tests::event_facts;
use hardline_tests::facts::{self, Facts, Members, SECTIONS};
use hardline_tests::registries;
use hardline_tests::shape::{self, Field, Kind};
use syn::{FnArg, ImplItem, Item, Pat};

use crate::architecture::workspace;

/// The first known versions; operations that they had may be older.
const OLDEST: [&str; 2] = ["r0.3.0", "r0.4.0"];

/// All differences, of all operations.
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

impl ArbitraryEndpointVisitor for Differences {
    fn visit<E: ArbitraryEndpoint>(&mut self) {
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
    let method = http::Method::from(operation.method).to_string();
    check("method", method, facts.method.clone());
    let (now, before) = facts.paths.split_last().unwrap();
    check("path", operation.path.to_owned(), now.1.clone());
    let since = operation.since.map(|release| release.to_string());
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
    let older = named(operation.older);
    check("older", format!("{older:?}"), format!("{before:?}"));
    let unstable = operation.unstable.iter();
    let unstable: Vec<_> = unstable
        .map(|(feature, path)| ((*feature).to_owned(), (*path).to_owned()))
        .collect();
    check(
        "unstable",
        format!("{unstable:?}"),
        format!("{:?}", facts.unstable),
    );
    let auth = match (facts.auth.as_str(), operation.api()) {
        ("none", _) => Auth::None,
        ("optional", Api::ClientServer) => Auth::Optional,
        ("required", Api::ClientServer) => Auth::Required,
        (_, Api::Identity) => Auth::Identity,
        (other, _) => panic!("{other} is no kind of authentication"),
    };
    check("auth", format!("{:?}", operation.auth), format!("{auth:?}"));
    check("uia", operation.uia.to_string(), facts.uia.to_string());
    let has_body = operation.body != Body::Empty;
    check(
        "has a body",
        has_body.to_string(),
        facts.body.is_some().to_string(),
    );
    let query: BTreeSet<_> = operation.query.iter().copied().collect();
    let theirs = facts.query.iter().map(|(name, _)| name.trim_matches('"'));
    let theirs: BTreeSet<_> = theirs.collect();
    check("query", format!("{query:?}"), format!("{theirs:?}"));
    let statuses: Vec<_> = operation.statuses.iter().map(u16::to_string).collect();
    for status in &facts.statuses {
        let is_class = status.ends_with("XX");
        if !is_class && !status.parse().is_ok_and(|status| operation.accepts(status)) {
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

/// The path fields, all of which the specification requires, the query fields, and the body's.
fn request<E: ArbitraryEndpoint>(facts: &Facts) -> Vec<String> {
    let mut theirs = types(&facts.path);
    theirs.extend(types(&facts.query));
    theirs.extend(facts.body.iter().flat_map(types));
    let mut ours = shape::fields::<E>();
    let fixed = Field {
        kind: Kind::String,
        is_required: true,
    };
    let fixed_fields = E::OPERATION.fixed_fields.iter();
    ours.extend(fixed_fields.map(|(name, _)| ((*name).to_owned(), fixed.clone())));
    match E::OPERATION.body {
        // If one member is the body, the facts list its members without its name.
        Body::Whole(field) => {
            ours = ours
                .into_iter()
                .filter_map(|(path, told)| Some((without(field, path)?, told)))
                .collect();
        }
        Body::Raw(field) => {
            ours.remove(field);
            ours.remove("content_type");
        }
        _ => {}
    }
    compare("request", &ours, &theirs)
}

/// A path within a field as a path within the whole; `None` for the field itself.
fn without(field: &str, path: String) -> Option<String> {
    match path.strip_prefix(field) {
        Some("") => None,
        Some(rest) if rest.starts_with(['.', '[']) => {
            Some(rest.strip_prefix('.').unwrap_or(rest).to_owned())
        }
        _ => Some(path),
    }
}

/// The facts do not describe the content of header fields.
fn answer<E: ArbitraryEndpoint>(facts: &Facts) -> Vec<String> {
    let mut ours = shape::fields::<E::Response>();
    for (_, field) in E::OPERATION.response_headers {
        ours.remove(*field);
    }
    if let ResponseBody::Bytes(field) = E::OPERATION.response_body {
        ours.remove(field);
    }
    let theirs = facts.answer.iter().flat_map(types).collect();
    compare("answer", &ours, &theirs)
}

/// The kinds of members by their paths, and whether they are required.
fn types(members: &Members) -> BTreeMap<String, (&'static str, bool)> {
    let named = members.iter().filter(|(path, _)| !path.is_empty());
    named
        .map(|(path, typed)| (path.to_owned(), (typed.kind.word(), typed.is_required)))
        .collect()
}

pub(super) fn compare(
    half: &str,
    ours: &BTreeMap<String, Field>,
    theirs: &BTreeMap<String, (&str, bool)>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (path, &(kind, is_required)) in theirs {
        let Some(our) = ours.get(path) else {
            // What is kept as it came is present, whatever it is.
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
        let is_element = path.is_empty() || path.ends_with("[]") || path.ends_with("{*}");
        let is_known = theirs.contains_key(path) || theirs.keys().any(|their| covers(their, path));
        if !is_element && !is_known {
            found.push(format!("{half} has {path} besides"));
        }
    }
    found
}

/// Whether a path is inside a member that the type keeps as it came.
fn is_kept(path: &str, ours: &BTreeMap<String, Field>) -> bool {
    let open = ours.iter().filter(|(_, field)| field.kind == Kind::Any);
    let mut open = open.map(|(kept, _)| kept.strip_suffix("{*}").unwrap_or(kept));
    open.any(|kept| path.starts_with(kept))
}

/// Whether the facts mention an object without listing its members.
fn covers(their: &str, path: &str) -> bool {
    path.strip_prefix(their)
        .is_some_and(|rest| rest.starts_with(".{*}"))
}

fn placeholders(operation: &Operation) -> Vec<&'static str> {
    let parts = operation.path.split('{').skip(1);
    parts.map(|rest| rest.split('}').next().unwrap()).collect()
}

/// Compares the parameters of `new`, read from the source, with the required fields of the specification.
fn constructor<E: ArbitraryEndpoint>(facts: &Facts) -> Vec<String> {
    let members = facts.body.iter().flat_map(|body| body.of(""));
    let required = facts.query.of("").chain(members);
    let required = required.filter(|(_, _, typed)| typed.is_required);
    let mut theirs: BTreeSet<_> = required.map(|(name, _, _)| plain(&name)).collect();
    theirs.extend(placeholders(&E::OPERATION).into_iter().map(plain));
    if let Body::Whole(field) | Body::Raw(field) = E::OPERATION.body {
        theirs.insert(plain(field));
    }
    for (name, _) in E::OPERATION.fixed_fields {
        theirs.remove(&plain(name));
    }
    let ours = parameters(std::any::type_name::<E>());
    let lacking = theirs
        .difference(&ours)
        .map(|name| format!("new lacks {name}"));
    let besides = ours
        .difference(&theirs)
        .map(|name| format!("new has {name} besides"));
    lacking.chain(besides).collect()
}

/// `key_id` and `keyId` are the same name.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The names of what `new` of a type takes.
fn parameters(type_name: &str) -> BTreeSet<String> {
    let mut segments: Vec<_> = type_name.split("::").skip(1).collect();
    let name = segments.pop().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/hardline/src");
    let file = source.join(segments.join("/")).with_extension("rs");
    let code =
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let items = syn::parse_file(&code).unwrap().items.into_iter();
    let methods = items.filter_map(|item| match item {
        Item::Impl(of) if of.trait_.is_none() => {
            (workspace::implementor(&of)? == name).then_some(of.items)
        }
        _ => None,
    });
    let new = methods.flatten().find_map(|method| match method {
        ImplItem::Fn(method) if method.sig.ident == "new" => Some(method.sig.inputs),
        _ => None,
    });
    let inputs = new.unwrap_or_else(|| panic!("{name} has no new in {}", file.display()));
    let names = inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => match &*input.pat {
            Pat::Ident(input) => Some(plain(&input.ident.to_string())),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    names.collect()
}

/// The operations of every section.
fn facts() -> Vec<(&'static str, Facts)> {
    let of = |name: &'static str| {
        let rows = facts::section(name).unwrap().into_iter();
        rows.map(move |(facts, _)| (name, facts))
    };
    SECTIONS.into_iter().flat_map(of).collect()
}

/// The deviations of every section that has any, each with its operation.
fn deviations() -> BTreeSet<(String, String)> {
    let files = SECTIONS.map(|section| {
        let file = facts::folder().join("deviations").join(section);
        file.with_extension("tsv")
    });
    read_deviations(&files)
}

/// The lines of those of these files that are there: what differs, and how.
pub(super) fn read_deviations(files: &[PathBuf]) -> BTreeSet<(String, String)> {
    let mut allowed = BTreeSet::new();
    for file in files {
        let Ok(table) = fs::read_to_string(file) else {
            continue;
        };
        let file = file.display();
        for line in table.lines().skip(1) {
            let [name, what, why] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{file} has a line that is not of three columns: {line}");
            };
            assert!(!why.trim().is_empty(), "{name} has no reason: {what}");
            let is_new = allowed.insert((name.to_owned(), what.to_owned()));
            assert!(is_new, "{file} says twice that of {name}: {what}");
        }
    }
    allowed
}

/// Fails if something differs that is not in the files, or the files have what does not differ.
pub(super) fn hold_to(found: &BTreeSet<(String, String)>, allowed: &BTreeSet<(String, String)>) {
    let show = |lines: Vec<&(String, String)>| {
        let lines = lines
            .into_iter()
            .map(|(name, what)| format!("{name}\t{what}\n"));
        lines.collect::<String>()
    };
    let unexplained = show(found.difference(allowed).collect());
    assert!(
        unexplained.is_empty(),
        "differs from the specification:\n{unexplained}"
    );
    let outdated = show(allowed.difference(found).collect());
    assert!(
        outdated.is_empty(),
        "the deviations have what is no longer so:\n{outdated}"
    );
}

#[test]
fn the_registry_says_what_the_specification_says() {
    let facts = facts();
    let names: BTreeSet<_> = facts.iter().map(|(_, facts)| facts.id.clone()).collect();
    assert_eq!(names.len(), facts.len(), "an operation has two rows");
    let mut differences = Differences {
        facts: facts
            .into_iter()
            .map(|(_, facts)| (facts.id.clone(), facts))
            .collect(),
        ..Differences::default()
    };
    registries::visit_arbitrary(&mut differences);
    let mut found = differences.found;
    for name in differences.facts.into_keys() {
        found.insert((name, "the registry lacks it".to_owned()));
    }

    hold_to(&found, &deviations());
}

#[test]
fn every_section_has_its_file_and_every_file_its_section() {
    let sections: BTreeSet<_> = SECTIONS.into_iter().map(str::to_owned).collect();
    for (folder, ending) in [
        ("facts", "jsonl"),
        ("facts/deviations", "tsv"),
        ("vectors", "jsonl"),
        ("vectors/exchanges", "jsonl"),
        ("vectors/specification", "jsonl"),
    ] {
        let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
        let named: BTreeSet<_> = files
            .map(|file| file.unwrap().path())
            .filter(|file| file.extension().is_some_and(|found| found == ending))
            .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert!(named.is_subset(&sections), "{folder} has {named:?}");
        if folder == "facts" {
            assert_eq!(named, sections);
        }
    }
}

#[test]
fn every_link_to_the_specification_leads_somewhere() {
    const SITE: &str = "https://spec.matrix.org/v1.19/";
    let listed = fs::read_to_string(facts::folder().join("anchors.txt")).unwrap();
    let mut anchors: BTreeSet<_> = listed.lines().map(str::to_owned).collect();
    anchors.extend(facts().into_iter().map(|(_, facts)| facts.anchor()));
    let events = event_facts::all().unwrap();
    anchors.extend(events.into_iter().filter_map(|facts| facts.anchor));
    let mut wrong = BTreeSet::new();
    let mut links = 0;
    for file in sources(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/hardline/src"
    ))) {
        for link in fs::read_to_string(&file).unwrap().split(SITE).skip(1) {
            let end = link.find(|letter: char| letter.is_whitespace() || ")>\"`".contains(letter));
            let link = &link[..end.unwrap_or(link.len())];
            links += 1;
            if !anchors.contains(link) {
                wrong.insert(format!("{}: {SITE}{link}", file.display()));
            }
        }
    }
    assert!(links > 50, "{links} links were found");
    assert!(
        wrong.is_empty(),
        "not in facts/anchors.txt, nor the anchor of an operation:\n{}",
        Vec::from_iter(wrong).join("\n")
    );
}

#[test]
fn the_documentation_of_every_operation_links_to_its_section() {
    const SITE: &str = "https://spec.matrix.org/v1.19/";
    let mut unlinked: BTreeMap<_, _> = facts()
        .into_iter()
        .filter(|(_, facts)| facts.id.starts_with("cs:") || facts.is_identity())
        .filter(|(section, _)| *section != "unstable")
        .map(|(_, facts)| (facts.id.clone(), facts.anchor()))
        .collect();
    assert_eq!(unlinked.len(), 189);
    for api in ["client", "identity"] {
        let folder = format!("../crates/hardline/src/{api}_api");
        for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            let source = fs::read_to_string(&file).unwrap();
            for (name, operation_id) in endpoints(&source) {
                let id = format!("{}s:{operation_id}", &api[..1]);
                let Some(anchor) = unlinked.get(&id) else {
                    continue;
                };
                let docs = documentation(&source, name);
                if docs.contains(&format!("({SITE}{anchor})")) {
                    unlinked.remove(&id);
                }
            }
        }
    }
    assert!(unlinked.is_empty(), "{unlinked:#?}");
}

/// The types with an operation's constant, each with the `operationId`.
fn endpoints(source: &str) -> impl Iterator<Item = (&str, &str)> {
    let impls = source.split("\nimpl Endpoint for ").skip(1);
    impls.filter_map(|text| {
        let (name, text) = text.split_once(" {")?;
        let (_, text) = text.split_once("Operation::")?;
        let (_, text) = text.split_once('"')?;
        Some((name, text.split_once('"')?.0))
    })
}

/// What stands directly above a struct.
fn documentation<'s>(source: &'s str, name: &str) -> &'s str {
    let declared = ["{", "<", ";"].iter().find_map(|after| {
        let space = if *after == "{" { " " } else { "" };
        source.split_once(&format!("pub struct {name}{space}{after}"))
    });
    let before = declared.map_or("", |(before, _)| before);
    before.rsplit("\n\n").next().unwrap_or_default()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let entries = entries.map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn every_errcode_of_the_specification_has_a_name() {
    let codes = fs::read_to_string(facts::folder().join("errcodes.txt")).unwrap();
    let unnamed: Vec<_> = codes
        .lines()
        .filter(|code| matches!(ErrorCode::from(*code), ErrorCode::Other(_)))
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}
