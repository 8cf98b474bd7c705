use std::io;
use std::time::Duration;

use crate::{Heap, Task, Work, instructions_of};

/// How long the sides of a row take turns.
const BUDGET: Duration = Duration::from_secs(3);
/// A turn takes at least this long, so that reading the clock adds nothing to it.
const TURN: Duration = Duration::from_micros(200);
/// The shortest of so many turns counts: caches and clock rates make others longer.
const TURNS_OF_A_ROUND: u32 = 3;

/// What was measured of a row.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The ratio in each round, in ascending order.
    ratios: Vec<f64>,
    /// The two that the ratio is of, for readers: a time, a number of instructions, or bytes.
    pub ours: String,
    /// What `ours` is held against.
    pub other: String,
    /// The CPU times of both; zero if something else was measured.
    pub times: [Duration; 2],
    /// The allocations of both, if they were counted.
    pub allocations: Option<[u64; 2]>,
}

impl Measured {
    /// Measures the work of the row of this name.
    ///
    /// # Errors
    /// Instructions cannot be counted: Valgrind is missing.
    pub fn of(name: &str, work: &Work) -> io::Result<Self> {
        match work {
            Work::Time { ours, other } => Ok(time(ours, other)),
            Work::Instructions { .. } => instructions(name),
            Work::Heap { run, size } => Ok(heap(run, *size)),
        }
    }

    /// The median, which the aim is for.
    pub fn median(&self) -> f64 {
        self.ratios[self.ratios.len() / 2]
    }

    /// The least and the greatest.
    pub fn spread(&self) -> [f64; 2] {
        [self.ratios[0], self.ratios[self.ratios.len() - 1]]
    }
}

/// The sides take turns, so that whatever the machine does hits both.
fn time(ours: &Task, other: &Task) -> Measured {
    let sides = [ours, other];
    // This also fills the caches.
    let [ours, other] = sides.map(|task| task(1));
    let allocations = [ours.allocations, other.allocations];
    let (shorter, longer) = (ours.time.min(other.time), ours.time.max(other.time));
    let times = ratio(TURN, shorter).clamp(1.0, 1000.0) as u32;
    let turns = ratio(BUDGET, 2 * times * longer).clamp(9.0, 303.0) as u32;
    let rounds: Vec<[Duration; 2]> = (0..turns / TURNS_OF_A_ROUND)
        .map(|_| round(sides, times))
        .collect();
    let ratios = rounds.iter().map(|[ours, other]| ratio(*ours, *other));
    let medians = [0, 1].map(|side| median(&rounds, side) / times);
    Measured {
        ratios: sorted(ratios.collect()),
        ours: shown(medians[0]),
        other: shown(medians[1]),
        times: medians,
        allocations: Some(allocations),
    }
}

fn round(sides: [&Task; 2], times: u32) -> [Duration; 2] {
    let mut shortest = [Duration::MAX; 2];
    for _ in 0..TURNS_OF_A_ROUND {
        for (task, shortest) in sides.iter().zip(&mut shortest) {
            *shortest = task(times).time.min(*shortest);
        }
    }
    shortest
}

/// Counts those of this program that does the work several times, beyond those of one that does it once.
fn instructions(name: &str) -> io::Result<Measured> {
    let counted = |side: &str| -> io::Result<u64> {
        let once = instructions_of(&["only", side, name, "1"])?;
        let often = instructions_of(&["only", side, name, "11"])?;
        Ok(often.saturating_sub(once) / 10)
    };
    let (ours, other) = (counted("ours")?, counted("other")?);
    Ok(Measured {
        ratios: vec![ours as f64 / other as f64],
        ours: ours.to_string(),
        other: other.to_string(),
        times: [Duration::ZERO; 2],
        allocations: None,
    })
}

fn heap(run: &dyn Fn(), size: usize) -> Measured {
    // What a first run leaves behind counts as little as it does later.
    run();
    let peak = Heap::peak_of(run);
    Measured {
        ratios: vec![peak as f64 / size as f64],
        ours: format!("{peak} B"),
        other: format!("{size} B"),
        times: [Duration::ZERO; 2],
        allocations: None,
    }
}

fn median(rounds: &[[Duration; 2]], side: usize) -> Duration {
    let mut times: Vec<Duration> = rounds.iter().map(|round| round[side]).collect();
    times.sort();
    times[times.len() / 2]
}

fn sorted(mut ratios: Vec<f64>) -> Vec<f64> {
    ratios.sort_by(f64::total_cmp);
    ratios
}

fn ratio(ours: Duration, other: Duration) -> f64 {
    ours.as_secs_f64() / other.as_secs_f64()
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
