use std::time::{SystemTime, UNIX_EPOCH};

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

/// The time that a call is given, in Unix milliseconds: Python's seconds, or what the system's clock says.
pub(crate) fn millis(now: Option<f64>) -> PyResult<u64> {
    let Some(seconds) = now else {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        return Ok(now.map_or(0, |now| now.as_millis() as u64));
    };
    // To the nearest, so that the time in a `Wait` comes back as it was.
    let millis = (seconds * 1000.0).round();
    if !(0.0..9e15).contains(&millis) {
        let why = format!("now is in seconds since 1970, as time.time() says: {seconds}");
        return Err(PyValueError::new_err(why));
    }
    Ok(millis as u64)
}

/// Milliseconds in seconds.
pub(crate) fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

/// Random bytes for one flow: those that are given, or the operating system's.
pub(crate) fn entropy(given: Option<&[u8]>) -> PyResult<[u8; 32]> {
    let mut entropy = [0; 32];
    match given {
        Some(given) => {
            entropy = given.try_into().map_err(|_| {
                PyValueError::new_err(format!("entropy is 32 bytes, not {}", given.len()))
            })?;
        }
        None => getrandom::fill(&mut entropy)
            .map_err(|error| PyOSError::new_err(format!("no random bytes: {error}")))?,
    }
    Ok(entropy)
}
