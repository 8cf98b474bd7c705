use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use hardline::client::Clock;
use hardline::types::Timestamp;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::global::{clear_timeout, set_timeout};

/// The browser's clock and its timers, in a page and in a worker.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    type Sleep = BrowserSleep;

    fn now(&self) -> Timestamp {
        // Whole milliseconds since 1970, which `f64` has exactly.
        Timestamp::from_millis(js_sys::Date::now() as u64)
    }

    fn sleep_until(&self, deadline: Timestamp) -> BrowserSleep {
        BrowserSleep {
            deadline,
            timer: None,
        }
    }
}

/// The sleep of a [`BrowserClock`]. Dropping it clears its timer.
pub struct BrowserSleep {
    deadline: Timestamp,
    timer: Option<Timer>,
}

impl Future for BrowserSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let left = (self.deadline - BrowserClock.now()).as_millis();
        if left == 0 {
            self.timer = None;
            return Poll::Ready(());
        }
        if let Some(timer) = &self.timer
            && timer.goes_on(context.waker())
        {
            return Poll::Pending;
        }
        let timer = Timer::new(left.min(LONGEST) as f64, context.waker());
        self.timer = Some(timer);
        Poll::Pending
    }
}

impl fmt::Debug for BrowserSleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BrowserSleep({})", self.deadline)
    }
}

/// What `setTimeout` can wait for, in milliseconds; a longer sleep sets it again.
const LONGEST: u128 = i32::MAX as u128;

struct Timer {
    id: JsValue,
    /// Until it has fired.
    waker: Rc<RefCell<Option<Waker>>>,
    /// JavaScript calls it, so it lives as long as the timer.
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    fn new(millis: f64, waker: &Waker) -> Self {
        let waker = Rc::new(RefCell::new(Some(waker.clone())));
        let fired = Rc::clone(&waker);
        let callback = Closure::new(move || {
            let waker = fired.borrow_mut().take();
            if let Some(waker) = waker {
                waker.wake();
            }
        });
        Self {
            id: set_timeout(callback.as_ref().unchecked_ref(), millis),
            waker,
            _callback: callback,
        }
    }

    /// Wakes this task from now on. False if it has fired, which can be a little early.
    fn goes_on(&self, waker: &Waker) -> bool {
        match &mut *self.waker.borrow_mut() {
            Some(set) => {
                set.clone_from(waker);
                true
            }
            None => false,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}
