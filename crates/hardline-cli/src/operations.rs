//! `operations`.

use hardline::by_name::{NamedOperation, Operations};
use hardline::wire::{Auth, Method, Msc};

use crate::args::ListOperations;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::fields;
use crate::report::Report;
use crate::step::OperationRow;

pub(crate) fn run(list: &ListOperations, report: &Report) -> Result<(), CliError> {
    let patterns: Vec<_> = list
        .patterns
        .iter()
        .map(|word| word.to_lowercase())
        .collect();
    let mut is_found = false;
    for named in Operations::all().iter() {
        let row = row(named);
        if is_meant(&row, &patterns) {
            is_found = true;
            report.operation(&row);
        }
    }
    if is_found {
        return Ok(());
    }
    let pattern = list.patterns.join(" ");
    // It may be a name with a slip in it.
    let why = match Operations::all().find(&pattern) {
        Err(error) => error.to_string(),
        Ok(_) => format!("no operation has {pattern} in it"),
    };
    Err(CliError::new(
        Exit::Usage,
        why,
        "`hardline operations` lists all",
    ))
}

fn is_meant(row: &OperationRow, patterns: &[String]) -> bool {
    let text = format!(
        "{}:{} {} {}",
        row.api, row.operation_id, row.method, row.path
    );
    let text = text.to_lowercase();
    patterns.iter().all(|pattern| text.contains(pattern))
}

pub(crate) fn row(named: &NamedOperation) -> OperationRow {
    let operation = named.operation();
    OperationRow {
        api: operation.api().prefix(),
        operation_id: operation.id,
        method: match operation.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        },
        path: operation.path,
        auth: match operation.auth {
            Auth::None => "none",
            Auth::Optional => "optional",
            Auth::Required => "required",
            Auth::Identity => "identity",
        },
        uia: operation.uia,
        query: operation.query,
        fields: fields::rows(named),
        since: operation.first_version().map(|release| release.to_string()),
        msc: Msc::of(operation).map(|msc| msc.number),
    }
}
