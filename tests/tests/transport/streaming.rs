//! Bodies that stream, over each transport that can do that.

mod broken;
mod early;
mod limits;
mod moved;

pub(crate) use early::table;
