use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::iter;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

/// So many inputs are prepared at a time: enough for the clock, and few enough for the cache.
const BATCH: u32 = 32;

/// What something took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// How long it took.
    pub time: Duration,
    /// How often memory was asked for. It stays 0 in a program that does not run on [`CountingAllocator`].
    pub allocations: u64,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.time += other.time;
        self.allocations += other.allocations;
    }
}

/// Does one thing so many times, and says what that cost.
pub type Work = Box<dyn Fn(u32) -> Cost>;

/// What `work` does, to inputs that `prepare` makes, which does not count. What comes out is dropped, and that does count.
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

/// The system's allocator, and a count of how often it is asked.
#[derive(Debug)]
pub struct CountingAllocator;

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe to implement; this one only passes on"
)]
// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are the ones that are asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are the ones that are asked for.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are the ones that are asked for.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
