use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::*;
use crate::RawJson;
use crate::client_api::threepid::Add3pid;
use crate::flow::{
    AddThreepid, Flow, FlowEvent, Input, InteractiveFlow, OperationFlow, Output, Prompt, Reply,
    RequestId, SavedFlow, ThreepidInput,
};
use crate::types::{ClientSecret, CountryCode, Password, UserId, ValidationToken};
use crate::wire::{BaseUrl, Endpoint, Failure, FailureClass, Homeserver};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
/// When the flow is loaded.
const LATER: Timestamp = Timestamp::from_millis(90_000_000);

fn begin() -> AddThreepid {
    AddThreepid::new(
        NOW,
        Homeserver::new(BaseUrl::parse("https://example.org/base").unwrap()),
        UserId::parse("@alice:example.org").unwrap(),
        ThreepidInput::phone(CountryCode::parse("GB").unwrap(), "07700900001"),
        ClientSecret::parse("secret").unwrap(),
    )
    .with_password(Password::from("hunter2"))
}

fn save(flow: &AddThreepid) -> String {
    serde_json::to_string(flow).unwrap()
}

fn load(text: &str) -> AddThreepid {
    serde_json::from_str(text).unwrap()
}

fn send(flow: &mut AddThreepid) -> (RequestId, http::Request<Vec<u8>>) {
    match flow.poll_output() {
        Output::Send(id, request) => (id, request),
        other => panic!("{other:?}"),
    }
}

fn answer(flow: &mut AddThreepid, id: RequestId, body: &'static str) {
    let response = Response::new(Bytes::from_static(body.as_bytes()));
    flow.handle_input(NOW, Input::Response(id, response));
}

fn drain(flow: &mut AddThreepid) -> Vec<FlowEvent> {
    let mut events = vec![];
    while let Output::Event(event) = flow.poll_output() {
        events.push(event);
    }
    events
}

/// A flow whose code was entered and whose request is in flight.
fn submitting() -> (AddThreepid, RequestId) {
    let mut flow = begin();
    let (id, _) = send(&mut flow);
    answer(
        &mut flow,
        id,
        r#"{"sid": "7", "submit_url": "https://example.org/submit"}"#,
    );
    drain(&mut flow);
    flow = load(&save(&flow));
    assert_eq!(flow.prompt(), Some(Prompt::Code { send_attempt: 1 }));
    flow.reply(LATER, Reply::Code(ValidationToken::from("1234")))
        .unwrap();
    let (id, _) = send(&mut flow);
    (flow, id)
}

#[test]
fn a_repeatable_request_is_sent_again_once_the_time_is_known() {
    let mut flow = begin();
    let (id, first) = send(&mut flow);
    assert!(matches!(flow.poll_output(), Output::Wait(Some(_))));
    let mut flow = load(&save(&flow));
    // The response to the interrupted request comes too late.
    answer(&mut flow, id, r#"{"sid": "old"}"#);
    let Output::Wait(Some(until)) = flow.poll_output() else {
        panic!("{flow:?}")
    };
    assert!(until <= LATER);
    flow.handle_input(LATER, Input::Timeout);
    let (again, second) = send(&mut flow);
    assert_ne!(again, id);
    assert_eq!(first.body(), second.body());
    let Output::Wait(Some(deadline)) = flow.poll_output() else {
        panic!("{flow:?}")
    };
    assert_eq!(deadline - LATER, Duration::from_secs(60));
}

#[test]
fn a_request_that_is_not_repeatable_stalls_the_flow() {
    let (mut flow, id) = submitting();
    answer(&mut flow, id, r#"{"success": true}"#);
    drain(&mut flow);
    let mut flow = load(&save(&flow));
    let events = drain(&mut flow);
    let [FlowEvent::Stalled(error)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(error.failure().unwrap().class(), FailureClass::Interrupted);
    assert_eq!(flow.prompt(), Some(Prompt::Retry));
    let mut flow = load(&save(&flow));
    assert_eq!(flow.prompt(), Some(Prompt::Retry));
    flow.retry(LATER).unwrap();
    let (_, request) = send(&mut flow);
    assert_eq!(
        request.uri(),
        "https://example.org/base/_matrix/client/v3/account/3pid/add"
    );
}

#[test]
fn a_flow_with_unpolled_output_is_not_saved() {
    let refusal = |flow: &AddThreepid| serde_json::to_string(flow).unwrap_err().to_string();
    let mut flow = begin();
    assert!(refusal(&flow).contains("call poll_output"));
    let (id, _) = send(&mut flow);
    save(&flow);
    answer(&mut flow, id, r#"{"sid": "7"}"#);
    assert!(refusal(&flow).contains("call poll_output"));
    drain(&mut flow);
    save(&flow);
    flow.cancel(NOW).unwrap();
    assert!(refusal(&flow).contains("call poll_output"));
    assert!(matches!(flow.poll_output(), Output::Done(Err(_))));
    let mut flow = load(&save(&flow));
    assert_eq!((flow.prompt(), flow.cancel(LATER).is_ok()), (None, false));
}

#[test]
fn other_formats_and_other_flows_are_not_loaded() {
    let (flow, _) = submitting();
    let text = save(&flow);
    assert!(
        text.starts_with(r#"{"version":4,"flow":"AddThreepid","#),
        "{text}"
    );
    let newer = text.replace(r#""version":4"#, r#""version":5"#);
    let error = serde_json::from_str::<AddThreepid>(&newer).unwrap_err();
    assert!(
        error.to_string().starts_with(
            "the flow was saved in format 5, but this version of hardline reads format 4"
        ),
        "{error}"
    );
    assert!(serde_json::from_str::<AddThreepid>("{}").is_err());
    assert!(serde_json::from_str::<SavedFlow>(&newer).is_err());
    assert!(serde_json::from_str::<OperationFlow<Add3pid>>(&text).is_err());
    let saved: SavedFlow = serde_json::from_str(&text).unwrap();
    assert_eq!(saved, SavedFlow::AddThreepid);
    let other = text.replace(r#""flow":"AddThreepid""#, r#""flow":"add3PID""#);
    assert_eq!(
        serde_json::from_str::<SavedFlow>(&other)
            .unwrap_err()
            .to_string(),
        "this version of hardline knows no flow add3PID: load it with the version that saved it"
    );
    let error = serde_json::from_str::<AddThreepid>(&other).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("this is the saved form of add3PID, not of AddThreepid"),
        "{error}"
    );
}

mod of_one_operation {
    use super::*;
    use crate::client_api::session::Login;
    use crate::client_api::threepid::RequestTokenTo3pidMsisdn;
    use crate::flow::FlowError;
    use crate::wire::Target;

    fn begin<E: Endpoint>(operation: E) -> OperationFlow<E> {
        let target = Target::homeserver("https://example.org").unwrap();
        OperationFlow::new(NOW, operation, target, 1)
    }

    fn request_token() -> RequestTokenTo3pidMsisdn {
        let country = CountryCode::parse("GB").unwrap();
        let secret = ClientSecret::parse("secret").unwrap();
        RequestTokenTo3pidMsisdn::new(secret, country, "07700900001".to_owned(), 1)
    }

    fn login() -> Login {
        let user = crate::wire::UserIdentifier::user("alice");
        Login::password(user, Password::from("hunter2"))
    }

    fn reload<E: Endpoint + serde::de::DeserializeOwned>(
        flow: &OperationFlow<E>,
    ) -> OperationFlow<E> {
        serde_json::from_str(&serde_json::to_string(flow).unwrap()).unwrap()
    }

    fn send<E: Endpoint>(flow: &mut OperationFlow<E>) -> (RequestId, http::Request<Vec<u8>>) {
        match flow.poll_output() {
            Output::Send(id, request) => (id, request),
            _ => panic!("nothing is sent"),
        }
    }

    #[test]
    fn a_repeatable_operation_is_sent_again_and_the_first_response_is_late() {
        let mut flow = begin(request_token());
        let (first, request) = send(&mut flow);
        let mut flow = reload(&flow);
        assert!(matches!(flow.poll_output(), Output::Wait(Some(at)) if at <= NOW));
        flow.handle_input(LATER, Input::Timeout);
        let (second, again) = send(&mut flow);
        assert_eq!((again.uri(), again.body()), (request.uri(), request.body()));
        let response = || Response::new(Bytes::from_static(br#"{"sid": "7"}"#));
        flow.handle_input(LATER, Input::Response(first, response()));
        assert!(matches!(flow.poll_output(), Output::Wait(Some(_))));
        flow.handle_input(LATER, Input::Response(second, response()));
        assert!(
            matches!(flow.poll_output(), Output::Done(Ok(answer)) if answer.value.sid.as_str() == "7")
        );
        assert!(matches!(reload(&flow).poll_output(), Output::Wait(None)));
    }

    #[test]
    fn an_operation_that_is_not_repeatable_has_failed() {
        let mut flow = begin(login()).unattended();
        send(&mut flow);
        let mut flow = reload(&flow);
        let Output::Done(Err(FlowError::Refused { source, .. })) = flow.poll_output() else {
            panic!("it is over")
        };
        let class = source.failure().map(Failure::class);
        assert_eq!(class, Some(FailureClass::Interrupted));
    }

    #[test]
    fn an_operation_that_is_not_repeatable_stalls_if_somebody_attends() {
        let mut flow = begin(login());
        send(&mut flow);
        let mut flow = reload(&flow);
        assert!(matches!(
            flow.poll_output(),
            Output::Event(FlowEvent::Stalled(_))
        ));
        assert_eq!(flow.prompt(), Some(Prompt::Retry));
    }

    #[cfg(feature = "by-name")]
    #[test]
    fn a_saved_operation_can_be_loaded_by_its_name() {
        use crate::by_name::NamedCall;

        let mut flow = begin(request_token());
        let (_, typed) = send(&mut flow);
        let saved = serde_json::to_string(&flow).unwrap();
        let name = "cs:requestTokenTo3PIDMSISDN".to_owned();
        assert_eq!(
            serde_json::from_str::<SavedFlow>(&saved).unwrap(),
            SavedFlow::Operation(name)
        );
        let mut flow: OperationFlow<NamedCall> = serde_json::from_str(&saved).unwrap();
        flow.handle_input(LATER, Input::Timeout);
        let Output::Send(_, named) = flow.poll_output() else {
            panic!("it is sent again")
        };
        assert_eq!((named.uri(), named.body()), (typed.uri(), typed.body()));
        let named = serde_json::to_string(&flow).unwrap();
        assert!(serde_json::from_str::<OperationFlow<RequestTokenTo3pidMsisdn>>(&named).is_ok());
        let unknown = saved.replace("cs:requestTokenTo3PIDMSISDN", "cs:nothing");
        let error = serde_json::from_str::<OperationFlow<NamedCall>>(&unknown).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no operation is named cs:nothing"),
            "{error}"
        );
    }

    #[test]
    fn unpolled_output_is_not_saved_and_another_operation_is_not_loaded() {
        let mut flow = begin(request_token());
        assert!(serde_json::to_string(&flow).is_err());
        let (id, _) = send(&mut flow);
        let saved = serde_json::to_string(&flow).unwrap();
        assert!(serde_json::from_str::<OperationFlow<Login>>(&saved).is_err());
        let other = saved.replace("cs:requestTokenTo3PIDMSISDN", "cs:other");
        let error = serde_json::from_str::<OperationFlow<RequestTokenTo3pidMsisdn>>(&other);
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("this is the saved form of cs:other, not of "),
            "{error}"
        );
        let failure = Failure::new(FailureClass::Interrupted, "reset");
        flow.handle_input(NOW, Input::Failed(id, failure));
        assert!(serde_json::to_string(&flow).is_err());
        assert!(matches!(flow.poll_output(), Output::Event(_)));
        let until = flow.poll_output();
        assert!(matches!(&until, Output::Wait(Some(at)) if *at > NOW));
        assert_eq!(
            format!("{:?}", reload(&flow).poll_output()),
            format!("{until:?}")
        );
    }
}

#[test]
fn a_bad_value_is_never_left_out_of_a_saved_flow() {
    let (flow, _) = submitting();
    let saved: serde_json::Value = serde_json::from_str(&save(&flow)).unwrap();
    let mut refused = 0;
    // How a server wants to have a user named is any JSON.
    let is_typed = |pointer: &String| !pointer.starts_with("/logic/uia/user");
    for pointer in pointers(&saved).into_iter().filter(is_typed) {
        let mut changed = saved.clone();
        *changed.pointer_mut(&pointer).unwrap() = serde_json::json!([[]]);
        let text = changed.to_string();
        assert!(
            serde_json::from_str::<AddThreepid>(&text).is_err(),
            "{pointer} {text}"
        );
        let raw: RawJson = serde_json::from_str(&text).unwrap();
        assert!(raw.deserialize::<AddThreepid>().is_err(), "{pointer}");
        refused += 1;
    }
    assert!(refused > 20, "only {refused} values were tried");
}

/// Pointers to all members of an object, and to theirs.
fn pointers(value: &serde_json::Value) -> Vec<String> {
    let mut pointers = Vec::new();
    for (name, inner) in value.as_object().into_iter().flatten() {
        let inner = self::pointers(inner);
        pointers.push(format!("/{name}"));
        pointers.extend(inner.iter().map(|inner| format!("/{name}{inner}")));
    }
    pointers
}

#[test]
fn the_table_of_all_flows_is_that_of_their_names() {
    let documentation = include_str!("../../../flow.rs");
    let (_, table) = documentation.split_once("//! # All flows").unwrap();
    let (table, _) = table.split_once("//! # Saving").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("//! | "));
    let mut documented: Vec<_> = rows
        .filter_map(|row| {
            row.trim_start_matches('[')
                .strip_prefix('`')?
                .split('`')
                .next()
        })
        .collect();
    documented.sort_unstable();
    let mut names: Vec<_> = SavedFlow::names().collect();
    names.sort_unstable();
    assert_eq!(
        documented, names,
        "the table `All flows` of flow.rs (left) and FLOWS of saved_flow.rs (right) differ"
    );
}
