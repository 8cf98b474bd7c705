//! The texts that the real servers would have sent; `tests/homeserver/inbox.py` keeps them.

use hardline::flow::OperationFlow;
use hardline::wire::{Endpoint, Operation, ResponseBody, Target};
use serde::{Deserialize, Serialize};

use crate::raw_socket::{self, now};

/// Asks the inbox for the texts. It is an ordinary operation.
#[derive(Serialize)]
struct Texts {}

impl Endpoint for Texts {
    const OPERATION: Operation = Operation::get("texts", "/sms").response_body(ResponseBody::List);
    type Response = Vec<Text>;
}

#[derive(Deserialize)]
struct Text {
    to: String,
    text: String,
}

/// Asks the inbox for the mails to an address.
#[derive(Serialize)]
struct Mails {
    to: String,
}

impl Endpoint for Mails {
    const OPERATION: Operation = Operation::get("mails", "/mail")
        .query(&["to"])
        .response_body(ResponseBody::List);
    type Response = Vec<Mail>;
}

#[derive(Deserialize)]
struct Mail {
    text: String,
}

/// The link in the last mail to this address.
pub fn last_link(inbox_url: &str, address: &str) -> String {
    let operation = Mails {
        to: address.to_owned(),
    };
    let mail = ask(inbox_url, operation).pop();
    let text = mail.expect("a mail was sent to this address").text;
    let mut words = text.split_whitespace();
    let link = words.find(|word| word.starts_with("http") && word.contains("token="));
    link.expect("the mail has a link").to_owned()
}

/// The code in the last text to this number (the digits of its international form).
pub fn last_code(inbox_url: &str, msisdn: &str) -> String {
    let texts = ask(inbox_url, Texts {});
    let text = texts.into_iter().rev().find(|text| text.to == msisdn);
    let text = text.expect("a text was sent to this number").text;
    text.chars().filter(char::is_ascii_digit).collect()
}

fn ask<E: Endpoint>(inbox_url: &str, operation: E) -> E::Response {
    let target = Target::homeserver(inbox_url).expect("the inbox has a URL");
    let flow = OperationFlow::new(now(), operation, target, 0).unattended();
    let answer = raw_socket::run(flow, None, &mut |_, _, _| {});
    answer.expect("the inbox answers").value
}
