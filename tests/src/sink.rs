//! The texts that the real servers would have sent: `tests/homeserver/sinks.py` keeps them.

use hardline::flow::{OperationFlow, RetryPolicy};
use hardline::wire::{AnswerBody, Endpoint, Operation, Target};
use serde::{Deserialize, Serialize};

use crate::by_hand::{self, now};

/// Asks the sink for the texts. It is an operation like any other.
#[derive(Serialize)]
struct Texts {}

impl Endpoint for Texts {
    const OPERATION: Operation = Operation::get("texts", "/sms").answer_body(AnswerBody::List);
    type Response = Vec<Text>;
}

#[derive(Deserialize)]
struct Text {
    to: String,
    text: String,
}

/// The code in the last text to this number (the digits of its international form).
pub fn last_code(sink_url: &str, msisdn: &str) -> String {
    let target = Target::homeserver(sink_url).expect("the sink has a URL");
    let flow = OperationFlow::new(now(), Texts {}, target, RetryPolicy::default(), 0);
    let answer = by_hand::run(flow, None, &mut |_, _, _| {}).expect("the sink answers");
    let text = answer
        .value
        .into_iter()
        .rev()
        .find(|text| text.to == msisdn);
    let text = text.expect("a text was sent to this number").text;
    text.chars().filter(char::is_ascii_digit).collect()
}
