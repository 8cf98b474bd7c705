//! One run of the test on one homeserver, over one transport.

use std::cell::RefCell;
use std::collections::BTreeSet;

use hardline::client::{BoxTransport, Client};
use hardline::json::DecodeWarnings;
use hardline::types::Timestamp;
use hardline::wire::Target;
use hardline_isahc::IsahcClock;
use tokio::runtime::Runtime;

use super::homeserver::{Homeserver, Refusal};
use crate::raw_socket::now;

/// A client of the test.
pub(super) type TestClient = Client<BoxTransport, IsahcClock>;

/// What the users of one run have in common.
pub(super) struct Trial<'a> {
    pub(super) homeserver: Homeserver<'a>,
    /// What no other run calls anything.
    pub(super) name: String,
    pub(super) started: Timestamp,
    pub(super) runtime: Runtime,
    transport: fn() -> BoxTransport,
    called: RefCell<BTreeSet<&'static str>>,
    unexpected: RefCell<BTreeSet<String>>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        homeserver: Homeserver<'a>,
        transport: fn() -> BoxTransport,
        name: &str,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            homeserver,
            name: name.to_owned(),
            started: now(),
            runtime: runtime.unwrap(),
            transport,
            called: RefCell::default(),
            unexpected: RefCell::default(),
        }
    }

    /// A client that is not logged in.
    pub(super) fn client(&self) -> TestClient {
        let target = Target::homeserver(self.homeserver.base_url).unwrap();
        Client::new(self.transport(), IsahcClock, target)
    }

    pub(super) fn transport(&self) -> BoxTransport {
        (self.transport)()
    }

    /// How the homeserver refuses an operation that it does not have.
    pub(super) fn refusal(&self, operation: &str) -> Option<&'a Refusal> {
        let mut refusals = self.homeserver.refusals.iter();
        refusals.find(|refusal| refusal.operation == operation)
    }

    /// Notes that an operation was called.
    pub(super) fn note(&self, operation: &'static str) {
        self.called.borrow_mut().insert(operation);
    }

    /// Notes what was skipped of a response and is not expected.
    pub(super) fn note_warnings(&self, operation: &str, warnings: &DecodeWarnings) {
        for warning in warnings.iter() {
            let warning = warning.to_string();
            let is_expected = self
                .homeserver
                .warnings
                .iter()
                .any(|expected| expected.operation == operation && expected.warning == warning);
            if !is_expected {
                let told = format!("{operation}: {warning}");
                self.unexpected.borrow_mut().insert(told);
            }
        }
    }

    /// The operations that were called.
    pub(super) fn called(&self) -> BTreeSet<&'static str> {
        self.called.borrow().clone()
    }

    /// Every response followed the specification, or deviated from it as is known.
    pub(super) fn assert_told_nothing(&self) {
        let unexpected = self.unexpected.borrow();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    }
}
