use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::clock::millis;
use crate::errors;
use crate::json_reading::{read, read_object};
use crate::json_writing::united;
use crate::shared_core::SharedCore;

/// A flow of a hub. Two objects of the same flow are equal.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct Flow {
    core: SharedCore,
    /// Its ID in its hub.
    #[pyo3(get)]
    id: u64,
}

impl Flow {
    /// The flow with this ID; none if it is the session's.
    pub(crate) fn of(core: &SharedCore, id: u64) -> Option<Self> {
        (id != 0).then(|| Self::new(core, id))
    }

    /// The flow with this ID.
    pub(crate) fn new(core: &SharedCore, id: u64) -> Self {
        Self {
            core: core.clone(),
            id,
        }
    }
}

#[pymethods]
impl Flow {
    /// What it waits for from the user or the program; `None` if for nothing, or if it is over.
    #[getter]
    fn prompt<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let prompt = self.core.lock(py)?.core.prompt(self.id);
        prompt.map(|prompt| read(py, &prompt)).transpose()
    }

    /// The name of its state, for logs; `None` if it is over.
    #[getter]
    fn state(&self, py: Python<'_>) -> PyResult<Option<&'static str>> {
        Ok(self.core.lock(py)?.core.state(self.id))
    }

    /// Replies to what it asks: `flow.reply(type="code", code="123456")`. Returns what the flow has to say to it at once.
    #[pyo3(signature = (reply=None, /, *, now=None, **members))]
    fn reply<'py>(
        &self,
        py: Python<'py>,
        reply: Option<&Bound<'py, PyAny>>,
        now: Option<f64>,
        members: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (now, reply) = (millis(now)?, united(reply, members)?);
        let said = self.core.lock(py)?.core.reply(now, self.id, &reply);
        read_object(py, &said.map_err(|error| errors::exception(py, &error))?)
    }

    /// Tries again what stalled.
    #[pyo3(signature = (*, now=None))]
    fn retry(&self, py: Python<'_>, now: Option<f64>) -> PyResult<()> {
        let now = millis(now)?;
        let retried = self.core.lock(py)?.core.retry(now, self.id);
        retried.map_err(|error| errors::exception(py, &error))
    }

    /// Ends it: it fails as cancelled then. The server may still act on what was sent.
    #[pyo3(signature = (*, now=None))]
    fn cancel(&self, py: Python<'_>, now: Option<f64>) -> PyResult<()> {
        let now = millis(now)?;
        let cancelled = self.core.lock(py)?.core.cancel(now, self.id);
        cancelled.map_err(|error| errors::exception(py, &error))
    }

    /// The text with which it goes on elsewhere, by `Hub.load`. It holds secrets.
    fn save(&self, py: Python<'_>) -> PyResult<String> {
        let saved = self.core.lock(py)?.core.save(self.id);
        saved.map_err(|error| errors::exception(py, &error))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let other = other.cast::<Self>();
        other.is_ok_and(|other| {
            let other = other.get();
            other.id == self.id && other.core.is(&self.core)
        })
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.core.address(), self.id).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let state = self.state(py)?.unwrap_or("over");
        Ok(format!("<Flow {}: {state}>", self.id))
    }
}
