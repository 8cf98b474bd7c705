//! Prints the cost of holding many conversations at once in one thread.
//!
//! `conversations` holds 100,000; `conversations COUNT` holds COUNT, once, with the server whose responses are ready:
//! for a profiler.

use std::process::ExitCode;

use hardline_bench::{Conversations, CountingAllocator, Ready, Real, conversations};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const ROUNDS: usize = 7;
const COUNT: u32 = 100_000;
/// The loopback homeserver searches all its data: a larger number would measure that.
const REAL_COUNT: u32 = 1_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(|count| count.parse()) {
        None => {
            print();
            ExitCode::SUCCESS
        }
        Some(Ok(count)) => {
            println!("{:#?}", conversations(count, &mut Ready));
            ExitCode::SUCCESS
        }
        Some(Err(_)) => {
            eprintln!("usage: conversations [COUNT]");
            ExitCode::FAILURE
        }
    }
}

fn print() {
    let (mut ready, mut real) = (Vec::new(), Vec::new());
    // The sides take turns, so that other load on the machine hits both. The first round fills the caches.
    for round in 0..=ROUNDS {
        let one = conversations(COUNT, &mut Ready);
        let other = conversations(REAL_COUNT, &mut Real::new(REAL_COUNT));
        if round > 0 {
            ready.push(one);
            real.push(other);
        }
    }
    println!(
        "{:<26} {:>7}  {:>14}  {:>11}  {:>9}  {:>6}  million steps a second",
        "adding a phone number with", "at once", "bytes, waiting", "allocations", "steps", "server"
    );
    print_line("responses that are ready", &mut ready);
    print_line("the loopback homeserver *", &mut real);
    println!(
        "{:<26} {:>7}  {:>14}  {:>11}  {:>9}  {:>6}  more than 1",
        "aim", "", "less than 1024", "", "", ""
    );
    println!("* it runs in the same process: the figures include its memory and allocations");
}

/// The bytes are those of a conversation that waits for its code, and of one that waits for its first response;
/// allocations and steps are those of a whole conversation. The server's figure is its share of the time. The steps per
/// second are the minimum, the median and the maximum.
fn print_line(name: &str, runs: &mut [Conversations]) {
    runs.sort_by(|one, other| one.steps_a_second().total_cmp(&other.steps_a_second()));
    let [least, .., greatest] = runs else { return };
    let millions = |run: &Conversations| run.steps_a_second() / 1e6;
    let (least, greatest) = (millions(least), millions(greatest));
    let median = &runs[runs.len() / 2];
    println!(
        "{name:<26} {:>7}  {:>6} and {:<4}  {:>11.1}  {:>9.1}  {:>5.0}%  {least:.2} {:.2} {greatest:.2}",
        median.count,
        median.waiting,
        median.requesting,
        median.allocations,
        median.steps as f64 / f64::from(median.count),
        100.0 * median.server.as_secs_f64() / median.time.as_secs_f64(),
        millions(median),
    );
}
