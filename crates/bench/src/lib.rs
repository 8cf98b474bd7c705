//! Hardline beside [Ruma](https://docs.rs/ruma), in one process, on the same bytes.
//!
//! `cargo run --release -p hardline-bench` prints the tables, `cargo bench -p hardline-bench` measures the same cases
//! with Criterion, and `cargo test -p hardline-bench` compares what both libraries make of the same input. `cargo run
//! --release -p hardline-bench --bin conversations` prints the cost of many conversations at once, for Hardline alone.

mod building;
mod case;
mod conversations;
mod cost;
mod heap;
mod hostile;
mod parsing;
mod table;

pub use building::building;
pub use case::{Case, Size};
pub use conversations::{Conversations, Ready, Real, Server, conversations};
pub use cost::{Cost, CountingAllocator, Work, work};
pub use heap::{Heap, MeasuringAllocator};
pub use hostile::{Hostile, hostile};
pub use parsing::parsing;
pub use table::{print_cases, print_hostile};

/// Every case that both sides have.
pub fn cases() -> Vec<Case> {
    let mut cases = building();
    cases.extend(parsing());
    cases
}
