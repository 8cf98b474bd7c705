//! The output of `scaffold`: valid Rust, and vectors that pass for the existing operations.

use std::process::{Command, Output};

use hardline_tests::conformance::{Row, Suite};
use hardline_tests::scaffold::{Scaffold, formatted};

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn every_operation_is_printed_as_rust() {
    let all = Scaffold::of_all().unwrap();
    assert_eq!(all.len(), 189);
    let modules = all.iter().enumerate().map(|(number, (name, scaffold))| {
        assert!(scaffold.rust.contains("impl Endpoint for "), "{name}");
        format!("mod operation_{number} {{\n{}\n}}\n", scaffold.rust)
    });
    let modules: String = modules.collect();
    assert!(
        formatted(&modules).is_some(),
        "rustfmt does not read what is printed, or is not there"
    );
}

#[test]
fn an_operation_is_printed_as_it_would_be_written() {
    let ban = formatted(&Scaffold::of("cs:ban").unwrap().rust).unwrap();
    let constant = "
impl Endpoint for Ban {
    const OPERATION: Operation = Operation::post(\"ban\", \"/_matrix/client/v3/rooms/{roomId}/ban\")
        .auth(Auth::Required)
";
    let field = "
    /// The room.
    #[serde(rename = \"roomId\")]
    pub room_id: RoomId,
";
    for part in [constant, field] {
        assert!(ban.contains(part), "{ban}");
    }
}

#[test]
fn the_printed_vectors_of_existing_operations_pass() {
    let all = Scaffold::of_all().unwrap();
    let rows = all
        .iter()
        .flat_map(|(_, scaffold)| scaffold.vectors.lines());
    let rows: Vec<Row> = rows
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let report = Suite::new().report(&rows, &[]);
    assert_eq!(report.failed, 0, "{report}");
    assert!(report.passed > 100, "{report}");
}

#[test]
fn an_unknown_name_lists_similar_names() {
    let failed = program(&["cs:getRoomStat"]);
    assert_eq!(failed.status.code(), Some(2));
    let told = String::from_utf8(failed.stderr).unwrap();
    assert!(
        told.starts_with(
            "error: there is no operation cs:getRoomStat; similar names: cs:getRoomState"
        ),
        "{told}"
    );
    let both = String::from_utf8(program(&["logout"]).stderr).unwrap();
    assert_eq!(
        both,
        "error: logout is ambiguous: use cs:logout or is:logout\n"
    );
}
