//! The tests that open no socket. They are one program because building and linking the core with every operation is
//! expensive, and each program pays for that again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod error_chains;
mod fuzz;
mod readme;

mod architecture {
    mod circles;
    mod folders;
    mod graph;
    mod linked_files;
    pub(crate) mod mentions;
    mod module_order;
    pub(crate) mod modules;
    pub(crate) mod workspace;
}

mod decode {
    mod absent_members;
    mod contents;
    mod faults;
    mod properties;
    mod raw;
    mod reader;
    mod repair;
    mod secrets;
    mod strictness;
    mod type_shapes;
    mod urls;
}

mod flows {
    mod code_table;
    mod every_flow;
    mod findings;
    mod identity_simulation;
    mod in_session;
    mod oauth_personalities;
    mod oauth_table;
    mod personalities;
    mod personality_table;
    mod send_queue;
    mod session;
    mod session_server;
    mod shared_server;
    mod simulation;
    mod two_programs;
    mod without_oauth;
}

mod spec {
    mod conformance;
    mod event_facts;
    mod facts;
    mod identifiers;
    mod paths;
    mod push_rules;
    mod registry;
    mod scaffold;
}
