use hardline::embed::EmbedError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::json_reading;

/// The exception of an error, whose class is in `hardline/_errors.py`.
pub(crate) fn exception(py: Python<'_>, error: &EmbedError) -> PyErr {
    of_form(py, &error.to_json()).map_or_else(|error| error, PyErr::from_value)
}

/// The exception of an error's form in JSON.
pub(crate) fn of_form<'py>(py: Python<'py>, form: &str) -> PyResult<Bound<'py, PyAny>> {
    of_value(py, json_reading::read(py, form)?)
}

/// The exception of an error's form.
pub(crate) fn of_value<'py>(
    py: Python<'py>,
    form: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    static OF_FORM: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let of_form = OF_FORM.import(py, "hardline._errors", "of_form")?;
    of_form.call1((form,))
}
