use std::time::Duration;

use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::session::Logout;
use hardline::flow::test_harness::{HubEvent, HubFlow, Trial};
use hardline::flow::{
    AddThreepid, DeviceLogin, Flow, FlowError, FlowEvent, FlowId, Hub, Input, InteractiveFlow,
    OAuthLogin, OperationFlow, Output, Prompt, Reply, ThreepidInput, TokenManager,
};
use hardline::types::{ClientSecret, CountryCode, Password, Timestamp, UserId, ValidationToken};
use hardline::wire::{BaseUrl, Homeserver, Target};
use http::Request;
use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};

use super::expectations::{LONGEST_WAIT, SECRETS, START};
use super::flows::{device_login, oauth_login};
use super::played::{Played, redirected};
use super::script::Script;
use super::scripted::is_at;
use super::tokens::{SESSION_TOKEN, Tokens};
use crate::simulation::{BASE_URL, CLIENT_SECRET, PASSWORD, WRONG};

/// A hub and a script of events for it: the hub and its flows keep the contract of flows together, every flow is done
/// once, and the session's tokens go to its server alone.
///
/// The first line contains the flows, a letter each, and the session, as in scripts for [`flow_any`](super::flow_any).
/// Each further line is a step of such a script; the user has the same reply to every prompt of a kind.
pub fn hub(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let (letters, session) = script.opening();
    let tokens = session.unwrap_or(Tokens::Missing);
    let played = Played::read(&mut script);
    let target = || Target::homeserver(BASE_URL).unwrap();
    let mut hub = Hub::new(TokenManager::new(target(), tokens.at(START), 1));
    let mut logs_out = false;
    for (letter, index) in letters.iter().zip(0..MOST) {
        hub.insert(match letter {
            // Two that send the same are taken for one that repeats itself.
            b'l' if !std::mem::replace(&mut logs_out, true) => {
                Member::Logout(OperationFlow::new(START, Logout::new(), target(), 1))
            }
            b'b' => Member::OnAPage(Box::new(oauth_login([index as u8; 32]))),
            b'd' => Member::ByACode(Box::new(device_login([index as u8; 32]))),
            b'o' => Member::Owner(OperationFlow::new(START, GetTokenOwner::new(), target(), 1)),
            _ => Member::Add(Box::new(add(index))),
        });
    }
    let begun: Vec<_> = hub.flows().map(|(id, _)| id).collect();
    let server = |_: Timestamp, request: Request<Vec<u8>>| {
        let has_token = request.headers().contains_key(AUTHORIZATION);
        assert!(
            !has_token || is_at(&request, BASE_URL),
            "{} has a token",
            request.uri()
        );
        played.answer(&request)
    };
    // Who waits for a person asks as seldom as the server wants.
    let longest_wait = match letters.contains(&b'd') {
        true => Duration::MAX,
        false => LONGEST_WAIT,
    };
    let mut done = Vec::new();
    let trial = Trial::new(HubFlow::new(START, hub), played.choices(), server)
        .with_program(|flow: &mut HubFlow<Member>, event, now| match event {
            HubEvent::Event(id, event) => answer(flow.hub_mut(), *id, event, now),
            HubEvent::Done(id, _) => done.push(*id),
            HubEvent::Session(_) => {}
        })
        .with_secrets(
            SECRETS
                .into_iter()
                .filter(|secret| *secret != SESSION_TOKEN),
        )
        .with_longest_wait(longest_wait)
        .with_at_most(AT_MOST)
        .with_pending(HubFlow::is_holding)
        .with_saving();
    let report = trial.run().unwrap_or_else(|error| panic!("{error}"));
    assert!(report.outcome.is_some(), "nobody is left waiting");
    done.sort_unstable();
    done.dedup();
    assert_eq!(done, begun);
}

/// The most flows.
const MOST: u32 = 8;

/// The most inputs: flows have theirs side by side.
const AT_MOST: u32 = 10_000;

#[derive(Debug, Serialize, Deserialize)]
enum Member {
    Add(Box<AddThreepid>),
    OnAPage(Box<OAuthLogin>),
    ByACode(Box<DeviceLogin>),
    Logout(OperationFlow<Logout>),
    Owner(OperationFlow<GetTokenOwner>),
}

impl Flow for Member {
    type Event = FlowEvent;
    type Outcome = Result<(), FlowError>;

    fn poll_output(&mut self) -> Output<FlowEvent, Self::Outcome> {
        match self {
            Self::Add(flow) => flow.poll_output(),
            Self::OnAPage(flow) => flow.poll_output().map(|event| event, |done| done.map(drop)),
            Self::ByACode(flow) => flow.poll_output().map(|event| event, |done| done.map(drop)),
            Self::Logout(flow) => flow.poll_output().map(|event| event, |done| done.map(drop)),
            Self::Owner(flow) => flow.poll_output().map(|event| event, |done| done.map(drop)),
        }
    }

    fn handle_input(&mut self, now: Timestamp, input: Input) {
        match self {
            Self::Add(flow) => flow.handle_input(now, input),
            Self::OnAPage(flow) => flow.handle_input(now, input),
            Self::ByACode(flow) => flow.handle_input(now, input),
            Self::Logout(flow) => flow.handle_input(now, input),
            Self::Owner(flow) => flow.handle_input(now, input),
        }
    }

    fn state(&self) -> &'static str {
        match self {
            Self::Add(flow) => flow.state(),
            Self::OnAPage(flow) => flow.state(),
            Self::ByACode(flow) => flow.state(),
            Self::Logout(flow) => flow.state(),
            Self::Owner(flow) => flow.state(),
        }
    }
}

/// What the user does, which depends on nothing but the event.
fn answer(hub: &mut Hub<Member>, id: FlowId, event: &FlowEvent, now: Timestamp) {
    let Some(member) = hub.flow_mut(id) else {
        return;
    };
    // What is not awaited any more changes nothing.
    let _ = match (member, event) {
        (Member::Add(flow), FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. }) => {
            match prompt {
                Prompt::Code { .. } => flow.reply(now, Reply::Code(ValidationToken::from(WRONG))),
                Prompt::Password => flow.reply(now, Reply::Password(Password::from(PASSWORD))),
                Prompt::Confirmation { .. } => flow.reply(now, Reply::Done),
                Prompt::NewMessage { .. } => flow.reply(now, Reply::Resend),
                _ => flow.cancel(now),
            }
        }
        (Member::Add(flow), FlowEvent::Stalled(_)) => flow.cancel(now),
        (Member::OnAPage(flow), FlowEvent::Asks(prompt) | FlowEvent::Rejected { prompt, .. }) => {
            flow.reply(now, redirected(prompt, &format!("code={WRONG}")))
        }
        (Member::OnAPage(flow), FlowEvent::Stalled(_)) => flow.cancel(now),
        // They type the code, or they do not.
        (Member::ByACode(flow), FlowEvent::Stalled(_)) => flow.cancel(now),
        (Member::Logout(flow), FlowEvent::Asks(_) | FlowEvent::Stalled(_)) => flow.cancel(now),
        (Member::Owner(flow), FlowEvent::Asks(_) | FlowEvent::Stalled(_)) => flow.cancel(now),
        _ => Ok(()),
    };
}

fn add(index: u32) -> AddThreepid {
    AddThreepid::new(
        START,
        Homeserver::new(BaseUrl::parse(BASE_URL).unwrap()),
        UserId::parse("@alice:example.org").unwrap(),
        ThreepidInput::phone(
            CountryCode::parse("GB").unwrap(),
            format!("0770090000{index}"),
        ),
        ClientSecret::parse(format!("{CLIENT_SECRET}{index}")).unwrap(),
    )
}
