mod driven;
mod expectations;
mod flows;
mod granted;
mod hub;
mod looping;
mod played;
mod script;
mod scripted;
mod send_queue;
mod tokens;
mod tried;

use std::any::type_name;

use hardline::flow::test_harness::{HubFlow, SessionFlow};
use hardline::flow::{Gated, Hub, LogIn, TokenManager};

use flows::flows;
use script::Script;

pub use hub::hub;

/// A flow and a script of events for it: the flow keeps the contract of flows, waits no longer than the policy allows,
/// holds no more than it was given, shows no secret, and can be saved and loaded whenever it waits.
///
/// The first line contains the flow's name, and optionally the session for its requests, like the step `session`;
/// without one, requests are sent as they are. Some flows take their arguments from the next lines. Each further line is
/// a step, identified by its first word: see `Script::step`. A script is a trial of `hardline::flow::test_harness`.
pub fn flow_any(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let (word, session) = script.opening();
    let named = flows().iter().find(|flow| flow.name.as_bytes() == word);
    let sum: usize = word.iter().map(|byte| usize::from(*byte)).sum();
    let flow = named.unwrap_or(&flows()[sum % flows().len()]);
    (flow.drive)(script, session);
}

/// The types that [`flow_any`] and [`hub`] drive, with their paths and their generic arguments.
pub fn fuzzed_flows() -> Vec<&'static str> {
    let flows = flows().iter().map(|flow| flow.type_name);
    let around = [
        type_name::<TokenManager>(),
        type_name::<SessionFlow<Gated<LogIn>>>(),
        type_name::<HubFlow<Hub<LogIn>>>(),
    ];
    flows.chain(around).collect()
}

/// The flows' names, which start a script.
pub fn flow_names() -> Vec<&'static str> {
    flows().iter().map(|flow| flow.name).collect()
}
