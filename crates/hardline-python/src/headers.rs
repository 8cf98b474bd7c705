use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};

/// Header fields from pairs, or from a mapping. A value that is not Unicode keeps what is.
pub(crate) fn fields(headers: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<(String, String)>> {
    let Some(headers) = headers else {
        return Ok(Vec::new());
    };
    let pairs = match headers.cast::<PyMapping>() {
        Ok(mapping) => mapping.call_method0("items")?.try_iter()?,
        Err(_) => headers.try_iter()?,
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
