//! Hardline beside [Ruma](https://docs.rs/ruma), in one process, on the same bytes.
//!
//! `cargo run --release -p hardline-bench` prints what each row of the table costs and whether it meets its aim, and with
//! `-- --check` fails if one misses its aim that `missed.toml` does not list: see [`Verdict`]. The bodies of `/sync` are made by
//! `sync_bodies/generate.py`, once, and need Python; the rows that count instructions need Valgrind. `cargo bench -p
//! hardline-bench` measures the rows that take time with Criterion, and `cargo test -p hardline-bench` compares what both
//! libraries make of the same input. `cargo run --release -p hardline-bench --bin conversations` prints the cost of many
//! conversations at once, for Hardline alone, and `--bin plots` draws the README's plots.

mod bodies;
mod callgrind;
mod conversations;
mod cost;
mod heap;
mod measured;
mod missed;
pub mod plot;
mod row;
mod rows;
mod table;
mod verdict;

pub use callgrind::instructions_of;
pub use conversations::{Conversations, Ready, Real, Server, conversations};
pub use cost::{Cost, Task, task};
pub use heap::{CountingAllocator, Heap};
pub use measured::Measured;
pub use missed::{Missed, read_missed};
pub use row::{Group, Row, Work};
pub use rows::{groups, growth};
pub use table::print;
pub use verdict::Verdict;
