//! Checks the contents of events against the specification: the facts about each type in `facts/events/GROUP.jsonl`. If a
//! content differs on purpose, a line in `facts/events/GROUP.tsv` says so and why; an outdated line fails as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hardline::events::{EventContentVisitor, RawEvent, RegisteredContent};
use hardline::types::RoomVersionId;
use hardline_tests::conformance::{self, EventRow, Suite};
use hardline_tests::contents::{self, Contents};
use hardline_tests::event_facts::{self, EventFacts, GROUPS};
use hardline_tests::{facts, shape};
use serde_json::json;

use super::facts::{compare, hold_to, read_deviations};

/// All differences, of all types.
struct Differences {
    /// What the specification says of each type, whatever its form.
    facts: BTreeMap<String, Vec<EventFacts>>,
    found: BTreeSet<(String, String)>,
}

impl EventContentVisitor for Differences {
    fn visit<C: RegisteredContent>(&mut self) {
        let mut note = |what: String| {
            self.found.insert((C::TYPE.to_owned(), what));
        };
        let Some(forms) = self.facts.remove(C::TYPE) else {
            return note("the specification does not have it".to_owned());
        };
        if forms.iter().any(|form| form.is_prefix != C::IS_PREFIX) {
            note(format!("is a prefix: {}", C::IS_PREFIX));
        }
        for name in C::OTHER_TYPES {
            note(format!("is also {name}"));
        }
        let theirs = flattened(&forms);
        let theirs = theirs
            .iter()
            .map(|(path, of)| (path.clone(), *of))
            .collect();
        for what in compare("content", &shape::fields::<C>(), &theirs) {
            note(what);
        }
    }
}

/// The members of all forms of a type. One is required if every form requires it.
fn flattened(forms: &[EventFacts]) -> BTreeMap<String, (&'static str, bool)> {
    let mut members: BTreeMap<String, (&'static str, bool)> = BTreeMap::new();
    for form in forms {
        for (path, typed) in form.content.iter().filter(|(path, _)| !path.is_empty()) {
            let is_everywhere = forms.iter().all(|other| {
                let mut found = other.content.iter();
                found.any(|(known, typed)| known == path && typed.is_required)
            });
            members.insert(path.to_owned(), (typed.kind.word(), is_everywhere));
        }
    }
    members
}

fn by_type() -> BTreeMap<String, Vec<EventFacts>> {
    let mut types: BTreeMap<String, Vec<EventFacts>> = BTreeMap::new();
    for facts in event_facts::all().unwrap() {
        types
            .entry(facts.event_type.clone())
            .or_default()
            .push(facts);
    }
    types
}

#[test]
fn the_contents_say_what_the_specification_says() {
    let mut differences = Differences {
        facts: by_type(),
        found: BTreeSet::new(),
    };
    assert!(differences.facts.len() >= 75);
    contents::visit(&mut differences);
    let mut found = differences.found;
    for name in differences.facts.into_keys() {
        found.insert((name, "there is no content".to_owned()));
    }
    let folder = facts::folder().join("events");
    let files = GROUPS.map(|group| folder.join(group).with_extension("tsv"));
    hold_to(&found, &read_deviations(&files));
}

#[test]
fn a_redaction_keeps_what_the_specification_says_and_nothing_else() {
    let facts = event_facts::all().unwrap();
    let all_kept = facts.iter().flat_map(|facts| {
        let kept = facts.redaction_keeps.values().flatten();
        kept.map(|path| top(path))
    });
    let all_kept: BTreeSet<_> = all_kept.filter(|name| name != "*").collect();
    assert!(all_kept.len() > 12, "{all_kept:?}");
    for facts in &facts {
        let own = facts.content.iter().map(|(path, _)| top(path));
        let names: BTreeSet<_> = own.chain(all_kept.iter().cloned()).collect();
        let content = names
            .iter()
            .map(|name| (name.clone(), json!({"signed": 1, "other": 2})));
        let content: serde_json::Map<_, _> = content.collect();
        let event = json!({"type": facts.event_type, "content": content, "unsigned": {"age": 1}});
        let event = RawEvent::new(&event).unwrap();
        for version in 1..=12 {
            let room_version = RoomVersionId::parse(version.to_string()).unwrap();
            let redacted = event.redacted(&room_version).unwrap();
            let redacted: serde_json::Value = redacted.content().deserialize().unwrap();
            let kept = facts.kept_in(version);
            let expected = expected_of(&content, &kept);
            let event_type = &facts.event_type;
            assert_eq!(redacted, expected, "{event_type} in version {version}");
        }
    }
}

/// The name that a path begins with.
fn top(path: &str) -> String {
    match path.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap().to_owned(),
        None => path.split(['.', '[', '{']).next().unwrap().to_owned(),
    }
}

/// Of a content what stays at these paths.
fn expected_of(
    content: &serde_json::Map<String, serde_json::Value>,
    kept: &[&str],
) -> serde_json::Value {
    if kept.contains(&"*") {
        return content.clone().into();
    }
    let mut expected = json!({});
    for path in kept {
        match path.split_once('.') {
            None => expected[*path] = content[*path].clone(),
            Some((outer, inner)) => expected[outer][inner] = content[outer][inner].clone(),
        }
    }
    expected
}

#[test]
fn every_type_has_one_content_under_all_of_its_names() {
    struct Names(Vec<String>);
    impl EventContentVisitor for Names {
        fn visit<C: RegisteredContent>(&mut self) {
            for name in [C::TYPE].iter().chain(C::OTHER_TYPES) {
                let rest = if C::IS_PREFIX { "a.b" } else { "" };
                self.0.push(format!("{name}{rest}"));
            }
        }
    }
    let mut names = Names(Vec::new());
    contents::visit(&mut names);
    let all = Contents::new();
    for name in names.0 {
        let of_it = all.iter().filter(|content| content.is_of(&name)).count();
        assert_eq!(of_it, 1, "{name}");
    }
}

#[test]
fn every_group_of_events_has_its_file_and_every_file_its_group() {
    let groups = BTreeSet::from(GROUPS.map(str::to_owned));
    for (folder, ending) in [
        ("facts/events", "jsonl"),
        ("facts/events", "tsv"),
        ("vectors/events", "jsonl"),
    ] {
        let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
        let named: BTreeSet<_> = files
            .map(|file| file.unwrap().path())
            .filter(|file| file.extension().is_some_and(|found| found == ending))
            .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        let mut expected = groups.clone();
        if folder == "vectors/events" {
            expected.insert("specification".to_owned());
        }
        assert!(named.is_subset(&expected), "{folder} has {named:?}");
        if ending == "jsonl" {
            assert_eq!(named, expected, "{folder}");
        }
    }
}

#[test]
fn every_content_has_a_vector() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/events");
    let rows: Vec<EventRow> = conformance::read(&folder).unwrap();
    let all = Contents::new();
    struct Types(Vec<&'static str>);
    impl EventContentVisitor for Types {
        fn visit<C: RegisteredContent>(&mut self) {
            self.0.push(C::TYPE);
        }
    }
    let mut types = Types(Vec::new());
    contents::visit(&mut types);
    let is_there = |name: &str| rows.iter().any(|row| row.event_type.starts_with(name));
    let without: Vec<_> = types.0.iter().filter(|name| !is_there(name)).collect();
    assert!(without.is_empty(), "{without:?}");
    assert_eq!(all.iter().count(), types.0.len());
}

#[test]
fn a_row_of_an_event_that_loses_something_fails() {
    let row = |event_type: &str, example| {
        let row = json!({"type": event_type, "variant": null, "file": "f", "example": example});
        serde_json::from_value(row).unwrap()
    };
    let typing = |members| json!({"type": "m.typing", "content": members});
    let rows = [
        row("m.typing", typing(json!({"user_ids": []}))),
        row("m.typing", typing(json!({"user_ids": [], "more": 1}))),
        row("m.typing", typing(json!({"user_ids": ["@a:b", 5, true]}))),
        row("m.typing", typing(json!({}))),
        row("m.tag", typing(json!({"user_ids": []}))),
        row(
            "m.typing",
            json!({"type": "m.typing", "content": {"user_ids": []}, "sender": true}),
        ),
        row("org.example", json!({"type": "org.example", "content": {}})),
        row("m.typing", json!([])),
    ];
    let report = Suite::new().report(&rows, &[]).to_string();
    let lines: Vec<_> = report
        .lines()
        .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "))
        .collect();
    assert_eq!(
        lines,
        [
            "FAIL m.typing - f: of the content, /more is lost",
            "FAIL m.typing - f: the content does not decode",
            "FAIL m.typing - f: the content does not decode",
            "FAIL m.tag - f: its type is m.typing",
            "FAIL m.typing - f: sender is null, not true",
            "FAIL org.example - f: there is no content of the type",
            "FAIL m.typing - f: it is not read as an event",
            "1 passed, 7 failed, 0 skipped",
        ],
        "{report}"
    );
}

#[test]
fn a_content_in_an_exchange_that_has_to_be_repaired_fails() {
    let exchange = |path: &str, request: &str, response: &str| {
        let value = json!({
            "n": 1, "method": if request.is_empty() { "GET" } else { "PUT" }, "path": path, "status": 200,
            "request_body": request, "response_headers": [["Content-Type", "application/json"]],
            "response_body": response,
        });
        serde_json::from_value(value).unwrap()
    };
    const V3: &str = "/_matrix/client/v3";
    let passes = [
        exchange(
            &format!("{V3}/rooms/!r:x/state/m.room.name"),
            "",
            r#"{"name": "n"}"#,
        ),
        exchange(
            &format!("{V3}/rooms/!r:x/messages?dir=b"),
            "",
            r#"{"start": "s", "chunk": [
                {"type": "m.call.reject", "sender": "@a:x", "content": {"call_id": "c", "version": 0}},
                {"type": "m.call.reject", "sender": "@a:x", "content": {}, "unsigned": {"redacted_because": {}}},
                {"type": "org.example", "sender": "@a:x", "content": {"call_id": 5}}
            ]}"#,
        ),
        exchange(
            &format!("{V3}/user/@a:x/account_data/m.key_backup"),
            r#"{"enabled": true}"#,
            "{}",
        ),
    ];
    let fails = [
        exchange(
            &format!("{V3}/rooms/!r:x/state/m.key_backup"),
            "",
            r#"{"enabled": 1}"#,
        ),
        exchange(
            &format!("{V3}/rooms/!r:x/messages?dir=b"),
            "",
            r#"{"start": "s", "chunk": [{"type": "m.call.reject", "sender": "@a:x", "content": {}}]}"#,
        ),
        exchange(
            &format!("{V3}/user/@a:x/account_data/m.key_backup"),
            r#"{"enabled": 1}"#,
            "{}",
        ),
        exchange(
            &format!("{V3}/sendToDevice/m.new_device/t"),
            r#"{"messages": {"@a:x": {"D": {"rooms": 5}}}}"#,
            "{}",
        ),
    ];
    let suite = Suite::new();
    assert_eq!(
        suite.report(&[], &passes).to_string(),
        "3 passed, 0 failed, 0 skipped"
    );
    let report = suite.report(&[], &fails);
    assert_eq!((report.passed, report.failed), (0, 4), "{report}");
    assert!(
        report
            .to_string()
            .lines()
            .take(4)
            .all(|line| line.contains("of an event of type")),
        "{report}"
    );
}
