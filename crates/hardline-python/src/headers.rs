use pyo3::prelude::*;
use pyo3::types::{PyList, PyMapping, PyString, PyTuple};

/// Header fields from pairs, or from a mapping. A value that is not Unicode keeps what is.
pub(crate) fn fields(headers: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<(String, String)>> {
    let Some(headers) = headers else {
        return Ok(Vec::new());
    };
    // Asking whether something is a mapping takes longer than all the rest.
    let is_list = headers.is_instance_of::<PyList>() || headers.is_instance_of::<PyTuple>();
    let pairs = if !is_list && headers.cast::<PyMapping>().is_ok() {
        headers.call_method0("items")?.try_iter()?
    } else {
        headers.try_iter()?
    };
    pairs
        .map(|pair| {
            let (name, value): (Bound<'_, PyString>, Bound<'_, PyString>) = pair?.extract()?;
            Ok((text(&name), text(&value)))
        })
        .collect()
}

fn text(text: &Bound<'_, PyString>) -> String {
    text.to_string_lossy().into_owned()
}
