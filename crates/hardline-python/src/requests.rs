use hardline::embed::CoreOutput;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDictMethods};

use crate::clock::seconds;
use crate::flow::Flow;
use crate::json_reading::read_object;
use crate::shared_core::SharedCore;

/// A request to send, without following redirects.
#[pyclass(frozen, subclass, module = "hardline")]
pub(crate) struct Request {
    #[pyo3(get)]
    method: String,
    #[pyo3(get)]
    url: String,
    #[pyo3(get)]
    headers: Vec<(String, String)>,
    #[pyo3(get)]
    body: Py<PyBytes>,
    millis: Option<u64>,
    /// What is known of it besides, as JSON.
    value: String,
}

impl Request {
    pub(crate) fn new(py: Python<'_>, output: CoreOutput) -> Self {
        Self {
            method: output.method,
            url: output.url,
            headers: output.headers,
            body: PyBytes::new(py, &output.body).unbind(),
            millis: output.millis,
            value: output.value,
        }
    }

    fn known<'py>(&self, py: Python<'py>, member: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        read_object(py, &self.value)?.get_item(member)
    }
}

#[pymethods]
impl Request {
    /// How long it may take, in seconds; of one whose body streams, from the last progress on.
    #[getter]
    fn timeout(&self) -> Option<f64> {
        self.millis.map(seconds)
    }

    /// The operation, such as `cs:login`.
    #[getter]
    fn operation<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.known(py, "operation")
    }

    /// Which attempt it is, from 1.
    #[getter]
    fn attempt<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.known(py, "attempt")
    }

    /// Whether it may reach the server twice without harm.
    #[getter]
    fn repeatable(&self, py: Python<'_>) -> PyResult<bool> {
        let repeatable = self.known(py, "repeatable")?;
        repeatable.map_or(Ok(false), |flag| flag.extract())
    }

    /// URLs, header fields and bodies may hold secrets.
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type().name()?;
        let operation = slf.get().operation(slf.py())?;
        let operation = operation.map_or_else(String::new, |name| format!(" of {name}"));
        Ok(format!("<{class} {}{operation}>", slf.get().method))
    }
}

/// Send this request, and tell what came of it.
#[pyclass(frozen, extends = Request, module = "hardline")]
pub(crate) struct Send {
    core: SharedCore,
    flow: u64,
    /// The ID by which to tell what came of it.
    #[pyo3(get)]
    id: u64,
}

impl Send {
    pub(crate) fn object<'py>(
        py: Python<'py>,
        core: &SharedCore,
        output: CoreOutput,
    ) -> PyResult<Bound<'py, PyAny>> {
        let send = Self {
            core: core.clone(),
            flow: output.flow,
            id: output.request,
        };
        let request = PyClassInitializer::from(Request::new(py, output));
        Ok(Bound::new(py, request.add_subclass(send))?.into_any())
    }
}

#[pymethods]
impl Send {
    /// The flow that it belongs to; none if to the session.
    #[getter]
    fn flow(&self) -> Option<Flow> {
        Flow::of(&self.core, self.flow)
    }
}

/// Send this request with a body that streams, or tell that it is `unsendable`.
#[pyclass(frozen, extends = Request, module = "hardline")]
pub(crate) struct SendStreaming {
    core: SharedCore,
    flow: u64,
    /// The ID by which to tell what came of it.
    #[pyo3(get)]
    id: u64,
    /// `upload` if the request's body streams, `download` if that of the response does.
    #[pyo3(get)]
    direction: String,
    /// The offset at which to open the source of an upload.
    #[pyo3(get)]
    at: Option<u64>,
}

impl SendStreaming {
    pub(crate) fn object<'py>(
        py: Python<'py>,
        core: &SharedCore,
        output: CoreOutput,
    ) -> PyResult<Bound<'py, PyAny>> {
        let value = read_object(py, &output.value)?;
        let member = |name: &str| -> PyResult<Option<Bound<'py, PyAny>>> { value.get_item(name) };
        let send = Self {
            core: core.clone(),
            flow: output.flow,
            id: output.request,
            direction: member("type")?.map_or(Ok(String::new()), |text| text.extract())?,
            at: member("at")?.map(|at| at.extract()).transpose()?,
        };
        let request = PyClassInitializer::from(Request::new(py, output));
        Ok(Bound::new(py, request.add_subclass(send))?.into_any())
    }
}

#[pymethods]
impl SendStreaming {
    /// The flow that it belongs to.
    #[getter]
    fn flow(&self) -> Option<Flow> {
        Flow::of(&self.core, self.flow)
    }
}
