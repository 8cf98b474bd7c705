//! Hardline over an event loop of one's own: a thousand flows in one thread, over mio. They share a session, whose access
//! token has expired, so one refresh comes before all of them.
mod connection;
mod server;

use std::collections::{HashMap, VecDeque};
use std::io::ErrorKind;
use std::time::SystemTime;

use connection::Connection;
use hardline::client_api::account::GetTokenOwner;
use hardline::flow::{Hub, HubOutput, Input, OperationFlow, SessionTokens, TokenManager};
use hardline::types::{AccessToken, RefreshToken, Timestamp};
use hardline::wire::{Failure, FailureClass, Target};
use mio::{Events, Poll, Token};

const FLOWS: usize = 1_000;
/// Each connection is a file descriptor here, and one in the server.
const CONNECTIONS: usize = 100;

fn now() -> Timestamp {
    SystemTime::now().into()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = server::start()?;
    let target = Target::homeserver(&format!("http://{}", server.address))?;
    let tokens = SessionTokens::new(AccessToken::from("expired"))
        .refreshed_with(RefreshToken::from("refresh"))
        .expiring_in(now(), std::time::Duration::ZERO);
    let mut hub = Hub::new(TokenManager::new(target.clone(), Some(tokens), 1));
    for (operation, seed) in std::iter::repeat_n(GetTokenOwner::new(), FLOWS).zip(1..) {
        hub.insert(OperationFlow::new(now(), operation, target.clone(), seed).unattended());
    }
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(CONNECTIONS));
    let (mut unsent, mut connections) = (VecDeque::new(), HashMap::new());
    let (mut opened, mut answered) = (0, 0);
    loop {
        let until = loop {
            match hub.poll_output(now()) {
                HubOutput::Send(id, request) => unsent.push_back((id, request)),
                HubOutput::SendStreaming(id, ..) => {
                    hub.handle_input(now(), Input::cannot_stream(id))
                }
                HubOutput::Cancel(id) => {
                    unsent.retain(|(other, _)| *other != id);
                    connections.retain(|_, (other, _)| *other != id);
                }
                HubOutput::Done(_, owner) => {
                    assert_eq!(owner?.value.user_id.as_str(), "@alice:example.org");
                    answered += 1;
                }
                HubOutput::Wait(until) => break until,
                // Another program stores the tokens that a session event brings.
                HubOutput::Event(..) | HubOutput::SessionEvent(_) | HubOutput::Receive(..) => {}
            }
        };
        if hub.is_empty() {
            break;
        }
        while connections.len() < CONNECTIONS
            && let Some((id, request)) = unsent.pop_front()
        {
            let connection = Connection::open(poll.registry(), Token(opened), &request)?;
            connections.insert(Token(opened), (id, connection));
            opened += 1;
        }
        match poll.poll(&mut events, until.map(|until| until - now())) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.into()),
            _ => hub.handle_input(now(), Input::Timeout), // a needless one does no harm
        }
        for token in events.iter().map(|event| event.token()) {
            let Some((id, connection)) = connections.get_mut(&token) else {
                continue;
            };
            let input = match connection.advance() {
                Ok(None) => continue,
                Ok(Some(response)) => Input::Response(*id, response),
                Err(error) => Input::Failed(*id, Failure::new(FailureClass::Interrupted, error)),
            };
            connections.remove(&token);
            hub.handle_input(now(), input);
        }
    }
    let (refreshes, requests) = server.counts();
    println!("{answered} flows, {refreshes} refresh, {requests} requests");
    Ok(())
}
