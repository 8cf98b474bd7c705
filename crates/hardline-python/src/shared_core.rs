use std::sync::{Arc, Mutex, MutexGuard};

use hardline::embed::{Core, CoreOutput, OutputKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;

/// Bytes from which on other threads run meanwhile: less is over before they would begin.
pub(crate) const LARGE: usize = 64 * 1024;

/// A core that a hub, its flows and its outputs share, between threads too.
#[derive(Clone)]
pub(crate) struct SharedCore(Arc<Mutex<CoreState>>);

pub(crate) struct CoreState {
    pub(crate) core: Core,
    /// Something large was told, so that the next outputs take a while.
    is_reading_much: bool,
}

impl SharedCore {
    pub(crate) fn new(core: Core) -> Self {
        Self(Arc::new(Mutex::new(CoreState {
            core,
            is_reading_much: false,
        })))
    }

    /// Waits for other threads, which run meanwhile.
    pub(crate) fn lock<'a>(&'a self, py: Python<'_>) -> PyResult<MutexGuard<'a, CoreState>> {
        self.0.lock_py_attached(py).map_err(|_| poisoned())
    }

    /// Does something with so many bytes to the core. If they are many, other threads run meanwhile.
    pub(crate) fn with<T: Send>(
        &self,
        py: Python<'_>,
        bytes: usize,
        action: impl FnOnce(&mut Core) -> T + Send,
    ) -> PyResult<T> {
        if bytes < LARGE {
            return Ok(action(&mut self.lock(py)?.core));
        }
        self.detached(py, |state| {
            state.is_reading_much = true;
            action(&mut state.core)
        })
    }

    /// What to do next. Reading what is large takes until the core waits again.
    pub(crate) fn next(&self, py: Python<'_>, now: u64) -> PyResult<CoreOutput> {
        let mut state = self.lock(py)?;
        if !state.is_reading_much {
            return Ok(state.core.next(now));
        }
        drop(state);
        self.detached(py, |state| {
            let output = state.core.next(now);
            state.is_reading_much = output.kind != OutputKind::Wait;
            output
        })
    }

    /// Whether it is the same one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A number that no other core has at the same time.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn detached<T: Send>(
        &self,
        py: Python<'_>,
        action: impl FnOnce(&mut CoreState) -> T + Send,
    ) -> PyResult<T> {
        let done = py.detach(|| self.0.lock().ok().map(|mut state| action(&mut state)));
        done.ok_or_else(poisoned)
    }
}

fn poisoned() -> PyErr {
    PyRuntimeError::new_err("an earlier call of this hub failed inside: make a new one")
}
