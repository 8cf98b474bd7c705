//! The cost of a transport: small requests to one server on this machine, over each backend.
//!
//! `cargo run --release -p hardline-bench --bin transport_cost` prints a table for each load, with wall and CPU time as
//! multiples of those of a raw hyper connection in the same round, and then the adapters relative to the libraries that
//! they are built on. The backends take turns in short blocks, so that other load on the machine hits all of them. The
//! server is a separate process, whose CPU time does not count.
//!
//! - `transport_cost ROUNDS EXCHANGES`: other numbers than 15 rounds of blocks of 1,000 requests.
//! - `transport_cost instructions`: the instructions of one exchange, by Valgrind, of each adapter and of the library that it
//!   is built on. They differ little from run to run, whatever else the machine does; those of isahc's threads, which wait in
//!   loops, differ more.
//! - `transport_cost only BACKEND LOAD EXCHANGES`: one backend under one load, for a profiler, such as `only
//!   hardline-hyper h1-64 20000`.

mod backend;
mod measure;
mod server;
mod table;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use backend::{BACKENDS, Backend};
use hardline_bench::instructions_of;
use measure::{Block, Load};
use server::Server;

const USAGE: &str =
    "transport_cost [ROUNDS EXCHANGES] | instructions | only BACKEND LOAD EXCHANGES";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        [] => compare(15, 1_000),
        ["serve"] => server::serve(),
        ["instructions"] => instructions(),
        ["only", backend, load, exchanges] => only(backend, load, exchanges),
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

/// Every backend under every load.
fn compare(rounds: usize, exchanges: usize) -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    println!(
        "{rounds} rounds of blocks of {exchanges} exchanges; ratios are min / median / max over the rounds\n"
    );
    for load in Load::ALL {
        let backends = BACKENDS.map(|(name, open)| Backend::new(name, load, &server, open));
        let backends: Vec<_> = backends.into_iter().collect::<Result<_, _>>()?;
        for backend in &backends {
            backend.block(64)?;
        }
        let mut blocks: Vec<Vec<Block>> = vec![Vec::new(); backends.len()];
        for round in 0..rounds {
            // No backend always follows the same one.
            for turn in 0..backends.len() {
                let index = (turn + round) % backends.len();
                blocks[index].push(backends[index].block(exchanges)?);
            }
        }
        table::print(load, &blocks, exchanges);
    }
    Ok(())
}

/// What an adapter adds to its library, in instructions of one exchange.
fn instructions() -> Result<(), Box<dyn Error>> {
    let few = 256;
    let many = 1_280;
    println!(
        "{:<8}{:>34}{:>14}{:>14}{:>9}",
        "load", "", "ours", "theirs", ""
    );
    for load in Load::ALL {
        for (ours, theirs) in table::BUILT_ON {
            let of_one = |backend: &str| -> Result<u64, Box<dyn Error>> {
                let count = |exchanges: usize| {
                    let exchanges = exchanges.to_string();
                    instructions_of(&["only", backend, load.name(), &exchanges])
                };
                Ok((count(many)? - count(few)?) / (many - few) as u64)
            };
            let (own, other) = (of_one(ours)?, of_one(theirs)?);
            let ratio = own as f64 / other as f64;
            let pair = format!("{ours} / {theirs}");
            println!(
                "{:<8}{pair:>34}{own:>14}{other:>14}{ratio:>9.3}",
                load.name()
            );
        }
    }
    Ok(())
}

fn only(name: &str, load: &str, exchanges: &str) -> Result<(), Box<dyn Error>> {
    let found = BACKENDS.into_iter().find(|(backend, _)| *backend == name);
    let (name, open) = found.ok_or("no such backend")?;
    let found = Load::ALL.into_iter().find(|it| it.name() == load);
    let load = found.ok_or("no such load")?;
    let server = Server::start()?;
    let backend = Backend::new(name, load, &server, open)?;
    backend.block(64)?;
    let block = backend.block(exchanges.parse()?)?;
    println!("{block:?}");
    Ok(())
}
