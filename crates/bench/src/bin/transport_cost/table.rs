use std::time::Duration;

use crate::backend::BACKENDS;
use crate::measure::{Block, Load};

/// Ours, theirs, and the largest acceptable ratio.
type Aim = (&'static str, &'static str, fn(Load) -> f64);

/// The backends that are compared with each other.
const AIMS: [Aim; 3] = [
    ("hardline-hyper", "hyper-util", |load| match load {
        Load::PlainConcurrent => 1.08,
        _ => 1.03,
    }),
    ("hardline-hyper", "reqwest", |_| 1.0),
    ("hardline-isahc", "isahc", |_| 1.05),
];

/// The adapters, each with the library that it is built on.
pub(crate) const BUILT_ON: [(&str, &str); 2] = [
    ("hardline-hyper", "hyper-util"),
    ("hardline-isahc", "isahc"),
];

/// `blocks` are those of each backend, round by round.
pub(crate) fn print(load: Load, blocks: &[Vec<Block>], exchanges: usize) {
    println!("{} ({})", load.title(), load.name());
    println!(
        "{:<16}{:>10}{:>10}   {:<22}cpu / raw-hyper",
        "", "us wall", "us cpu", "wall / raw-hyper"
    );
    for ((name, _), own) in BACKENDS.iter().zip(blocks) {
        println!(
            "{name:<16}{:>10}{:>10}   {:<22}{}",
            each(own, wall, exchanges),
            each(own, cpu, exchanges),
            shown(ratios(own, &blocks[0], wall)),
            shown(ratios(own, &blocks[0], cpu)),
        );
    }
    for (ours, theirs, most) in AIMS {
        let (Some(own), Some(other)) = (of(ours, blocks), of(theirs, blocks)) else {
            continue;
        };
        println!(
            "{:<36}   {:<22}{:<22}aim: at most {:.2}",
            format!("{ours} / {theirs}"),
            shown(ratios(own, other, wall)),
            shown(ratios(own, other, cpu)),
            most(load),
        );
    }
    println!();
}

fn of<'b>(name: &str, blocks: &'b [Vec<Block>]) -> Option<&'b [Block]> {
    let index = BACKENDS.iter().position(|(backend, _)| *backend == name)?;
    blocks.get(index).map(Vec::as_slice)
}

fn wall(block: &Block) -> Duration {
    block.wall
}

fn cpu(block: &Block) -> Duration {
    block.cpu
}

/// The median time of one request, in microseconds.
fn each(blocks: &[Block], time: fn(&Block) -> Duration, exchanges: usize) -> String {
    let mut times: Vec<_> = blocks.iter().map(time).collect();
    times.sort();
    let micros = times[times.len() / 2].as_secs_f64() * 1e6;
    format!("{:.1}", micros / exchanges as f64)
}

/// Round by round, sorted.
fn ratios(own: &[Block], other: &[Block], time: fn(&Block) -> Duration) -> Vec<f64> {
    let rounds = own.iter().zip(other);
    let mut ratios: Vec<_> = rounds
        .map(|(own, other)| time(own).as_secs_f64() / time(other).as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios
}

fn shown(ratios: Vec<f64>) -> String {
    match &ratios[..] {
        [least, .., most] => {
            let median = ratios[ratios.len() / 2];
            format!("{least:.2} / {median:.3} / {most:.2}")
        }
        [only] => format!("{only:.3}"),
        [] => String::new(),
    }
}
