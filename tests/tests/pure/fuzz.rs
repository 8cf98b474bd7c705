//! The fuzz targets on stable Rust: every seed, every input that ever failed, and random ones.

use std::fs;
use std::path::Path;

use hardline::by_name::Operations;
use hardline_tests::fuzz::{TARGETS, encode_any};
use proptest::prelude::*;

/// The files in a folder of `tests/fuzz` that belong to a target.
fn files(folder: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(folder)
        .join(target);
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.display().to_string(), fs::read(path).unwrap())
    };
    entries.map(file).collect()
}

#[test]
fn every_seed_passes_whole_and_cut_short() {
    for (name, target) in TARGETS {
        let seeds = files("seeds", name);
        assert!(seeds.len() > 2, "{name} has {} seeds", seeds.len());
        for (path, seed) in seeds {
            println!("{path}");
            target(&seed);
            for end in (0..seed.len()).step_by(seed.len() / 16 + 1) {
                target(&seed[..end]);
            }
        }
    }
}

#[test]
fn every_operation_survives_a_round_trip_by_type_and_by_name() {
    for named in Operations::all().iter() {
        for seed in 0..8 {
            encode_any(format!("{}\n{seed}", named.operation().name()).as_bytes());
        }
    }
}

#[test]
fn inputs_that_once_failed_pass() {
    for (name, target) in TARGETS {
        for (path, input) in files("regressions", name) {
            println!("{path}");
            target(&input);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_inputs_pass(bytes in any::<Vec<u8>>(), text in ".{0,40}\n(.{0,40}\n){0,3}\n.{0,200}") {
        for (_, target) in TARGETS {
            target(&bytes);
            target(text.as_bytes());
        }
    }
}
