mod driven;
mod flows;
mod run;
mod script;
mod session;

use std::any::type_name;
use std::fmt::Debug;

use hardline::flow::TokenManager;
use hardline::types::Timestamp;

use crate::simulation::{CLIENT_SECRET, PASSWORD, WRONG};
use flows::flows;
use script::Script;
use session::SESSION_TOKEN;

/// When they begin.
const START: Timestamp = Timestamp::from_millis(1_795_422_468_726);

/// No flow, and no session, puts out more than this at once, whatever the input.
const OUTPUTS: usize = 32;

/// What is never shown.
const SECRETS: [&str; 4] = [PASSWORD, CLIENT_SECRET, WRONG, SESSION_TOKEN];

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

fn shows_no_secret(shown: &impl Debug) {
    let text = format!("{shown:?}");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{text}");
    }
}
