//! A sans-IO protocol core for the Matrix Client-Server and Identity Service APIs.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod client_api;
pub mod drive;
pub mod flow;
pub mod types;
pub mod wire;
