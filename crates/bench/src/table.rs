use std::time::Duration;

use crate::{Case, Cost, Hostile, Work};

/// Measures the cases and prints a line for each.
pub fn print_cases(cases: &[Case], rounds: usize) {
    println!(
        "{:<30} {:>10} {:>10}  {:^18}  {:>11}  {:^18}  aim",
        "", "ours", "Ruma", "ours / Ruma", "allocations", "ours / scan"
    );
    for case in cases {
        let times = case.size.times();
        let sides = [Some(&case.ours), Some(&case.ruma), case.scan.as_ref()];
        let measured = measured(&sides, times, 9, rounds);
        let allocations = |work: &Work| work(1).allocations;
        println!(
            "{:<30} {:>10} {:>10}  {}  {:>4} to {:<4}  {}  {}",
            case.name,
            shown(median(&measured[0]) / times),
            shown(median(&measured[1]) / times),
            ratio(&measured[0], &measured[1]),
            allocations(&case.ours),
            allocations(&case.ruma),
            ratio(&measured[0], &measured[2]),
            case.size.aim(),
        );
    }
}

/// Measures what hostile bodies cost and prints a line for each.
pub fn print_hostile(bodies: &[Hostile], rounds: usize) {
    println!(
        "{:<34} {:>9} {:>9} {:>10} {:>10}  {:^18}  aim: 4 plain decodes",
        "10 MB of bad", "bytes", "warnings", "ours", "plain", "ours / plain"
    );
    for body in bodies {
        let measured = measured(&[Some(&body.ours), Some(&body.plain)], 1, 2, rounds);
        println!(
            "{:<34} {:>9} {:>9} {:>10} {:>10}  {}",
            body.name,
            body.bytes,
            body.faults,
            shown(median(&measured[0])),
            shown(median(&measured[1])),
            ratio(&measured[0], &measured[1]),
        );
    }
}

/// The time of each side in each round. The sides take turns, so that other load on the machine hits all of them, and
/// the shortest of a few turns counts.
fn measured(
    sides: &[Option<&Work>],
    times: u32,
    turns: usize,
    rounds: usize,
) -> Vec<Vec<Duration>> {
    let mut measured = vec![Vec::with_capacity(rounds); sides.len()];
    for round in 0..=rounds {
        let mut shortest = vec![None; sides.len()];
        for _ in 0..turns {
            for (side, shortest) in sides.iter().zip(&mut shortest) {
                if let Some(work) = side {
                    let Cost { time, .. } = work(times);
                    *shortest =
                        Some(shortest.map_or(time, |shortest: Duration| shortest.min(time)));
                }
            }
        }
        // The first fills the caches.
        if round > 0 {
            for (taken, shortest) in measured.iter_mut().zip(shortest) {
                taken.extend(shortest);
            }
        }
    }
    measured
}

/// The minimum, the median and the maximum ratio of two sides that took turns.
fn ratio(ours: &[Duration], theirs: &[Duration]) -> String {
    let pairs = ours.iter().zip(theirs);
    let mut ratios: Vec<f64> = pairs
        .map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    match &ratios[..] {
        [least, .., greatest] => {
            let median = ratios[ratios.len() / 2];
            format!("{least:>5.2} {median:>5.2} {greatest:>5.2} ")
        }
        _ => format!("{:^18}", "-"),
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn shown(time: Duration) -> String {
    if time < Duration::from_micros(10) {
        format!("{} ns", time.as_nanos())
    } else if time < Duration::from_millis(10) {
        format!("{} µs", time.as_micros())
    } else {
        format!("{} ms", time.as_millis())
    }
}
