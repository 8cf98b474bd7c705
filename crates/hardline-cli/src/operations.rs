//! `operations`.

use hardline::by_name::Operations;
use hardline::wire::{Auth, Method, Msc, Operation};

use crate::report::Report;
use crate::step::OperationRow;

pub(crate) fn run(report: &Report) {
    for named in Operations::all().iter() {
        report.operation(&row(named.operation()));
    }
}

fn row(operation: &'static Operation) -> OperationRow {
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
        since: operation.first_version().map(|release| release.to_string()),
        msc: Msc::of(operation).map(|msc| msc.number),
    }
}
