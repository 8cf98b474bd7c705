use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple,
};

/// As deep as a value may be, so that one that contains itself ends.
const MAX_DEPTH: usize = 200;

/// The JSON of a value, in which bytes are base64, as in the forms.
///
/// # Errors
/// `TypeError` or `ValueError` if it is none; nothing of it is shown but types, since it may be secret.
pub(crate) fn write(value: &Bound<'_, PyAny>, out: &mut String) -> PyResult<()> {
    write_at(value, out, 0)
}

/// The JSON of an object.
pub(crate) fn object(members: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
    let mut out = String::new();
    match members {
        Some(members) => write(members, &mut out)?,
        None => out.push_str("{}"),
    }
    Ok(out)
}

/// The JSON of an object that has the members of both.
pub(crate) fn united(
    members: Option<&Bound<'_, PyAny>>,
    more: Option<&Bound<'_, PyDict>>,
) -> PyResult<String> {
    match (members, more) {
        (members, None) => object(members),
        (None, Some(more)) => object(Some(more)),
        (Some(members), Some(more)) => {
            let united = PyDict::new(members.py());
            united.update(members.cast::<PyMapping>()?)?;
            united.update(more.as_mapping())?;
            object(Some(&united))
        }
    }
}

fn write_at(value: &Bound<'_, PyAny>, out: &mut String, depth: usize) -> PyResult<()> {
    if depth > MAX_DEPTH {
        return Err(PyRecursionError::new_err(
            "the value is too deep, or contains itself",
        ));
    }
    if let Ok(text) = value.cast::<PyString>() {
        write_text(text, out)
    } else if let Ok(members) = value.cast::<PyDict>() {
        write_members(members.iter().map(Ok), out, depth)
    } else if value.is_none() {
        out.push_str("null");
        Ok(())
    } else if let Ok(flag) = value.cast::<PyBool>() {
        out.push_str(if flag.is_true() { "true" } else { "false" });
        Ok(())
    } else if value.is_instance_of::<PyInt>() {
        write_int(value, out)
    } else if let Ok(elements) = value.cast::<PyList>() {
        write_elements(elements.iter(), out, depth)
    } else if let Ok(elements) = value.cast::<PyTuple>() {
        write_elements(elements.iter(), out, depth)
    } else if let Ok(number) = value.cast::<PyFloat>() {
        write_float(number.value(), out)
    } else if let Ok(bytes) = value.cast::<PyBytes>() {
        write_bytes(bytes.as_bytes(), out);
        Ok(())
    } else if let Ok(bytes) = value.cast::<PyByteArray>() {
        write_bytes(&bytes.to_vec(), out);
        Ok(())
    } else if let Ok(members) = value.cast::<PyMapping>() {
        let items = members.items()?;
        let pairs = items.iter().map(|pair| pair.extract());
        write_members(pairs, out, depth)
    } else {
        let name = value.get_type().name()?;
        Err(PyTypeError::new_err(format!(
            "a value of type {name} is no JSON"
        )))
    }
}

type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

fn write_members<'py>(
    members: impl Iterator<Item = PyResult<Pair<'py>>>,
    out: &mut String,
    depth: usize,
) -> PyResult<()> {
    out.push('{');
    for (index, member) in members.enumerate() {
        let (name, value) = member?;
        if index > 0 {
            out.push(',');
        }
        let name = name.cast::<PyString>().map_err(|_| {
            PyTypeError::new_err("the names of members are text: an object has another as a key")
        })?;
        write_text(name, out)?;
        out.push(':');
        write_at(&value, out, depth + 1)?;
    }
    out.push('}');
    Ok(())
}

fn write_elements<'py>(
    elements: impl Iterator<Item = Bound<'py, PyAny>>,
    out: &mut String,
    depth: usize,
) -> PyResult<()> {
    out.push('[');
    for (index, element) in elements.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_at(&element, out, depth + 1)?;
    }
    out.push(']');
    Ok(())
}

fn write_text(text: &Bound<'_, PyString>, out: &mut String) -> PyResult<()> {
    let text = text.to_cow().map_err(|_| {
        PyValueError::new_err("a text has half of a surrogate pair, which is no Unicode")
    })?;
    write_str(&text, out);
    Ok(())
}

/// The JSON of a text.
pub(crate) fn write_str(text: &str, out: &mut String) {
    let needs_escape = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    if text.as_bytes().iter().any(needs_escape) {
        // A text has a JSON form always.
        out.push_str(&serde_json::Value::from(text).to_string());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

fn write_int(value: &Bound<'_, PyAny>, out: &mut String) -> PyResult<()> {
    use std::fmt::Write;

    match value.extract::<i64>() {
        // Writing to a text never fails.
        Ok(number) => drop(write!(out, "{number}")),
        // One of any size; not `str`, which enumerations have otherwise.
        Err(_) => {
            let digits = value.call_method1("__format__", ("d",))?;
            out.push_str(&digits.cast::<PyString>()?.to_cow()?);
        }
    }
    Ok(())
}

fn write_float(number: f64, out: &mut String) -> PyResult<()> {
    if !number.is_finite() {
        return Err(PyValueError::new_err(format!("{number} is no JSON")));
    }
    out.push_str(&format!("{number:?}"));
    Ok(())
}

fn write_bytes(bytes: &[u8], out: &mut String) {
    out.push('"');
    STANDARD.encode_string(bytes, out);
    out.push('"');
}
