//! What is left of the bodies of real operations when something in them is bad: the value and the warnings of each row
//! of `vectors/faults/responses.jsonl`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hardline::by_name;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A response with a fault, and what is expected of it.
#[derive(Deserialize)]
struct Row {
    id: String,
    status: u16,
    /// The body, as text: two members of one name, or a number too great, have no other form.
    body: String,
    /// The typed response as JSON, or the error.
    value: Result<String, String>,
    warnings: Vec<String>,
}

/// A response as a server really sends it, and what it is read as.
#[derive(Deserialize)]
struct ServerRow {
    id: String,
    /// The server, and what is odd.
    server: String,
    status: u16,
    body: String,
    /// The values at these JSON pointers, if it is the operation's response.
    keeps: Option<BTreeMap<String, Value>>,
    /// The errcode, or nothing if it has none, if it is an error.
    error: Option<String>,
}

#[test]
fn what_real_servers_send_is_read_without_a_warning_or_told_as_an_error() {
    let mut wrong = Vec::new();
    let rows = rows::<ServerRow>("servers.jsonl");
    for row in &rows {
        let response = http::Response::builder()
            .status(row.status)
            .header("content-type", "application/json");
        let response = response.body(row.body.clone()).unwrap();
        let answer = by_name::decode_json(&row.id, response);
        let why = match (answer, &row.keeps, &row.error) {
            (Ok(answer), Some(keeps), _) => {
                let value: Value = serde_json::from_str(answer.value.as_str()).unwrap();
                let lost = keeps
                    .iter()
                    .find(|(pointer, kept)| value.pointer(pointer) != Some(kept));
                match (answer.warnings.iter().next(), lost) {
                    (Some(warning), _) => format!("a warning: {warning}"),
                    (None, Some((pointer, _))) => format!("{pointer} is lost: {value}"),
                    (None, None) => continue,
                }
            }
            (Err(error), _, Some(expected)) => match error.errcode() {
                None if expected.is_empty() => continue,
                Some(errcode) if errcode.as_str() == expected => continue,
                errcode => format!("the errcode is {errcode:?}"),
            },
            (Ok(_), _, _) => "read as an answer".to_owned(),
            (Err(error), _, None) => format!("refused: {error}"),
        };
        wrong.push(format!("{} ({}): {why}", row.id, row.server));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() > 30, "only {} rows", rows.len());
}

fn rows<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/faults");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_fault_costs_what_it_did() {
    let rows = rows::<Row>("responses.jsonl");
    for row in &rows {
        let response = http::Response::builder().status(row.status);
        let answer = by_name::decode_json(&row.id, response.body(row.body.clone()).unwrap());
        let (value, warnings) = match answer {
            Ok(answer) => {
                let warnings = answer.warnings.iter().map(ToString::to_string).collect();
                (Ok(answer.value.as_str().to_owned()), warnings)
            }
            Err(error) => (Err(error.to_string()), vec![]),
        };
        assert_eq!(value, row.value, "{}: {}", row.id, row.body);
        assert_eq!(warnings, row.warnings, "{}: {}", row.id, row.body);
    }
    assert!(rows.len() > 300, "only {} rows", rows.len());
}
