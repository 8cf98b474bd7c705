use hardline::embed;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyDict, PyList};

use crate::clock::millis;
use crate::errors;
use crate::headers::fields;
use crate::json_reading::read_object;
use crate::json_writing::object;
use crate::requests::Request;
use crate::shared_core::LARGE;

/// What an operation brought.
#[pyclass(frozen, module = "hardline")]
pub(crate) struct ApiResponse {
    done: Py<PyDict>,
}

#[pymethods]
impl ApiResponse {
    /// The fields of the response.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.done.bind(py).get_item("value")
    }

    /// The HTTP status.
    #[getter]
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.done.bind(py).get_item("status")
    }

    /// What did not fit, and was left out of `value`.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let warnings = self.done.bind(py).get_item("warnings")?;
        Ok(warnings.unwrap_or_else(|| PyList::empty(py).into_any()))
    }

    /// How many warnings there are besides.
    #[getter]
    fn more_warnings(&self, py: Python<'_>) -> PyResult<u64> {
        let more = self.done.bind(py).get_item("more_warnings")?;
        more.map_or(Ok(0), |more| more.extract())
    }

    /// What logins bring is secret.
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let status = self.status(py)?;
        Ok(match status {
            Some(status) => format!("<ApiResponse {status}>"),
            None => "<ApiResponse>".to_owned(),
        })
    }
}

/// Builds the request of the operation with this name, without a hub.
#[pyfunction]
#[pyo3(signature = (operation, arguments=None, *, base_url, token=None))]
pub(crate) fn encode(
    py: Python<'_>,
    operation: &str,
    arguments: Option<&Bound<'_, PyAny>>,
    base_url: &str,
    token: Option<&str>,
) -> PyResult<Request> {
    let request = embed::encode(operation, &object(arguments)?, base_url, token);
    match request {
        Ok(request) => Ok(Request::new(py, request)),
        Err(error) => Err(errors::exception(py, &error)),
    }
}

/// Reads the response to the operation with this name. One that is large is read while other threads run.
#[pyfunction]
#[pyo3(signature = (operation, status, headers=None, body=None, *, now=None))]
pub(crate) fn decode(
    py: Python<'_>,
    operation: &str,
    status: u16,
    headers: Option<&Bound<'_, PyAny>>,
    body: Option<PyBackedBytes>,
    now: Option<f64>,
) -> PyResult<ApiResponse> {
    let (now, headers) = (millis(now)?, fields(headers)?);
    let body = body.map_or_else(Vec::new, |body| body.to_vec());
    let is_large = body.len() >= LARGE;
    let decode = move || embed::decode(now, operation, status, headers, body);
    let done = if is_large {
        py.detach(decode)
    } else {
        decode()
    };
    let done = done.map_err(|error| errors::exception(py, &error))?;
    Ok(ApiResponse {
        done: read_object(py, &done)?.unbind(),
    })
}

/// All forms, as JSON Schema.
#[pyfunction]
pub(crate) fn schema(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    read_object(py, &embed::schema())
}
