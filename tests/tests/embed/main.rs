//! The core as steps of JSON: the table of cases that every binding runs, and stories over the loopback.

mod cases;
mod expected;
mod loopback;
mod played;
mod schema;
