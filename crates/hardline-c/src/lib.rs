//! Hardline for C: [`hardline::embed`] behind functions that any language calls. `include/hardline.h` is made of what is
//! here, with the comments; what holds for all functions stands in `cbindgen.toml`, which puts it at the beginning.
//!
//! A call reads its arguments, does one thing with the core, and leaves what came of it in the handle. Arguments may
//! point to what an earlier call left there: it is replaced only after the core is done with them.
#![allow(
    non_camel_case_types,
    reason = "types have the names that they have in C"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the header says once what holds for all functions"
)]

mod failure;
mod said;

// In the order of the header.
mod codes;
mod values;

mod library;

mod handle;

mod calls;

mod tell;

mod codec;

pub use calls::*;
pub use codec::*;
pub use codes::*;
pub use handle::*;
pub use library::*;
pub use tell::*;
pub use values::*;
