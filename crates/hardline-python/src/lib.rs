//! The Python package `hardline`: [`hardline::embed`] as Python's objects. What is built on it in Python alone, such as a client over
//! `http.client`, is in `python/hardline`.

mod clock;
mod codec;
mod errors;
mod flow;
mod headers;
mod hub;
mod json_reading;
mod json_writing;
mod outputs;
mod requests;
mod shared_core;

use pyo3::prelude::*;

#[pymodule]
mod _core {
    #[pymodule_export]
    use crate::codec::{ApiResponse, decode, encode, schema};
    #[pymodule_export]
    use crate::flow::Flow;
    #[pymodule_export]
    use crate::hub::Hub;
    #[pymodule_export]
    use crate::outputs::{Cancel, Done, Event, Failed, Receive, Wait};
    #[pymodule_export]
    use crate::requests::{Request, Send, SendStreaming};
    #[pymodule_export]
    const ABI: u32 = hardline::embed::ABI;
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python calls it so")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
