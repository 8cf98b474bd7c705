//! Prints how Hardline compares to Ruma, and what hostile bodies cost.
//!
//! `hardline-bench` prints everything. `hardline-bench ours|ruma|scan NAME TIMES` only runs the cases whose name
//! contains NAME, TIMES times, for a profiler: `valgrind --tool=callgrind target/release/hardline-bench ours msisdn
//! 1000`.

use std::process::ExitCode;

use hardline_bench::{CountingAllocator, cases, hostile, print_cases, print_hostile};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const ROUNDS: usize = 101;
const HOSTILE_ROUNDS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            print_cases(&cases(), ROUNDS);
            println!();
            print_hostile(&hostile(), HOSTILE_ROUNDS);
            ExitCode::SUCCESS
        }
        ["hostile", name] => {
            let mut bodies = hostile();
            bodies.retain(|body| body.name.contains(name));
            print_hostile(&bodies, HOSTILE_ROUNDS);
            ExitCode::SUCCESS
        }
        [side @ ("ours" | "ruma" | "scan"), name, times] => only(side, name, times),
        _ => {
            eprintln!("usage: hardline-bench [ours|ruma|scan NAME TIMES | hostile NAME]");
            ExitCode::FAILURE
        }
    }
}

fn only(side: &str, name: &str, times: &str) -> ExitCode {
    let Ok(times) = times.parse() else {
        eprintln!("{times} is not a number");
        return ExitCode::FAILURE;
    };
    for case in cases().iter().filter(|case| case.name.contains(name)) {
        let work = match side {
            "ours" => Some(&case.ours),
            "ruma" => Some(&case.ruma),
            _ => case.scan.as_ref(),
        };
        if let Some(work) = work {
            println!("{}: {:?}", case.name, work(times));
        }
    }
    ExitCode::SUCCESS
}
