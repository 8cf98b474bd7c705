use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;

use bytes::Bytes;
use hardline::flow::test_harness::{Answer, Choices, Trial, Trouble};
use hardline::flow::{FlowError, OperationFlow, Prompt, Reply};
use hardline::types::Timestamp;
use hardline::wire::{Endpoint, Error, ErrorCode, ErrorKind, Target};
use http::Request;

use super::Scenario;
use super::masked::{Masked, Mishap};
use super::personality::Personality;
use super::world::{BASE_URL, CLIENT_SECRET, PASSWORD, WRONG, World};

/// How a flow ends with a family.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ends {
    /// With success, and what it claims is done.
    Succeeds,
    /// With an error that names this code, or what the server lacks.
    Refused(String),
    /// It asks again and again, each time for this reason, until the person gives up.
    AsksAgain(String),
    /// It can go on only later: it stalls again and again for this reason, until the person gives up.
    Stalls(String),
    /// Another way.
    Otherwise(String),
}

impl Ends {
    /// How a flow ends that fails like this.
    pub(super) fn failing(error: &FlowError) -> Self {
        match error {
            FlowError::Refused { source, .. } => Self::Refused(code(source)),
            FlowError::NotAuthorized(refusal) => Self::Refused(refusal.error.to_string()),
            FlowError::NoOAuth(gap) => Self::Refused(format!("{gap:?}")),
            FlowError::RequiresOAuth { .. } => Self::Refused("RequiresOAuth".to_owned()),
            other => Self::Otherwise(other.to_string()),
        }
    }
}

/// How often a person tries the same again.
const PATIENCE: u32 = 16;
/// More requests than any flow needs.
const INPUTS: u32 = 200;

/// A flow meets a family, and a person who answers each kind of prompt wrongly this often before they answer rightly.
///
/// # Errors
/// What does not hold: the contract of flows, that a right reply is asked for once, that messages are sent only when
/// they are asked for.
pub fn meet<S: Scenario>(
    scenario: &S,
    personality: &'static Personality,
    mishap: Mishap,
    wrongs: u32,
    choices: Choices,
) -> Result<Ends, String> {
    let world = World::new(1);
    let flow = scenario.begin(&world);
    let messages = world.homeserver.inbox().messages().len();
    let mut server = Masked::new(&world, personality, mishap);
    let breaks = matches!(mishap, Mishap::EachOnce(canned) if canned.status != 429);
    let person = RefCell::new(Person::new(wrongs, breaks));
    let trial = Trial::new(
        flow,
        choices,
        |now: Timestamp, request: Request<Vec<u8>>| {
            let request = request.map(Bytes::from);
            scenario.arrives(&world, &request);
            server.handle(now, request)
        },
    )
    .with_person(|prompt, error| person.borrow_mut().answer(scenario, &world, prompt, error))
    .with_access_token(world.access_token.clone())
    .with_secrets([PASSWORD, CLIENT_SECRET, WRONG])
    .with_saving()
    .with_at_most(INPUTS);
    // What a network destroys is tried elsewhere: here only what must change nothing.
    let report = [
        Trouble::Lost,
        Trouble::Failed,
        Trouble::Truncated,
        Trouble::Gateway,
        Trouble::Interrupted,
        Trouble::Unasked,
    ]
    .into_iter()
    .fold(trial, Trial::without)
    .run()
    .map_err(|error| error.to_string())?;
    let person = person.into_inner();
    person.holds()?;
    let sent = world.homeserver.inbox().messages().len() - messages;
    if sent > 1 + person.messages {
        return Err(format!(
            "{sent} messages were sent, {} asked for",
            1 + person.messages
        ));
    }
    Ok(match report.outcome {
        Some(Ok(success)) if scenario.is_done(&world, &success) => Ends::Succeeds,
        Some(Ok(_)) => Ends::Otherwise("it is not done".to_owned()),
        Some(Err(FlowError::Cancelled)) => person.gave_up.expect("they gave up"),
        Some(Err(error)) => Ends::failing(&error),
        None => Ends::Otherwise("it waits".to_owned()),
    })
}

/// A flow that involves nobody meets a family.
///
/// # Errors
/// What does not hold of the contract of flows.
pub fn meet_alone<E: Endpoint<Response: Debug> + Debug>(
    operation: E,
    personality: &'static Personality,
    mishap: Mishap,
    choices: Choices,
) -> Result<Ends, String> {
    let world = World::new(1);
    let target = Target::homeserver(BASE_URL).expect("it is a URL");
    let flow = OperationFlow::new(world.now, operation, target, 1).unattended();
    let mut server = Masked::new(&world, personality, mishap);
    let trial = Trial::new(flow, choices, |now, request: Request<Vec<u8>>| {
        server.handle(now, request.map(Bytes::from))
    });
    let report = trial
        .with_access_token(world.access_token.clone())
        .with_at_most(INPUTS)
        .run()
        .map_err(|error| error.to_string())?;
    Ok(match report.outcome.expect("it waits for nobody") {
        Ok(_) => Ends::Succeeds,
        Err(error) => Ends::Refused(code(&error.into_error())),
    })
}

struct Person {
    wrongs: u32,
    /// A code may be answered by a server that is broken, or by something in front of it: like a wrong one.
    breaks: bool,
    /// How often a kind of prompt was answered wrongly, and rightly.
    given: BTreeMap<String, (u32, u32)>,
    tries: u32,
    messages: usize,
    gave_up: Option<Ends>,
}

impl Person {
    fn new(wrongs: u32, breaks: bool) -> Self {
        Self {
            wrongs,
            breaks,
            given: BTreeMap::new(),
            tries: 0,
            messages: 0,
            gave_up: None,
        }
    }

    fn answer<S: Scenario>(
        &mut self,
        scenario: &S,
        world: &World,
        prompt: &Prompt,
        error: Option<&Error>,
    ) -> Answer {
        let why = error.map(code).unwrap_or_default();
        let kind = kind(prompt);
        let (wrong, right) = self.given.get(&kind).copied().unwrap_or_default();
        // A right answer was not good enough, or nothing is to be answered.
        if right > 0 || *prompt == Prompt::Retry {
            self.tries += 1;
        }
        if self.tries > PATIENCE {
            self.gave_up = Some(match prompt {
                Prompt::Retry => Ends::Stalls(why),
                _ => Ends::AsksAgain(why),
            });
            return Answer::Cancel;
        }
        if *prompt == Prompt::Retry {
            return Answer::Retry;
        }
        // The session of a code has ended: no other code is right.
        if error.is_some_and(|error| error.errcode() == Some(&ErrorCode::SessionExpired))
            && matches!(prompt, Prompt::Code { .. })
        {
            // The flow may ask for another message by itself, too.
            self.messages += 2;
            self.given.remove(&kind);
            return Reply::Resend.into();
        }
        if matches!(prompt, Prompt::NewMessage { .. }) {
            self.messages += 1;
            self.given.remove("Code");
            self.given.remove("Confirmation");
            return Reply::Resend.into();
        }
        let reply = (wrong < self.wrongs)
            .then(|| scenario.wrong_reply(world, prompt))
            .flatten();
        let counts = self.given.entry(kind).or_default();
        match &reply {
            Some(_) => counts.0 += 1,
            None => counts.1 += 1,
        }
        let reply = reply.unwrap_or_else(|| scenario.reply(world, prompt));
        self.messages += usize::from(matches!(reply, Reply::Resend | Reply::Threepid(_)));
        reply.into()
    }

    /// Nobody is asked twice for what they answered rightly, if the flow gets anywhere.
    fn holds(&self) -> Result<(), String> {
        // Where the homeserver is looks wrong as long as something in front of it answers.
        let mut asked = self.given.iter().filter(|(kind, _)| *kind != "Homeserver");
        let most = |kind: &str| 1 + u32::from(self.breaks && kind == "Code");
        match asked.find(|(kind, (_, right))| *right > most(kind) && self.gave_up.is_none()) {
            Some((kind, (_, right))) => Err(format!("{kind} was answered rightly {right} times")),
            None => Ok(()),
        }
    }
}

fn kind(prompt: &Prompt) -> String {
    let text = format!("{prompt:?}");
    let end = text.find([' ', '(']).unwrap_or(text.len());
    text[..end].to_owned()
}

/// What an error is known by: its code, its status, or what failed.
pub(super) fn code(error: &Error) -> String {
    if let (None, Some(code)) = (error.errcode(), error.oauth_error()) {
        return code.to_string();
    }
    match (error.errcode(), error.kind()) {
        (Some(code), _) => code.as_str().to_owned(),
        (None, ErrorKind::Uia(_)) => "401 with flows".to_owned(),
        (None, _) => error
            .status()
            .map_or_else(|| error.to_string(), |status| status.as_u16().to_string()),
    }
}
