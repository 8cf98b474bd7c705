use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// The value of a JSON text. Python's own reader knows its integers of any size, and makes its objects fastest.
pub(crate) fn read<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    static SCAN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let scan = SCAN.get_or_try_init(py, || {
        let decoder = py.import("json")?.getattr("JSONDecoder")?.call0()?;
        decoder.getattr("scan_once").map(Bound::unbind)
    })?;
    let (value, _): (Bound<'py, PyAny>, usize) = scan.bind(py).call1((text, 0))?.extract()?;
    Ok(value)
}

/// The object of a JSON text.
pub(crate) fn read_object<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyDict>> {
    Ok(read(py, text)?.cast_into()?)
}
