use std::collections::BTreeSet;

use super::BlockingClient;
use crate::client::Next;
use crate::client::scripted::{Leaping, Scripted};
use crate::client_api::session::Login;
use crate::flow::{FlowEvent, Prompt, Reply};
use crate::wire::{AuthType, Target, UserIdentifier};

#[test]
fn a_blocking_conversation_is_answered_in_its_loop_and_stops_where_nobody_answers() {
    let server = Scripted::new(|request| match request.method().as_str() {
        "GET" => (200, r#"{"flows": [{"type": "m.login.password"}]}"#),
        _ => (
            200,
            r#"{"user_id": "@alice:example.org", "access_token": "new"}"#,
        ),
    });
    let target = Target::homeserver("https://example.org").unwrap();
    let client = BlockingClient::new(server, Leaping::default(), target);
    let mut login = Login::new(AuthType::Password);
    login.identifier = Some(UserIdentifier::user("alice"));
    let mut conversation = client.log_in(login);
    let mut is_asked = false;
    while let Some(next) = conversation.next() {
        match next {
            Next::Event(FlowEvent::Asks(prompt)) => {
                assert_eq!(prompt, Prompt::Password);
                // Nobody answers yet.
                assert!(conversation.next().is_none());
                is_asked = true;
                conversation.reply(Reply::Password("right".into())).unwrap();
            }
            Next::Event(event) => panic!("{event:?}"),
            Next::Done(outcome) => drop(outcome.unwrap()),
        }
    }
    assert!(is_asked);
    assert_eq!(client.session().unwrap().access_token.reveal(), "new");
    client.log_out().unwrap();
    assert!(conversation.client().session().is_none());
}

#[test]
fn the_blocking_types_have_every_method_of_the_others() {
    let all = [
        include_str!("../async_client.rs"),
        include_str!("../calls.rs"),
        include_str!("../conversation.rs"),
        include_str!("../oauth_sessions.rs"),
        include_str!("../replies.rs"),
        include_str!("../sessions.rs"),
        include_str!("blocking_client.rs"),
        include_str!("blocking_conversation.rs"),
    ]
    .map(methods)
    .concat();
    let of = |name: &str| {
        let methods = all.iter().filter(|(of, _)| of == name);
        methods
            .map(|(_, method)| method.as_str())
            .collect::<BTreeSet<_>>()
    };
    let mut client = of("Client");
    client.insert("of");
    assert_eq!(client, of("BlockingClient"));
    let mut conversation = of("Conversation");
    // The one is that of `Iterator`, and without an executor nobody needs the other.
    assert!(conversation.remove("next") && conversation.remove("poll_next"));
    assert_eq!(conversation, of("BlockingConversation"));
}

/// The public methods in a file, each with its type.
fn methods(file: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut of = String::new();
    for line in file.lines() {
        if let Some(of_impl) = line.strip_prefix("impl<") {
            let (_, name) = of_impl.split_once("> ").unwrap();
            of = name.split('<').next().unwrap().to_owned();
        }
        let method = line.trim_start().strip_prefix("pub ");
        let method = method.map(|line| line.strip_prefix("async ").unwrap_or(line));
        if let Some(method) = method.and_then(|line| line.strip_prefix("fn ")) {
            let end = method.find(['(', '<']).unwrap();
            found.push((of.clone(), method[..end].to_owned()));
        }
    }
    found
}
