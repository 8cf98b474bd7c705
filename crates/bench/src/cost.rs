use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::iter;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

/// How many inputs are prepared at a time: enough for the clock, and few enough for the cache.
const BATCH: u32 = 32;

/// The cost of something.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// The time.
    pub time: Duration,
    /// The number of allocations. It stays 0 in a program that does not use [`CountingAllocator`].
    pub allocations: u64,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.time += other.time;
        self.allocations += other.allocations;
    }
}

/// Does one thing this many times and returns the cost.
pub type Work = Box<dyn Fn(u32) -> Cost>;

/// The cost of `work` on inputs that `prepare` creates. Preparing does not count; dropping the outputs does.
pub fn work<P, R>(prepare: impl Fn() -> P + 'static, work: impl Fn(P) -> R + 'static) -> Work {
    Box::new(move |times| {
        let mut cost = Cost::default();
        let mut left = times;
        while left > 0 {
            let batch = left.min(BATCH);
            left -= batch;
            let inputs: Vec<P> = iter::repeat_with(&prepare).take(batch as usize).collect();
            let allocations = ALLOCATIONS.load(Ordering::Relaxed);
            let begin = Instant::now();
            for input in inputs {
                black_box(work(black_box(input)));
            }
            cost += Cost {
                time: begin.elapsed(),
                allocations: ALLOCATIONS.load(Ordering::Relaxed) - allocations,
            };
        }
        cost
    })
}

/// The system's allocator, counting allocations.
#[derive(Debug)]
pub struct CountingAllocator;

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe to implement; this one only passes on"
)]
// SAFETY: every call is passed to the system's allocator unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are those that are required.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are those that are required.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are those that are required.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
