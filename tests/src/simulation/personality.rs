//! How families of servers answer where they differ: what their sources say, with the version that was read. Those of
//! homeservers and identity servers are the loopback's.

mod gateway;
pub mod oauth;

pub use gateway::GATEWAY;
pub use hardline_loopback::personality::*;
