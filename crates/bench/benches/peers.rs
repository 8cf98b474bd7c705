//! The rows of the table that take time, measured by Criterion.

use criterion::{Criterion, criterion_group, criterion_main};
use hardline_bench::{Task, Work, groups};

fn peers(criterion: &mut Criterion) {
    for row in groups().into_iter().flat_map(|group| group.rows) {
        let Work::Time { ours, other } = (row.work)() else {
            continue;
        };
        let mut group = criterion.benchmark_group(row.name);
        let mut measure = |side: &str, task: &Task| {
            group.bench_function(side, |bencher| {
                bencher.iter_custom(|times| task(u32::try_from(times).unwrap_or(u32::MAX)).time);
            });
        };
        measure("ours", &ours);
        measure("other", &other);
        group.finish();
    }
}

criterion_group!(benches, peers);
criterion_main!(benches);
