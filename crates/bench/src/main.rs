//! Measures Hardline beside Ruma and beside itself, and holds each row to its aim.
//!
//! - `hardline-bench` prints the table. `hardline-bench PART` prints the rows whose name contains PART.
//! - `hardline-bench --check [PART]` also exits with 1 if a row misses an aim that `missed.toml` does not list, or if one
//!   is more than 5 % worse than listed. A listed row that meets its aim says so; remove it from the list if it does so
//!   again.
//! - `hardline-bench only ours|other NAME TIMES` does only the work of one side of a row, for a profiler: `valgrind
//!   --tool=callgrind target/release/hardline-bench only ours "build a login" 1000`.

use std::io;
use std::process::ExitCode;

use hardline_bench::{CountingAllocator, Work, groups, print};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const MISSED: &str = include_str!("../missed.toml");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["only", side @ ("ours" | "other"), name, times] => only(side, name, times).map(|()| true),
        ["--check"] => print(&groups(), "", MISSED),
        ["--check", part] => print(&groups(), part, MISSED),
        [] => print(&groups(), "", MISSED).map(|_| true),
        [part] if !part.starts_with('-') => print(&groups(), part, MISSED).map(|_| true),
        _ => Err(io::Error::other(
            "usage: hardline-bench [--check] [PART] | only ours|other NAME TIMES",
        )),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn only(side: &str, name: &str, times: &str) -> io::Result<()> {
    let times = times.parse().map_err(io::Error::other)?;
    let groups = groups();
    let mut rows = groups.iter().flat_map(|group| &group.rows);
    let row = rows
        .find(|row| row.name == name)
        .ok_or_else(|| io::Error::other(format!("no row is called {name:?}")))?;
    match (row.work)() {
        Work::Time { ours, other } | Work::Instructions { ours, other } => {
            let task = if side == "ours" { ours } else { other };
            println!("{:?}", task(times));
        }
        Work::Heap { run, .. } => (0..times).for_each(|_| run()),
    }
    Ok(())
}
