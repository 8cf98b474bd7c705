//! The cases of the table, measured by Criterion.

use criterion::{Criterion, criterion_group, criterion_main};
use hardline_bench::{Work, cases};

fn peers(criterion: &mut Criterion) {
    for case in cases() {
        let mut group = criterion.benchmark_group(case.name);
        let mut measure = |side: &str, work: &Work| {
            group.bench_function(side, |bencher| {
                bencher.iter_custom(|times| work(u32::try_from(times).unwrap_or(u32::MAX)).time);
            });
        };
        measure("ours", &case.ours);
        measure("ruma", &case.ruma);
        if let Some(scan) = &case.scan {
            measure("scan", scan);
        }
        group.finish();
    }
}

criterion_group!(benches, peers);
criterion_main!(benches);
