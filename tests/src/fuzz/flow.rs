mod driven;
mod expectations;
mod flows;
mod run;
mod script;
mod session;
mod tokens;
mod underway;

use std::any::type_name;

use hardline::flow::TokenManager;

use flows::flows;
use script::Script;

/// A flow and a script of what happens to it: it neither panics nor runs in circles, waits no longer than the policy
/// allows, holds no more than it was told, shows no secret, and can be saved and loaded wherever it waits.
///
/// The first line names the flow. What else it says is the session that its requests go through, as a step
/// `session` does; where it says nothing, they go out as they are. Some flows take the next lines for what they begin
/// with. Each further line is a step, by its first word: those of `Script::step`.
pub fn flow_any(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let (word, session) = script.opening();
    let named = flows().iter().find(|flow| flow.name.as_bytes() == word);
    let sum: usize = word.iter().map(|byte| usize::from(*byte)).sum();
    let flow = named.unwrap_or(&flows()[sum % flows().len()]);
    (flow.drive)(script, session);
}

/// The names of the types that [`flow_any`] drives, with their paths and what they are generic in.
pub fn fuzzed_flows() -> Vec<&'static str> {
    let flows = flows().iter().map(|flow| flow.type_name);
    flows.chain([type_name::<TokenManager>()]).collect()
}

/// What begins a script: the names of the flows.
pub fn flow_names() -> Vec<&'static str> {
    flows().iter().map(|flow| flow.name).collect()
}
