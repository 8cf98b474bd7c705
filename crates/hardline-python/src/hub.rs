use std::sync::{Mutex, MutexGuard};

use hardline::embed::{Core, CoreInput, EmbedError};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::sync::MutexExt;
use pyo3::types::PyDict;

use crate::clock::{entropy, millis};
use crate::errors;
use crate::flow::Flow;
use crate::headers::fields;
use crate::json_reading::read_object;
use crate::json_writing::{united, write_str};
use crate::outputs;

/// Bytes from which on other threads run meanwhile: less is over before they would begin.
pub(crate) const LARGE: usize = 64 * 1024;

/// A session and any number of flows. Threads may share it: each call is whole, and one waits for the other.
#[pyclass(frozen, weakref, module = "hardline")]
pub(crate) struct Hub {
    state: Mutex<HubState>,
}

pub(crate) struct HubState {
    pub(crate) core: Core,
    /// Something large was told, so that the next outputs take a while.
    is_reading_much: bool,
}

impl Hub {
    /// Waits for other threads, which run meanwhile.
    pub(crate) fn lock<'a>(&'a self, py: Python<'_>) -> PyResult<MutexGuard<'a, HubState>> {
        self.state.lock_py_attached(py).map_err(|_| poisoned())
    }

    /// Does something to the core that takes a while, and lets other threads run meanwhile, or at once.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        is_long: bool,
        action: impl FnOnce(&mut HubState) -> T + Send,
    ) -> PyResult<T> {
        if is_long {
            let done = py.detach(|| self.state.lock().ok().map(|mut state| action(&mut state)));
            done.ok_or_else(poisoned)
        } else {
            Ok(action(&mut *self.lock(py)?))
        }
    }

    fn tell(
        &self,
        py: Python<'_>,
        now: Option<f64>,
        size: usize,
        input: CoreInput,
    ) -> PyResult<()> {
        let now = millis(now)?;
        let is_large = size >= LARGE;
        let told = self.with(py, is_large, |state| {
            state.is_reading_much |= is_large;
            state.core.tell(now, input)
        })?;
        told.map_err(|error| errors::exception(py, &error))
    }

    fn open_flow(
        slf: &Bound<'_, Self>,
        now: Option<f64>,
        flow: &str,
        arguments: &str,
        given: Option<&[u8]>,
    ) -> PyResult<Flow> {
        let (py, now, entropy) = (slf.py(), millis(now)?, entropy(given)?);
        let opened = slf.get().with(py, arguments.len() >= LARGE, |state| {
            state.core.open(now, flow, arguments, entropy)
        })?;
        Self::flow(slf, opened)
    }

    fn flow(slf: &Bound<'_, Self>, opened: Result<u64, EmbedError>) -> PyResult<Flow> {
        let py = slf.py();
        let id = opened.map_err(|error| errors::exception(py, &error))?;
        // IDs of flows are from 1.
        Flow::of(py, &slf.clone().unbind(), id).ok_or_else(poisoned)
    }
}

fn poisoned() -> PyErr {
    PyRuntimeError::new_err("an earlier call of this hub failed inside: make a new one")
}

#[pymethods]
impl Hub {
    /// Begins with a configuration: `Hub(homeserver="https://example.org")`, or with what `session` said.
    #[new]
    #[pyo3(signature = (config=None, /, **members))]
    fn new(
        py: Python<'_>,
        config: Option<&Bound<'_, PyAny>>,
        members: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let core = Core::new(&united(config, members)?);
        let core = core.map_err(|error| errors::exception(py, &error))?;
        Ok(Self {
            state: Mutex::new(HubState {
                core,
                is_reading_much: false,
            }),
        })
    }

    /// Opens the flow with this name: `hub.open("add_threepid", threepid={"email": "alice@example.org"})`.
    #[pyo3(signature = (flow, /, *, now=None, entropy=None, **arguments))]
    fn open(
        slf: &Bound<'_, Self>,
        flow: &str,
        now: Option<f64>,
        entropy: Option<&[u8]>,
        arguments: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        Self::open_flow(slf, now, flow, &united(None, arguments)?, entropy)
    }

    /// Opens the flow `call`: `hub.call("cs:getDevice", deviceId="ABC")`. What is no name in Python goes into `arguments`.
    #[pyo3(signature = (operation, arguments=None, /, **fields))]
    fn call(
        slf: &Bound<'_, Self>,
        operation: &str,
        arguments: Option<&Bound<'_, PyAny>>,
        fields: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        let mut form = String::from("{\"operation\":");
        write_str(operation, &mut form);
        form.push_str(",\"arguments\":");
        form.push_str(&united(arguments, fields)?);
        form.push('}');
        Self::open_flow(slf, None, "call", &form, None)
    }

    /// Loads a flow that was saved, here or elsewhere. What it waits for is its `prompt`; it is not told again.
    #[pyo3(signature = (saved, /, *, now=None))]
    fn load(slf: &Bound<'_, Self>, saved: &str, now: Option<f64>) -> PyResult<Flow> {
        let now = millis(now)?;
        let loaded = slf.get().lock(slf.py())?.core.load(now, saved);
        Self::flow(slf, loaded)
    }

    /// What to do next. Call this until it says `Wait`, and do what it says, in that order.
    #[pyo3(signature = (now=None))]
    fn next<'py>(slf: &Bound<'py, Self>, now: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let (py, now) = (slf.py(), millis(now)?);
        let is_long = slf.get().lock(py)?.is_reading_much;
        let output = slf.get().with(py, is_long, |state| {
            let output = state.core.next(now);
            state.is_reading_much &= output.kind != hardline::embed::OutputKind::Wait;
            output
        })?;
        outputs::output(slf, output)
    }

    /// Tells a whole response, whatever its status.
    #[pyo3(signature = (id, status, headers=None, body=None, *, now=None))]
    fn tell_response(
        &self,
        py: Python<'_>,
        id: u64,
        status: u16,
        headers: Option<&Bound<'_, PyAny>>,
        body: Option<PyBackedBytes>,
        now: Option<f64>,
    ) -> PyResult<()> {
        let body = body.map_or_else(Vec::new, |body| body.to_vec());
        let input = CoreInput::Response {
            request: id,
            status,
            headers: fields(headers)?,
            body,
        };
        let size = match &input {
            CoreInput::Response { body, .. } => body.len(),
            _ => 0,
        };
        self.tell(py, now, size, input)
    }

    /// Tells that there will be no response, by the class of the failure: `interrupted`, if nothing better is known.
    #[pyo3(signature = (id, failure_class, message="", *, now=None))]
    fn tell_failed(
        &self,
        py: Python<'_>,
        id: u64,
        failure_class: &str,
        message: &str,
        now: Option<f64>,
    ) -> PyResult<()> {
        let input = CoreInput::Failed {
            request: id,
            class: failure_class.to_owned(),
            message: message.to_owned(),
        };
        self.tell(py, now, 0, input)
    }

    /// Tells that the time of the last `Wait` has come.
    #[pyo3(signature = (*, now=None))]
    fn tell_timeout(&self, py: Python<'_>, now: Option<f64>) -> PyResult<()> {
        self.tell(py, now, 0, CoreInput::Timeout)
    }

    /// Tells the head of a response to a request that streams. Read on when `Receive` says where to.
    #[pyo3(signature = (id, status, headers=None, *, now=None))]
    fn tell_head(
        &self,
        py: Python<'_>,
        id: u64,
        status: u16,
        headers: Option<&Bound<'_, PyAny>>,
        now: Option<f64>,
    ) -> PyResult<()> {
        let input = CoreInput::Head {
            request: id,
            status,
            headers: fields(headers)?,
        };
        self.tell(py, now, 0, input)
    }

    /// Tells that so many bytes of a body that streams have passed so far.
    #[pyo3(signature = (id, bytes, *, now=None))]
    fn tell_progress(&self, py: Python<'_>, id: u64, bytes: u64, now: Option<f64>) -> PyResult<()> {
        let input = CoreInput::Progress { request: id, bytes };
        self.tell(py, now, 0, input)
    }

    /// Tells that the body is in the sink, how long it is as a whole, and its SHA-256, if that was computed.
    #[pyo3(signature = (id, bytes, sha256=None, *, now=None))]
    fn tell_body_ended(
        &self,
        py: Python<'_>,
        id: u64,
        bytes: u64,
        sha256: Option<[u8; 32]>,
        now: Option<f64>,
    ) -> PyResult<()> {
        let input = CoreInput::BodyEnded {
            request: id,
            bytes,
            sha256,
        };
        self.tell(py, now, 0, input)
    }

    /// Replies to an event of the session: `hub.reply(type="saved")`.
    #[pyo3(signature = (reply=None, /, *, now=None, **members))]
    fn reply(
        &self,
        py: Python<'_>,
        reply: Option<&Bound<'_, PyAny>>,
        now: Option<f64>,
        members: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let (now, reply) = (millis(now)?, united(reply, members)?);
        let said = self.lock(py)?.core.reply(now, 0, &reply);
        said.map_err(|error| errors::exception(py, &error))?;
        Ok(())
    }

    /// The flows that are open, oldest first.
    fn flows(slf: &Bound<'_, Self>) -> PyResult<Vec<Flow>> {
        let (py, hub) = (slf.py(), slf.clone().unbind());
        let ids = slf.get().lock(py)?.core.flows();
        Ok(ids
            .into_iter()
            .filter_map(|id| Flow::of(py, &hub, id))
            .collect())
    }

    /// The configuration with which another hub goes on with this session. It holds secrets. Flows are saved one by one.
    fn session<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let session = self.lock(py)?.core.session();
        read_object(py, &session)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let count = self.lock(py)?.core.flows().len();
        Ok(match count {
            1 => "<Hub with 1 flow>".to_owned(),
            count => format!("<Hub with {count} flows>"),
        })
    }
}
