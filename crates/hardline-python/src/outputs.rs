use hardline::embed::{CoreOutput, OutputKind};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::clock::seconds;
use crate::errors;
use crate::flow::Flow;
use crate::json_reading::read_object;
use crate::requests::{Send, SendStreaming};
use crate::shared_core::SharedCore;

/// An output as an object of its class.
pub(crate) fn output<'py>(
    py: Python<'py>,
    core: &SharedCore,
    output: CoreOutput,
) -> PyResult<Bound<'py, PyAny>> {
    let about = About {
        core: core.clone(),
        flow: output.flow,
    };
    Ok(match output.kind {
        OutputKind::Send => Send::object(py, core, output)?,
        OutputKind::SendStreaming => SendStreaming::object(py, core, output)?,
        OutputKind::Receive => Bound::new(py, Receive::new(py, about, &output)?)?.into_any(),
        OutputKind::Cancel => Bound::new(py, Cancel { id: output.request })?.into_any(),
        OutputKind::Event => {
            let value = read_object(py, &output.value)?.unbind();
            Bound::new(py, Event { about, value })?.into_any()
        }
        OutputKind::Done => {
            let value = read_object(py, &output.value)?.unbind();
            Bound::new(py, Done { about, value })?.into_any()
        }
        OutputKind::Failed => {
            let error = errors::of_form(py, &output.value)?.unbind();
            Bound::new(py, Failed { about, error })?.into_any()
        }
        // There is no other kind: one that is added comes with a release of this package.
        _ => Bound::new(
            py,
            Wait {
                millis: output.millis,
            },
        )?
        .into_any(),
    })
}

/// What an output is about.
struct About {
    core: SharedCore,
    flow: u64,
}

impl About {
    fn flow(&self) -> Option<Flow> {
        Flow::of(&self.core, self.flow)
    }

    fn name(&self) -> String {
        match self.flow {
            0 => "the session".to_owned(),
            flow => format!("flow {flow}"),
        }
    }
}

/// Nothing to do until then, or until something happens: the only output that ends a round.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct Wait {
    millis: Option<u64>,
}

#[pymethods]
impl Wait {
    /// Until when, in seconds since 1970; `None` is for ever.
    #[getter]
    fn until(&self) -> Option<f64> {
        self.millis.map(seconds)
    }

    fn __repr__(&self) -> String {
        match self.until() {
            Some(until) => format!("<Wait until {until}>"),
            None => "<Wait>".to_owned(),
        }
    }
}

/// Drop this request, and tell nothing.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct Cancel {
    /// The request.
    #[pyo3(get)]
    id: u64,
}

#[pymethods]
impl Cancel {
    fn __repr__(&self) -> String {
        format!("<Cancel of request {}>", self.id)
    }
}

/// Where the body of the response to a streaming request goes.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct Receive {
    about: About,
    /// The request.
    #[pyo3(get)]
    id: u64,
    /// `sink`, `whole` or `discard`.
    #[pyo3(get)]
    to: String,
    /// The offset in the sink; what is behind it is cut off first.
    #[pyo3(get)]
    at: Option<u64>,
    /// The most bytes to take into memory.
    #[pyo3(get)]
    cap: Option<u64>,
}

impl Receive {
    fn new(py: Python<'_>, about: About, output: &CoreOutput) -> PyResult<Self> {
        let value = read_object(py, &output.value)?;
        let number = |name: &str| -> PyResult<Option<u64>> {
            value
                .get_item(name)?
                .map(|number| number.extract())
                .transpose()
        };
        let to = value.get_item("type")?;
        Ok(Self {
            about,
            id: output.request,
            to: to.map_or(Ok(String::new()), |text| text.extract())?,
            at: number("at")?,
            cap: number("cap")?,
        })
    }
}

#[pymethods]
impl Receive {
    /// The flow that it belongs to.
    #[getter]
    fn flow(&self) -> Option<Flow> {
        self.about.flow()
    }

    fn __repr__(&self) -> String {
        format!("<Receive {} of request {}>", self.to, self.id)
    }
}

/// Tell the user or the program.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct Event {
    about: About,
    /// Its form.
    #[pyo3(get)]
    value: Py<PyDict>,
}

#[pymethods]
impl Event {
    /// The flow that it is of; none if it is of the session.
    #[getter]
    fn flow(&self) -> Option<Flow> {
        self.about.flow()
    }

    /// Its type, such as `asks`.
    #[getter(r#type)]
    fn event_type<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.value.bind(py).get_item("type")
    }

    /// What is asked.
    #[getter]
    fn prompt<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.value.bind(py).get_item("prompt")
    }

    /// What went wrong, as an exception.
    #[getter]
    fn error<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.value.bind(py).get_item("error")? {
            Some(error) if error.is_instance_of::<PyDict>() => {
                errors::of_value(py, error).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let event_type = self.event_type(py)?;
        let event_type = event_type.and_then(|text| text.cast_into::<PyString>().ok());
        let event_type = event_type.map_or_else(String::new, |text| text.to_string());
        Ok(format!("<Event {event_type} of {}>", self.about.name()))
    }
}

/// The flow is over, and brought this.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct Done {
    about: About,
    /// What it brought.
    #[pyo3(get)]
    value: Py<PyDict>,
}

#[pymethods]
impl Done {
    /// The flow.
    #[getter]
    fn flow(&self) -> Option<Flow> {
        self.about.flow()
    }

    /// What logins bring is secret.
    fn __repr__(&self) -> String {
        format!("<Done {}>", self.about.name())
    }
}

/// The flow is over, and failed.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct Failed {
    about: About,
    /// Why, as an exception that may be raised.
    #[pyo3(get)]
    error: Py<PyAny>,
}

#[pymethods]
impl Failed {
    /// The flow.
    #[getter]
    fn flow(&self) -> Option<Flow> {
        self.about.flow()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let error = self.error.bind(py).repr()?;
        Ok(format!("<Failed {}: {error}>", self.about.name()))
    }
}
