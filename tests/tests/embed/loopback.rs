//! A program over any HTTP library, which drives a core by its outputs.

use hardline::client::BlockingTransport;
use hardline::embed::{Core, CoreInput, CoreOutput, OutputKind};
use hardline_loopback::{Loopback, LoopbackTransport};
use hardline_tests::raw_socket;
use http::Request;
use serde_json::{Value, json};

const NUMBER: &str = "07700900001";
const MSISDN: &str = "447700900001";
const PASSWORD: &str = "wonderland";

/// What a flow ended with, and the events before.
struct Story {
    outcome: Result<Value, Value>,
    events: Vec<String>,
}

struct Program {
    core: Core,
    transport: LoopbackTransport,
    flows: u8,
}

impl Program {
    fn new(loopback: &Loopback, config: &str) -> Self {
        Self {
            core: Core::new(config).unwrap(),
            transport: loopback.transport(),
            flows: 0,
        }
    }

    fn open(&mut self, flow: &str, arguments: &Value) -> u64 {
        self.flows += 1;
        let arguments = arguments.to_string();
        self.core
            .open(now(), flow, &arguments, [self.flows; 32])
            .unwrap()
    }

    /// Runs a flow to its end, or until `reply` has nothing to say to an event.
    fn run(&mut self, flow: u64, reply: &mut dyn FnMut(&Value) -> Option<Value>) -> Option<Story> {
        let mut events = Vec::new();
        loop {
            let output = self.core.next(now());
            match output.kind {
                OutputKind::Send => {
                    let told = self.send(&output);
                    self.core.tell(now(), told).unwrap();
                }
                OutputKind::Event => {
                    let event = parse(&output.value);
                    events.push(format!(
                        "{} {}",
                        text(&event["type"]),
                        text(&event["prompt"]["type"])
                    ));
                    if matches!(text(&event["type"]), "asks" | "rejected") {
                        let reply = reply(&event)?;
                        self.core.reply(now(), flow, &reply.to_string()).unwrap();
                    }
                }
                OutputKind::Done => {
                    let outcome = Ok(parse(&output.value));
                    return Some(Story { outcome, events });
                }
                OutputKind::Failed => {
                    let outcome = Err(parse(&output.value));
                    return Some(Story { outcome, events });
                }
                OutputKind::Wait => {
                    let until = output.millis.expect("no reply is awaited");
                    std::thread::sleep(std::time::Duration::from_millis(
                        until.saturating_sub(now()),
                    ));
                    self.core.tell(now(), CoreInput::Timeout).unwrap();
                }
                kind => panic!("{kind:?}"),
            }
        }
    }

    fn send(&self, output: &CoreOutput) -> CoreInput {
        let mut request = Request::builder()
            .method(output.method.as_str())
            .uri(&output.url);
        for (name, value) in &output.headers {
            request = request.header(name, value);
        }
        let request = request.body(output.body.clone()).unwrap();
        match BlockingTransport::send(&self.transport, request) {
            Ok(response) => {
                let headers = response.headers().iter();
                let headers = headers
                    .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
                CoreInput::Response {
                    request: output.request,
                    status: response.status().as_u16(),
                    headers: headers.collect(),
                    body: response.body().to_vec(),
                }
            }
            Err(failure) => CoreInput::Failed {
                request: output.request,
                class: failure.class().as_str().to_owned(),
                message: failure.to_string(),
            },
        }
    }

    fn call(&mut self, operation: &str, arguments: &Value) -> Value {
        let flow = self.open(
            "call",
            &json!({ "operation": operation, "arguments": arguments }),
        );
        let story = self.run(flow, &mut |_| None).unwrap();
        story.outcome.unwrap()["value"].clone()
    }

    fn log_in(&mut self) {
        let login = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": "alice" },
        });
        let flow = self.open("log_in", &json!({ "login": login }));
        let password = json!({ "type": "password", "password": PASSWORD });
        let story = self.run(flow, &mut |_| Some(password.clone())).unwrap();
        assert_eq!(story.events, ["asks password"]);
        assert_eq!(story.outcome.unwrap()["user_id"], json!(self.user()));
    }

    fn user(&self) -> String {
        text(&parse(&self.core.session())["user_id"]).to_owned()
    }
}

fn now() -> u64 {
    raw_socket::now().as_millis()
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn loopback() -> Loopback {
    Loopback::builder()
        .account("alice", PASSWORD)
        .start()
        .unwrap()
}

fn config(loopback: &Loopback) -> String {
    json!({ "homeserver": loopback.url() }).to_string()
}

#[test]
fn a_phone_number_is_added_across_a_restart() {
    let loopback = loopback();
    let mut program = Program::new(&loopback, &config(&loopback));
    program.log_in();
    let threepid = json!({ "country": "GB", "number": NUMBER });
    let flow = program.open("add_threepid", &json!({ "threepid": threepid }));
    let mut wrong = vec![json!({ "type": "code", "code": "0" })];
    assert!(
        program.run(flow, &mut |_| wrong.pop()).is_none(),
        "the code is wrong"
    );
    while program.core.next(now()).kind != OutputKind::Wait {}

    let saved = program.core.save(flow).unwrap();
    let session = program.core.session();
    let mut program = Program::new(&loopback, &session);
    let flow = program.core.load(now(), &saved).unwrap();
    let prompt = parse(&program.core.prompt(flow).unwrap());
    assert_eq!(prompt, json!({ "type": "code", "send_attempt": 1 }));
    let code = loopback
        .inbox()
        .last_to(MSISDN)
        .unwrap()
        .token
        .reveal()
        .to_owned();
    let reply = json!({ "type": "code", "code": code }).to_string();
    program.core.reply(now(), flow, &reply).unwrap();
    let password = json!({ "type": "password", "password": PASSWORD });
    let story = program.run(flow, &mut |_| Some(password.clone())).unwrap();
    assert_eq!(story.events, ["validated ", "asks password"]);
    assert_eq!(story.outcome.unwrap(), json!({}));
    let threepids = program.call("cs:getAccount3PIDs", &json!({}));
    assert_eq!(threepids["threepids"][0]["address"], json!(MSISDN));
}

#[test]
fn a_message_is_sent_and_seen_by_a_sync() {
    let loopback = loopback();
    let mut program = Program::new(&loopback, &config(&loopback));
    program.log_in();
    let room = program.call("cs:createRoom", &json!({}))["room_id"].clone();
    let content = json!({ "msgtype": "m.text", "body": "hello" });
    let sent = json!({
        "roomId": room, "eventType": "m.room.message", "txnId": "1", "content": content,
    });
    let event_id = program.call("cs:sendMessage", &sent)["event_id"].clone();
    let sync = program.call("cs:sync", &json!({}));
    let events = &sync["rooms"]["join"][text(&room)]["timeline"]["events"];
    let found = events
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["event_id"] == event_id);
    assert_eq!(found.unwrap()["content"], content);
}

#[test]
fn a_homeserver_is_found_and_a_wrong_login_says_why() {
    let loopback = loopback();
    let mut program = Program::new(&loopback, "{}");
    let flow = program.open("discovery", &json!({ "address": loopback.url() }));
    let story = program.run(flow, &mut |_| None).unwrap();
    assert_eq!(story.outcome.unwrap()["homeserver"], json!(loopback.url()));
    let arguments = json!({ "login": { "type": "org.example.login" } });
    let flow = program.open("log_in", &arguments);
    let story = program.run(flow, &mut |_| None).unwrap();
    let error = story.outcome.unwrap_err();
    assert_eq!(error["code"], json!(402), "{error}");
    assert_eq!(error["wanted"], json!("org.example.login"));
}
