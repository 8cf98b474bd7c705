use hardline::embed::{Core, CoreInput, EmbedError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyDict;

use crate::clock::{entropy, millis};
use crate::errors;
use crate::flow::Flow;
use crate::headers::fields;
use crate::json_reading::read_object;
use crate::json_writing::{united, write_str};
use crate::outputs;
use crate::shared_core::SharedCore;

/// A session and any number of flows. Threads may share it: each call is whole, and one waits for the other.
#[pyclass(frozen, weakref, module = "hardline")]
pub(crate) struct Hub {
    core: SharedCore,
}

impl Hub {
    fn tell(
        &self,
        py: Python<'_>,
        now: Option<f64>,
        bytes: usize,
        input: CoreInput,
    ) -> PyResult<()> {
        let now = millis(now)?;
        let told = self.core.with(py, bytes, |core| core.tell(now, input))?;
        told.map_err(|error| errors::exception(py, &error))
    }

    fn open_flow(
        &self,
        py: Python<'_>,
        now: Option<f64>,
        flow: &str,
        arguments: &str,
        given: Option<&[u8]>,
    ) -> PyResult<Flow> {
        let (now, entropy) = (millis(now)?, entropy(given)?);
        let open = |core: &mut Core| core.open(now, flow, arguments, entropy);
        let opened = self.core.with(py, arguments.len(), open)?;
        self.flow(py, opened)
    }

    fn flow(&self, py: Python<'_>, opened: Result<u64, EmbedError>) -> PyResult<Flow> {
        let id = opened.map_err(|error| errors::exception(py, &error))?;
        Ok(Flow::new(&self.core, id))
    }
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
            core: SharedCore::new(core),
        })
    }

    /// Opens the flow with this name: `hub.open("add_threepid", threepid={"email": "alice@example.org"})`.
    #[pyo3(signature = (flow, /, *, now=None, entropy=None, **arguments))]
    fn open(
        &self,
        py: Python<'_>,
        flow: &str,
        now: Option<f64>,
        entropy: Option<&[u8]>,
        arguments: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        self.open_flow(py, now, flow, &united(None, arguments)?, entropy)
    }

    /// Opens the flow `call`: `hub.call("cs:getDevice", deviceId="ABC")`. What is no name in Python goes into `arguments`.
    #[pyo3(signature = (operation, arguments=None, /, **fields))]
    fn call(
        &self,
        py: Python<'_>,
        operation: &str,
        arguments: Option<&Bound<'_, PyAny>>,
        fields: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Flow> {
        let mut form = String::from("{\"operation\":");
        write_str(operation, &mut form);
        form.push_str(",\"arguments\":");
        form.push_str(&united(arguments, fields)?);
        form.push('}');
        self.open_flow(py, None, "call", &form, None)
    }

    /// Loads a flow that was saved, here or elsewhere. What it waits for is its `prompt`; it is not told again.
    #[pyo3(signature = (saved, /, *, now=None))]
    fn load(&self, py: Python<'_>, saved: &str, now: Option<f64>) -> PyResult<Flow> {
        let now = millis(now)?;
        let loaded = self.core.lock(py)?.core.load(now, saved);
        self.flow(py, loaded)
    }

    /// What to do next. Call this until it says `Wait`, and do what it says, in that order.
    #[pyo3(signature = (now=None))]
    fn next<'py>(&self, py: Python<'py>, now: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let output = self.core.next(py, millis(now)?)?;
        outputs::output(py, &self.core, output)
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
        let bytes = body.len();
        let input = CoreInput::Response {
            request: id,
            status,
            headers: fields(headers)?,
            body,
        };
        self.tell(py, now, bytes, input)
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
        let said = self.core.lock(py)?.core.reply(now, 0, &reply);
        said.map_err(|error| errors::exception(py, &error))?;
        Ok(())
    }

    /// The flows that are open, oldest first.
    fn flows(&self, py: Python<'_>) -> PyResult<Vec<Flow>> {
        let ids = self.core.lock(py)?.core.flows();
        Ok(ids
            .into_iter()
            .map(|id| Flow::new(&self.core, id))
            .collect())
    }

    /// The configuration with which another hub goes on with this session. It holds secrets. Flows are saved one by one.
    fn session<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let session = self.core.lock(py)?.core.session();
        read_object(py, &session)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let count = self.core.lock(py)?.core.flows().len();
        Ok(match count {
            1 => "<Hub with 1 flow>".to_owned(),
            count => format!("<Hub with {count} flows>"),
        })
    }
}
