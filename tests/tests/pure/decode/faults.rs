//! What is left of the bodies of real operations when something in them is bad: the value and the warnings of each row
//! of `vectors/faults/responses.jsonl`.

use std::fs;
use std::path::Path;

use hardline::by_name;
use serde::Deserialize;

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

#[test]
fn every_fault_costs_what_it_did() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/faults/responses.jsonl");
    let mut rows = 0;
    for line in fs::read_to_string(file).unwrap().lines() {
        let row: Row = serde_json::from_str(line).unwrap();
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
        rows += 1;
    }
    assert!(rows > 300, "only {rows} rows");
}
