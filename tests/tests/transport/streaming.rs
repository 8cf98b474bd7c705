//! Bodies that stream, over each transport that can do that.

mod broken;
mod early;
mod flows;
mod limits;
mod moved;

pub(crate) use early::table;
