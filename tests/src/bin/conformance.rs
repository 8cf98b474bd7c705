//! Checks the registry against examples: rows of requests, responses and events, and recorded exchanges.
//!
//! ```sh
//! cargo run -q --release -p hardline-tests --bin conformance -- rows.jsonl --exchanges exchanges.jsonl
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use hardline_tests::conformance::{Report, Suite, read};

const USAGE: &str = "usage: conformance [--skipped] [--warnings] [FILE...] [--exchanges FILE]...

  FILE              rows of requests, responses and events, one JSON object a line
  --exchanges FILE  exchanges with real servers, one JSON object a line
  --skipped         print a line for each row that is skipped, too
  --warnings        print a line for each member of an exchange's response that the decoder skipped, too

A folder stands for all .jsonl files in it.

Prints a line for each row that fails, and how many passed, failed and were skipped. Rows of operations that the
registry does not have are skipped; of exchanges, errors and what a browser brings back are checked all the same. The
contents of events must decode without a warning, in rows and in exchanges. Exits with 1 if a row fails, with 2 if the check cannot be run.";

fn main() -> ExitCode {
    let run = || {
        let arguments = Arguments::parse(std::env::args().skip(1))?;
        arguments.map(|arguments| arguments.run()).transpose()
    };
    match run() {
        Ok(Some(report)) => {
            println!("{report}");
            ExitCode::from(u8::from(report.failed > 0))
        }
        Ok(None) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

#[derive(Default)]
struct Arguments {
    rows: Vec<PathBuf>,
    exchanges: Vec<PathBuf>,
    shows_skipped: bool,
    shows_warnings: bool,
}

impl Arguments {
    /// The arguments; `None` to print the usage.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut parsed = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "-h" | "--help" => return Ok(None),
                "--skipped" => parsed.shows_skipped = true,
                "--warnings" => parsed.shows_warnings = true,
                "--exchanges" => {
                    let file = arguments
                        .next()
                        .ok_or("--exchanges needs a file after it")?;
                    parsed.exchanges.push(file.into());
                }
                flag if flag.starts_with('-') => {
                    return Err(format!("unknown flag {flag}\n\n{USAGE}"));
                }
                file => parsed.rows.push(file.into()),
            }
        }
        if parsed.rows.is_empty() && parsed.exchanges.is_empty() {
            return Err(format!("give at least one file\n\n{USAGE}"));
        }
        Ok(Some(parsed))
    }

    /// All files are read before the first row is checked, so that a bad one is not missed among the failures.
    fn run(&self) -> Result<Report, String> {
        let (mut rows, mut exchanges) = (Vec::new(), Vec::new());
        for file in &self.rows {
            rows.extend(read(file)?);
        }
        for file in &self.exchanges {
            exchanges.extend(read(file)?);
        }
        let mut report = Suite::new().report(&rows, &exchanges);
        if self.shows_skipped {
            report = report.showing_skipped();
        }
        if self.shows_warnings {
            report = report.showing_warnings();
        }
        Ok(report)
    }
}
