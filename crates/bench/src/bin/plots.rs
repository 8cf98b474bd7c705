//! Measures what the README's plots show, and draws them for light and for dark pages.
//!
//! `cargo run --release -p hardline-bench --bin plots` writes docs/src/pictures/cost-*.svg and growth-*.svg; `plots DIRECTORY` writes
//! them elsewhere.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use hardline_bench::plot::{Bar, Series, Theme, bars, lines};
use hardline_bench::{CountingAllocator, Measured, groups, growth};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// The rows of the table that the front page shows, and what it calls them.
const ROWS: &[(&str, &str)] = &[
    (
        "build the msisdn requestToken",
        "build the request for a text message",
    ),
    ("build a login", "build a login"),
    (
        "build PUT send with raw content of 1 KB",
        "build a message of 1 KB",
    ),
    ("parse an M_THREEPID_IN_USE", "read an error"),
    ("parse a /versions", "read /versions"),
    ("parse a lookup of 1 MB", "read an identity lookup of 1 MB"),
    (
        "parse joined_members of 10,000",
        "read the members of a room of 10,000",
    ),
    ("parse 10,000 3PIDs", "read a list of 10,000 addresses"),
];

fn main() -> io::Result<()> {
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/pictures");
    let directory = env::args().nth(1).map_or(pictures, PathBuf::from);
    let (cost, growth) = (cost()?, grown()?);
    for theme in Theme::ALL {
        let write = |name: &str, svg: String| {
            fs::write(directory.join(format!("{name}-{}.svg", theme.name())), svg)
        };
        let title = "CPU time as a share of Ruma's, on the same bytes: the median, and the spread of all rounds";
        write("cost", bars(title, &cost, theme))?;
        let title =
            "CPU time to read the members of a room: it grows with their number, and no faster";
        write("growth", lines(title, "members", &growth, theme))?;
    }
    Ok(())
}

fn cost() -> io::Result<Vec<Bar>> {
    let groups = groups();
    let all = || groups.iter().flat_map(|group| &group.rows);
    let measured = ROWS.iter().map(|(name, label)| {
        let row = all().find(|row| row.name == *name);
        let row = row.ok_or_else(|| io::Error::other(format!("no row is called {name:?}")))?;
        let measured = Measured::of(name, &(row.work)())?;
        let [least, greatest] = measured.spread();
        println!("{label}: {:.3}", measured.median());
        Ok(Bar {
            label: (*label).to_owned(),
            least,
            median: measured.median(),
            greatest,
        })
    });
    measured.collect()
}

fn grown() -> io::Result<Vec<Series>> {
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for size in [10, 100, 1_000, 10_000, 100_000] {
        let measured = Measured::of("growth", &growth(size))?;
        let [our_time, their_time] = measured.times;
        println!("{size} members: {our_time:?}, {their_time:?}");
        ours.push((size, our_time));
        theirs.push((size, their_time));
    }
    let series = |name: &str, is_ours, points| Series {
        name: name.to_owned(),
        is_ours,
        points,
    };
    Ok(vec![
        series("Hardline", true, ours),
        series("Ruma", false, theirs),
    ])
}
