use std::collections::BTreeMap;

use hardline::embed::{self, Core, CoreInput, CoreOutput, EmbedError, OutputKind};
use serde_json::{Value, json};

use crate::expected::check;

/// A case on its way: see `tests/embed/README.md`.
pub(crate) struct Played {
    core: Core,
    now: u64,
    flows: BTreeMap<String, u64>,
    requests: BTreeMap<String, u64>,
    saved: BTreeMap<String, String>,
    /// What the last reply was answered with.
    said: Value,
}

/// The most outputs before a core has to wait.
const AT_MOST: usize = 100;

impl Played {
    pub(crate) fn begin(config: &Value) -> Self {
        Self {
            core: Core::new(&config.to_string()).unwrap(),
            now: 0,
            flows: BTreeMap::from([("session".to_owned(), 0)]),
            requests: BTreeMap::new(),
            saved: BTreeMap::new(),
            said: Value::Null,
        }
    }

    /// Does a step.
    ///
    /// # Errors
    /// What is not as the step expects it.
    pub(crate) fn step(&mut self, step: &Value) -> Result<(), String> {
        let (name, step) = step.as_object().unwrap().iter().next().unwrap();
        let outcome = match name.as_str() {
            "now" => {
                self.now = step.as_u64().unwrap();
                Ok(())
            }
            "next" => return self.outputs(step.as_array().unwrap()),
            "prompt" => {
                let prompt = self.core.prompt(self.flow(step));
                let prompt = prompt.map_or(Value::Null, |text| parse(&text));
                return check(&step["is"], &prompt, "prompt");
            }
            "session" => return check(step, &parse(&self.core.session()), "session"),
            "restart" => {
                self.core = Core::new(&self.core.session()).unwrap();
                Ok(())
            }
            "encode" => return self.encode(step),
            "decode" => return self.decode(step),
            name => self.call(name, step),
        };
        ended(step, outcome)?;
        match step.get("is") {
            Some(said) => check(said, &self.said, "what it says"),
            None => Ok(()),
        }
    }

    fn call(&mut self, name: &str, step: &Value) -> Result<(), EmbedError> {
        let now = self.now;
        match name {
            "open" => {
                let arguments = step
                    .get("arguments")
                    .map_or_else(String::new, Value::to_string);
                let entropy = [step["entropy"].as_u64().unwrap_or(7) as u8; 32];
                let id = self
                    .core
                    .open(now, text(step, "flow"), &arguments, entropy)?;
                self.name(step, id);
                Ok(())
            }
            "load" => {
                let id = self.core.load(now, &self.saved[text(step, "saved")])?;
                self.name(step, id);
                Ok(())
            }
            "save" => {
                let saved = self.core.save(self.flow(step))?;
                self.saved.insert(text(step, "as").to_owned(), saved);
                Ok(())
            }
            "reply" => {
                let reply = step["reply"].to_string();
                let said = self.core.reply(now, self.flow(step), &reply)?;
                self.said = parse(&said);
                Ok(())
            }
            "retry" => self.core.retry(now, self.flow(step)),
            "cancel" => self.core.cancel(now, self.flow(step)),
            name => {
                let input = self.input(name, step);
                self.core.tell(now, input)
            }
        }
    }

    fn input(&self, name: &str, step: &Value) -> CoreInput {
        if name == "timeout" {
            return CoreInput::Timeout;
        }
        let request = self.requests[text(step, "request")];
        match name {
            "response" => CoreInput::Response {
                request,
                status: status(step),
                headers: headers(step),
                body: body(step),
            },
            "failed" => CoreInput::Failed {
                request,
                class: text(step, "class").to_owned(),
                message: "a case says so".to_owned(),
            },
            "head" => CoreInput::Head {
                request,
                status: status(step),
                headers: headers(step),
            },
            "progress" => CoreInput::Progress {
                request,
                bytes: step["bytes"].as_u64().unwrap(),
            },
            "body_ended" => CoreInput::BodyEnded {
                request,
                bytes: step["bytes"].as_u64().unwrap(),
                sha256: None,
            },
            name => panic!("there is no step {name}"),
        }
    }

    fn outputs(&mut self, expected: &[Value]) -> Result<(), String> {
        let mut outputs = Vec::new();
        while outputs
            .last()
            .is_none_or(|last: &CoreOutput| last.kind != OutputKind::Wait)
        {
            assert!(outputs.len() < AT_MOST, "the core does not come to rest");
            outputs.push(self.core.next(self.now));
        }
        let is_told = expected.last().is_some_and(|last| last["kind"] == "wait");
        if !is_told && outputs.last().is_some_and(|wait| wait.millis.is_none()) {
            outputs.pop();
        }
        let shown: Vec<_> = outputs.iter().map(|output| self.shown(output)).collect();
        if shown.len() != expected.len() {
            return Err(format!("the outputs are {}", Value::from(shown)));
        }
        for (index, (expected, shown)) in expected.iter().zip(&shown).enumerate() {
            if let Some(name) = expected["as"].as_str() {
                self.requests
                    .insert(name.to_owned(), outputs[index].request);
            }
            let mut expected = expected.clone();
            let members = expected.as_object_mut().unwrap();
            members.remove("as");
            for (member, names) in [("flow", &self.flows), ("request", &self.requests)] {
                if let Some(name) = members.get(member).and_then(Value::as_str) {
                    let id = json!(names[name]);
                    members.insert(member.to_owned(), id);
                }
            }
            check(&expected, shown, &format!("output {index}"))
                .map_err(|why| format!("{why}: {}", shown.clone()))?;
        }
        Ok(())
    }

    /// An output as cases write it.
    fn shown(&self, output: &CoreOutput) -> Value {
        let headers: BTreeMap<_, _> = output.headers.iter().cloned().collect();
        let body = String::from_utf8(output.body.clone()).unwrap();
        let mut shown = json!({
            "kind": output.kind.as_str(),
            "flow": output.flow,
            "request": output.request,
            "method": output.method,
            "url": output.url,
            "headers": headers,
            "body": serde_json::from_str(&body).unwrap_or(Value::String(body)),
        });
        if let Some(millis) = output.millis {
            shown["millis"] = json!(millis);
        }
        if !output.value.is_empty() {
            shown["value"] = parse(&output.value);
        }
        shown
    }

    fn encode(&self, step: &Value) -> Result<(), String> {
        let arguments = step
            .get("arguments")
            .map_or_else(String::new, Value::to_string);
        let (operation, base_url) = (text(step, "operation"), text(step, "base_url"));
        match embed::encode(operation, &arguments, base_url, step["token"].as_str()) {
            Ok(request) => check(&step["is"], &self.shown(&request), "request"),
            Err(error) => ended(step, Err(error)),
        }
    }

    fn decode(&self, step: &Value) -> Result<(), String> {
        let (operation, headers) = (text(step, "operation"), headers(step));
        match embed::decode(self.now, operation, status(step), headers, body(step)) {
            Ok(done) => check(&step["is"], &parse(&done), "value"),
            Err(error) => ended(step, Err(error)),
        }
    }

    fn flow(&self, step: &Value) -> u64 {
        self.flows[text(step, "flow")]
    }

    fn name(&mut self, step: &Value, id: u64) {
        self.flows.insert(text(step, "as").to_owned(), id);
    }
}

/// A call ends as the step expects it.
fn ended(step: &Value, outcome: Result<(), EmbedError>) -> Result<(), String> {
    match (step.get("error"), outcome) {
        (None, Ok(())) => Ok(()),
        (Some(expected), Err(error)) => check(expected, &parse(&error.to_json()), "error"),
        (None, Err(error)) => Err(format!("it fails: {}", error.to_json())),
        (Some(expected), Ok(())) => Err(format!("it succeeds, and does not fail as {expected}")),
    }
}

fn text<'a>(step: &'a Value, member: &str) -> &'a str {
    step[member]
        .as_str()
        .unwrap_or_else(|| panic!("{step} lacks {member}"))
}

fn status(step: &Value) -> u16 {
    let status = step["status"].as_u64().unwrap_or(200);
    status.try_into().unwrap()
}

fn headers(step: &Value) -> Vec<(String, String)> {
    let pairs = step["headers"].as_array().cloned().unwrap_or_default();
    pairs
        .into_iter()
        .map(|pair| serde_json::from_value(pair).unwrap())
        .collect()
}

fn body(step: &Value) -> Vec<u8> {
    match step.get("body") {
        None => b"{}".to_vec(),
        Some(Value::String(text)) => text.clone().into_bytes(),
        Some(value) => value.to_string().into_bytes(),
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("{text} is not JSON"))
}
