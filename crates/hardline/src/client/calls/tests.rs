use crate::client::Client;
use crate::client::block_on::block_on;
use crate::client::scripted::{Leaping, Scripted};
use crate::client_api::discovery::GetVersions;
use crate::client_api::threepid::Add3pid;
use crate::flow::{FlowError, Prompt};
use crate::types::{AccessToken, ClientSecret, UserId, ValidationSessionId};
use crate::wire::{RequestMeta, Target, WithOptions};

#[test]
fn an_operation_is_called_by_reference_and_by_value() {
    let server = Scripted::new(|_| (200, r#"{"versions": ["v1.1"]}"#));
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(server.clone(), Leaping::default(), target);
    let operation = WithOptions::new(GetVersions::new()).query("a", "b");
    for versions in [
        block_on(client.call(&operation)),
        block_on(client.call(&&operation)),
        block_on(client.call(operation)),
    ] {
        assert_eq!(versions.unwrap().versions, ["v1.1"]);
    }
    let sent = "GET https://example.org/_matrix/client/versions?a=b";
    assert_eq!(server.requests(), [sent; 3]);
}

#[test]
fn an_operation_is_authenticated_where_the_server_wants_it() {
    let server = Scripted::new(|request| {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        if body.contains("m.login.password") && body.contains("wonderland") {
            assert!(body.contains("@alice:example.org"), "{body}");
            return (200, "{}");
        }
        (
            401,
            r#"{"flows": [{"stages": ["m.login.password"]}], "session": "s"}"#,
        )
    });
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(server, Leaping::default(), target)
        .with_access_token(AccessToken::from("token"))
        .with_user(UserId::parse("@alice:example.org").unwrap(), None);
    let secret = ClientSecret::parse("secret").unwrap();
    let add = Add3pid::new(secret, ValidationSessionId::parse("1").unwrap());

    let challenged = block_on(client.call(&add)).unwrap_err();
    assert!(challenged.uia().is_some(), "{challenged}");
    let asked = block_on(client.call_interactively(&add).finish()).unwrap_err();
    let FlowError::Unanswered { prompt, .. } = asked else {
        panic!("{asked}")
    };
    assert_eq!(prompt, Prompt::Password);
    let conversation = client.call_interactively(add);
    let conversation = conversation.map_flow(|flow| flow.with_password("wonderland".into()));
    block_on(conversation.finish()).unwrap();
}

#[test]
fn the_cap_of_one_call_is_in_its_metadata() {
    let server = Scripted::new(|request| {
        let meta = request.extensions().get::<RequestMeta>().unwrap();
        assert_eq!(meta.max_response_bytes, Some(1024));
        (200, r#"{"versions": ["v1.1"]}"#)
    });
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(server, Leaping::default(), target);
    let operation = WithOptions::new(GetVersions::new()).max_response_bytes(1024);
    assert!(block_on(client.call(operation)).is_ok());
}
