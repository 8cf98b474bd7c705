//! Checks the registry against examples: the work of the conformance program.

mod compare;
mod event;
mod exchange;
mod recorded_events;
mod request;
mod response;
mod returned;
mod row;
mod sent;
mod unregistered;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use hardline::wire::OperationName;
use hardline::wire::server::{ArbitraryEndpoint, ArbitraryEndpointVisitor, Router};
use serde::de::DeserializeOwned;

use crate::contents::Contents;
use crate::registries;

pub use event::EventRow;
pub use exchange::Exchange;
pub use row::{AnyRow, Direction, Row};

/// The operations of the registry and the contents of events, ready to check.
pub struct Suite {
    router: Router,
    checks: BTreeMap<String, Checks>,
    contents: Contents,
}

/// The checks of one operation, without its types.
#[derive(Clone, Copy)]
struct Checks {
    name: OperationName,
    request: fn(&Router, &Row) -> Result<(), String>,
    response: fn(&Row) -> Result<(), String>,
    exchange: fn(&Exchange) -> Result<(), String>,
    sent: fn(&Router, &Exchange) -> Result<(), String>,
    warnings: fn(&Exchange) -> Vec<String>,
}

const UNREGISTERED: &str = "the registry does not have the operation";

/// The result of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is correct.
    Passed,
    /// It is wrong, and why.
    Failed(String),
    /// There is nothing to check, and why.
    Skipped(&'static str),
}

impl Suite {
    /// All operations of all APIs, and all contents of events.
    pub fn new() -> Self {
        let mut suite = Self {
            router: registries::router(),
            checks: BTreeMap::new(),
            contents: Contents::new(),
        };
        registries::visit_arbitrary(&mut suite);
        suite
    }

    /// Decodes and encodes an example of a request, a response or an event.
    pub fn check_row(&self, row: &AnyRow) -> Verdict {
        match row {
            AnyRow::Operation(row) => self.check_operation(row),
            AnyRow::Event(row) => event::check(&self.contents, row).into(),
        }
    }

    fn check_operation(&self, row: &Row) -> Verdict {
        match (self.checks.get(&row.id), row.direction) {
            (Some(checks), Direction::Request) => (checks.request)(&self.router, row).into(),
            (Some(checks), Direction::Response) => (checks.response)(row).into(),
            (None, _) => Verdict::Skipped(UNREGISTERED),
        }
    }

    /// Decodes a recorded request to a real server and its response, and the contents of the events in both. Of an operation
    /// that the registry does not have, only an error can be read, and what a browser brings back from an authorization server.
    pub fn check_exchange(&self, exchange: &Exchange) -> Verdict {
        if exchange.status.is_none() {
            return Verdict::Skipped("the connection broke");
        }
        let operation = self.operation_of(exchange);
        if let Some(why) = self.led_astray(exchange, operation) {
            return Verdict::Failed(why);
        }
        let read = operation.map(|checks| {
            (checks.exchange)(exchange)?;
            (checks.sent)(&self.router, exchange)
                .map_err(|why| format!("of the request: {why}"))?;
            recorded_events::check(&self.contents, exchange)
        });
        let read = read.or_else(|| unregistered::check(exchange));
        match (read, returned::check(exchange)) {
            (Some(Err(why)), _) | (_, Some(Err(why))) => Verdict::Failed(why),
            (Some(Ok(())), _) | (_, Some(Ok(()))) => Verdict::Passed,
            (None, None) if exchange.is_page() => Verdict::Skipped("a page for a browser"),
            (None, None) => Verdict::Skipped(UNREGISTERED),
        }
    }

    /// Checks all of them.
    pub fn report(&self, rows: &[AnyRow], exchanges: &[Exchange]) -> Report {
        let mut report = Report::default();
        for row in rows {
            report.add(row, self.check_row(row));
        }
        for exchange in exchanges {
            let checks = self.operation_of(exchange);
            let name = checks.map_or("?".to_owned(), |checks| checks.name.to_string());
            let row = format_args!("{name} {exchange}");
            report.add(row, self.check_exchange(exchange));
            let warnings = checks.map_or_else(Vec::new, |checks| (checks.warnings)(exchange));
            for warning in warnings {
                report.warnings.push(format!("WARN {row}: {warning}"));
            }
        }
        report
    }

    /// Why a request that the server took leads to no operation although it is known to be one of ours.
    fn led_astray(&self, exchange: &Exchange, found: Option<&Checks>) -> Option<String> {
        let meant = self.checks.get(exchange.op.as_deref()?)?.name;
        let is_taken = exchange.status.is_some_and(|status| status / 100 == 2);
        (is_taken && found.is_none()).then(|| format!("the path of {meant} leads nowhere"))
    }

    fn operation_of(&self, exchange: &Exchange) -> Option<&Checks> {
        let request = exchange.request().ok()?;
        let route = self.router.route(&request).ok()?;
        self.checks.get(&route.operation.name().to_string())
    }
}

impl Default for Suite {
    fn default() -> Self {
        Self::new()
    }
}

impl ArbitraryEndpointVisitor for Suite {
    fn visit<E: ArbitraryEndpoint>(&mut self) {
        let operation = const { &E::OPERATION };
        let checks = Checks {
            name: operation.name(),
            request: request::check::<E>,
            response: response::check::<E>,
            exchange: exchange::check::<E>,
            sent: sent::check::<E>,
            warnings: exchange::warnings::<E>,
        };
        self.checks.insert(operation.name().to_string(), checks);
    }
}

impl From<Result<(), String>> for Verdict {
    fn from(result: Result<(), String>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(why) => Self::Failed(why),
        }
    }
}

/// The result of a run. Its `Display` has a line for each failure, one for each row that was skipped if they are
/// [shown](Report::showing_skipped), one for each warning if these [are](Report::showing_warnings), and the totals.
#[derive(Debug, Default)]
pub struct Report {
    /// How many rows are correct.
    pub passed: usize,
    /// How many are wrong.
    pub failed: usize,
    /// How many have nothing that can be checked.
    pub skipped: usize,
    failures: Vec<String>,
    skips: Vec<String>,
    /// What was skipped in responses of exchanges that decode.
    warnings: Vec<String>,
    shows_skipped: bool,
    shows_warnings: bool,
}

impl Report {
    /// Names the rows that were skipped, too.
    #[must_use]
    pub fn showing_skipped(mut self) -> Self {
        self.shows_skipped = true;
        self
    }

    /// Says what was skipped in responses that decode, too.
    #[must_use]
    pub fn showing_warnings(mut self) -> Self {
        self.shows_warnings = true;
        self
    }

    /// Counts a verdict; `row` identifies the row: id, direction, status and name.
    fn add(&mut self, row: impl fmt::Display, verdict: Verdict) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Skipped(why) => {
                self.skipped += 1;
                self.skips.push(format!("SKIP {row}: {why}"));
            }
            Verdict::Failed(why) => {
                self.failed += 1;
                // On one line, whatever a server's body contains.
                let why: Vec<_> = why.split_whitespace().collect();
                self.failures.push(format!("FAIL {row}: {}", why.join(" ")));
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skips = self.skips.iter().filter(|_| self.shows_skipped);
        let warnings = self.warnings.iter().filter(|_| self.shows_warnings);
        for line in self.failures.iter().chain(skips).chain(warnings) {
            writeln!(f, "{line}")?;
        }
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// Reads a file with one JSON object a line, or all `.jsonl` files of a folder. Empty lines are ignored.
///
/// # Errors
/// If a line is not such an object: the file and the line. If a folder has no such files.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, String> {
    if !path.is_dir() {
        return read_file(path);
    }
    let name = path.display();
    let entries = std::fs::read_dir(path).map_err(|error| format!("{name}: {error}"))?;
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{name}: {error}"))?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    if files.is_empty() {
        return Err(format!("{name} has no .jsonl file"));
    }
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        rows.extend(read_file(&file)?);
    }
    Ok(rows)
}

fn read_file<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>, String> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let lines = (1..).zip(text.lines());
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| format!("{name}:{number}: {error}"))
        })
        .collect()
}
