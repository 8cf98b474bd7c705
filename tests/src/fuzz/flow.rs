mod driven;
mod expectations;
mod flows;
mod granted;
mod run;
mod script;
mod session;
mod tokens;
mod tried;
mod underway;

use std::any::type_name;

use hardline::flow::TokenManager;

use flows::flows;
use script::Script;

/// A flow and a script of events for it: the flow keeps the contract of flows, waits no longer than the policy allows,
/// holds no more than it was given, shows no secret, and can be saved and loaded whenever it waits.
///
/// The first line contains the flow's name, and optionally the session for its requests, like the step `session`;
/// without one, requests are sent as they are and the
/// script is a trial of `hardline::flow::test_harness`. Some flows take their arguments from the next lines. Each further line
/// is a step, identified by its first word: see `Script::step`.
pub fn flow_any(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let (word, session) = script.opening();
    let named = flows().iter().find(|flow| flow.name.as_bytes() == word);
    let sum: usize = word.iter().map(|byte| usize::from(*byte)).sum();
    let flow = named.unwrap_or(&flows()[sum % flows().len()]);
    (flow.drive)(script, session);
}

/// The types that [`flow_any`] drives, with their paths and their generic arguments.
pub fn fuzzed_flows() -> Vec<&'static str> {
    let flows = flows().iter().map(|flow| flow.type_name);
    flows.chain([type_name::<TokenManager>()]).collect()
}

/// The flows' names, which start a script.
pub fn flow_names() -> Vec<&'static str> {
    flows().iter().map(|flow| flow.name).collect()
}
