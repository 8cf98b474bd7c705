use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static HELD: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

/// The heap's use so far. It stays 0 in a program that does not use [`CountingAllocator`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Heap {
    /// The number of allocations.
    pub allocations: u64,
    /// The bytes in use, as requested, without the allocator's overhead.
    pub held: u64,
}

impl Heap {
    /// The current values.
    pub fn now() -> Self {
        Self {
            allocations: ALLOCATIONS.load(Ordering::Relaxed),
            held: HELD.load(Ordering::Relaxed),
        }
    }

    /// The most bytes in use at any time while something is done, beyond those in use before.
    pub fn peak_of(run: impl FnOnce()) -> u64 {
        let before = Self::now().held;
        PEAK.store(before, Ordering::Relaxed);
        run();
        PEAK.load(Ordering::Relaxed) - before
    }
}

/// The system's allocator, counting allocations and the bytes in use. It costs a few instructions, and is correct only
/// in single-threaded programs.
#[derive(Debug)]
pub struct CountingAllocator;

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe to implement; this one only passes on"
)]
// SAFETY: every call is passed to the system's allocator unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promises are those that are required.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(&HELD, 0_u64.wrapping_sub(layout.size() as u64));
        // SAFETY: the caller's promises are those that are required.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller's promises are those that are required.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

fn count(asked: usize, given_back: usize) {
    add(&ALLOCATIONS, 1);
    let held = add(&HELD, (asked as u64).wrapping_sub(given_back as u64));
    if held > PEAK.load(Ordering::Relaxed) {
        PEAK.store(held, Ordering::Relaxed);
    }
}

/// Without the lock that a thread-safe addition costs.
fn add(counter: &AtomicU64, number: u64) -> u64 {
    let sum = counter.load(Ordering::Relaxed).wrapping_add(number);
    counter.store(sum, Ordering::Relaxed);
    sum
}
