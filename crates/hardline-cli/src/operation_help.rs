//! `call OPERATION --help`.

use std::fmt::Write as _;

use hardline::by_name::NamedOperation;

use crate::operations::row;
use crate::step::FieldRow;

/// What is to be known about an operation to call it.
pub(crate) fn help(named: &NamedOperation) -> String {
    let row = row(named);
    let mut help = format!(
        "{}:{}  {} {}\n\nFields:\n",
        row.api, row.operation_id, row.method, row.path
    );
    if row.fields.is_empty() {
        help.push_str("  none\n");
    }
    for field in &row.fields {
        write_field(&mut help, field, 1);
    }
    help
}

fn write_field(help: &mut String, field: &FieldRow, depth: usize) {
    let name = format!("{:indent$}{}", "", field.name, indent = depth * 2);
    let required = if field.required { ", required" } else { "" };
    let place = if depth == 1 && field.place != "body" {
        format!(", in the {}", field.place)
    } else {
        String::new()
    };
    // Writing to a string does not fail.
    let _ = write!(help, "{name:<30} {}{required}{place}", field.kind);
    if !field.values.is_empty() {
        let _ = write!(help, ": {}", field.values.join(", "));
    }
    help.push('\n');
    for member in &field.members {
        write_field(help, member, depth + 1);
    }
}
