use std::hint::black_box;
use std::iter;
use std::ops::AddAssign;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::Heap;

/// How many inputs are prepared at a time: enough for the clock, and few enough for the cache.
const BATCH: u32 = 32;

/// The cost of something.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// The CPU time of the thread.
    pub time: Duration,
    /// The number of allocations. It stays 0 in a program that does not use
    /// [`CountingAllocator`](crate::CountingAllocator).
    pub allocations: u64,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.time += other.time;
        self.allocations += other.allocations;
    }
}

/// Does one thing this many times and returns the cost.
pub type Task = Box<dyn Fn(u32) -> Cost>;

/// Does `run` on inputs that `prepare` creates. Preparing does not count; dropping the outputs does.
pub fn task<P, R>(prepare: impl Fn() -> P + 'static, run: impl Fn(P) -> R + 'static) -> Task {
    Box::new(move |times| {
        let mut cost = Cost::default();
        let mut left = times;
        while left > 0 {
            let batch = left.min(BATCH);
            left -= batch;
            let inputs: Vec<P> = iter::repeat_with(&prepare).take(batch as usize).collect();
            let heap = Heap::now();
            let begin = cpu_time();
            for input in inputs {
                black_box(run(black_box(input)));
            }
            cost += Cost {
                time: cpu_time() - begin,
                allocations: Heap::now().allocations - heap.allocations,
            };
        }
        cost
    })
}

/// Other programs on the machine add nothing to it.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("the time of a thread is not negative")
}
