//! What a transport costs: small exchanges with one server on this machine, over each way to have them.
//!
//! `cargo run --release -p hardline-bench --bin transport_cost` prints a table for each way to load the server, with wall
//! and CPU time as multiples of those of a raw hyper connection in the same round, and then how the adapters stand to the
//! libraries that they are built on. The ways take turns in short blocks, so that what else the machine does falls on all
//! of them. The server is a process of its own: its CPU time is not counted.
//!
//! - `transport_cost ROUNDS EXCHANGES`: other numbers than 15 rounds of blocks of 1,000 exchanges.
//! - `transport_cost only WAY LOAD EXCHANGES`: one way under one load, for a profiler; as `only hardline-hyper h1-64 20000`.

mod measure;
mod server;
mod table;
mod way;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use measure::{Block, Load};
use server::Server;
use way::{WAYS, Way};

const USAGE: &str = "transport_cost [ROUNDS EXCHANGES] | only WAY LOAD EXCHANGES";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        [] => compare(15, 1_000),
        ["serve"] => server::serve(),
        ["only", way, load, exchanges] => only(way, load, exchanges),
        [rounds, exchanges] => match (rounds.parse(), exchanges.parse()) {
            (Ok(rounds), Ok(exchanges)) if rounds > 0 => compare(rounds, exchanges),
            _ => Err(USAGE.into()),
        },
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Every way under every load.
fn compare(rounds: usize, exchanges: usize) -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    println!(
        "{rounds} rounds of blocks of {exchanges} exchanges; ratios are min / median / max over the rounds\n"
    );
    for load in Load::ALL {
        let ways = WAYS.map(|(name, open)| Way::new(name, load, &server, open));
        let ways: Vec<_> = ways.into_iter().collect::<Result<_, _>>()?;
        for way in &ways {
            way.block(64)?;
        }
        let mut blocks: Vec<Vec<Block>> = vec![Vec::new(); ways.len()];
        for round in 0..rounds {
            // Nobody always comes after the same one.
            for turn in 0..ways.len() {
                let index = (turn + round) % ways.len();
                blocks[index].push(ways[index].block(exchanges)?);
            }
        }
        table::print(load, &blocks, exchanges);
    }
    Ok(())
}

fn only(name: &str, load: &str, exchanges: &str) -> Result<(), Box<dyn Error>> {
    let found = WAYS.into_iter().find(|(way, _)| *way == name);
    let (name, open) = found.ok_or("no such way")?;
    let found = Load::ALL.into_iter().find(|it| it.name() == load);
    let load = found.ok_or("no such load")?;
    let server = Server::start()?;
    let way = Way::new(name, load, &server, open)?;
    way.block(64)?;
    let block = way.block(exchanges.parse()?)?;
    println!("{block:?}");
    Ok(())
}
