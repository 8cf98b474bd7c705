use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use hardline::client::{Bodies, Streamed};
use hardline::flow::{BodyDirection, ReceiveBody};
use http::response;

/// Progress is told when so much more has passed, or when so much time has.
const STEP: u64 = 64 * 1024;
const PAUSE: Duration = Duration::from_millis(250);

/// Through which the future of a [`StreamedExchange`](super::StreamedExchange) says what happens, and gets the bodies.
#[derive(Clone)]
pub struct Port {
    direction: BodyDirection,
    pub(super) bodies: Bodies,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    told: Option<Streamed>,
    receive: Option<ReceiveBody>,
    passed: u64,
    progress_told: u64,
    told_at: Option<Instant>,
    waits_for_program: bool,
}

impl State {
    fn tell_progress(&mut self) {
        self.progress_told = self.passed;
        self.told_at = Some(Instant::now());
        self.told = Some(Streamed::Progress(self.passed));
    }
}

impl Port {
    pub(super) fn new(direction: BodyDirection, bodies: Bodies) -> Self {
        Self {
            direction,
            bodies,
            state: Arc::default(),
        }
    }

    /// Which body streams.
    pub fn direction(&self) -> BodyDirection {
        self.direction
    }

    /// Tells the head of the response, and waits for what is to become of its body. That is never
    /// [`ReceiveBody::Discard`]: the exchange is dropped then.
    pub async fn head(&self, head: response::Parts) -> ReceiveBody {
        let mut head = Some(head);
        poll_fn(|_| {
            let mut state = self.lock();
            if let Some(head) = head.take() {
                state.told = Some(Streamed::Head(head));
                state.waits_for_program = true;
            }
            // Whoever says it polls the exchange again.
            match state.receive.take() {
                Some(receive) => {
                    state.waits_for_program = false;
                    Poll::Ready(receive)
                }
                None => Poll::Pending,
            }
        })
        .await
    }

    /// So many bytes have passed so far, counted from the beginning of the body. It comes back when whoever polls the
    /// exchange knows, if it is time to tell.
    pub async fn passed(&self, bytes: u64) {
        {
            let mut state = self.lock();
            state.passed = bytes;
            let is_due = bytes >= state.progress_told.saturating_add(STEP)
                || bytes > state.progress_told
                    && state.told_at.is_none_or(|told| told.elapsed() >= PAUSE);
            if !is_due {
                return;
            }
            state.tell_progress();
        }
        poll_fn(|_| match self.lock().told {
            Some(_) => Poll::Pending,
            None => Poll::Ready(()),
        })
        .await;
    }

    /// How many bytes have passed so far.
    pub fn count_passed(&self) -> u64 {
        self.lock().passed
    }

    /// True while the exchange waits for the program: for more of the source, or for room in the sink. The server is then
    /// not to blame for a pause.
    pub fn waits_for_program(&self) -> bool {
        self.lock().waits_for_program
    }

    pub(super) fn set_waits_for_program(&self, waits: bool) {
        self.lock().waits_for_program = waits;
    }

    /// A body begins, or begins anew.
    pub(super) fn begins_at(&self, at: u64) {
        let mut state = self.lock();
        state.passed = at;
        state.progress_told = at;
    }

    pub(super) fn receive(&self, body: ReceiveBody) {
        self.lock().receive = Some(body);
    }

    pub(super) fn take_told(&self) -> Option<Streamed> {
        self.lock().told.take()
    }

    pub(super) fn has_told(&self) -> bool {
        self.lock().told.is_some()
    }

    /// Tells what has not been told of the progress.
    pub(super) fn tell_progress(&self) {
        let mut state = self.lock();
        if state.passed > state.progress_told {
            state.tell_progress();
        }
    }

    /// Nothing panics while it is locked.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port")
            .field("direction", &self.direction)
            .field("passed", &self.count_passed())
            .finish_non_exhaustive()
    }
}
