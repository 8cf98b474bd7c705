//! The tests that open no socket. One program, because what costs here is to build and link the core with every operation,
//! and each program pays for that again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fuzz;

mod architecture {
    mod circles;
    mod folders;
    mod graph;
    pub(crate) mod mentions;
    mod module_order;
    pub(crate) mod modules;
    pub(crate) mod workspace;
}

mod decode {
    mod properties;
    mod reader;
    mod repair;
    mod urls;
}

mod flows {
    mod every_flow;
    mod identity_simulation;
    mod session;
    mod simulation;
}

mod spec {
    mod conformance;
    mod facts;
    mod identifiers;
    mod paths;
    mod registry;
    mod scaffold;
}
