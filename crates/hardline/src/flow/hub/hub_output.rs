use std::fmt;

use http::{Request, request};

use crate::flow::shown::{ShownRequest, shown_variant};
use crate::flow::{BodyDirection, FlowId, ReceiveBody, RequestId, SessionEvent};
use crate::types::Timestamp;

/// What to do for the flows of a [`Hub`](crate::flow::Hub): [`Output`](crate::flow::Output), and which flow it is about.
/// `Debug` shows neither the queries nor the header fields nor the bodies of requests.
#[must_use = "flows rely on their outputs being carried out"]
pub enum HubOutput<E, T> {
    /// Send this request as it is, and report the outcome under this ID.
    Send(RequestId, Request<Vec<u8>>),
    /// The same for a request or a response whose body is not held in memory.
    SendStreaming(RequestId, request::Parts, BodyDirection),
    /// Where the body of a response goes whose head was reported.
    Receive(RequestId, ReceiveBody),
    /// Nobody waits for this request any more: drop it.
    Cancel(RequestId),
    /// A flow tells the user or the program something.
    Event(FlowId, E),
    /// The session tells the program something.
    SessionEvent(SessionEvent),
    /// This flow is over, and no longer in the hub.
    Done(FlowId, T),
    /// Nothing to do for now: give the hub an [`Input::Timeout`](crate::flow::Input::Timeout) at this time. With `None`,
    /// only a pending response or the program can make it continue.
    Wait(Option<Timestamp>),
}

impl<E: fmt::Debug, T: fmt::Debug> fmt::Debug for HubOutput<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = |name, fields: &[&dyn fmt::Debug]| shown_variant(f, name, fields);
        match self {
            Self::Send(id, request) => shown("Send", &[id, &ShownRequest::from(request)]),
            Self::SendStreaming(id, head, direction) => {
                shown("SendStreaming", &[id, &ShownRequest::from(head), direction])
            }
            Self::Receive(id, body) => shown("Receive", &[id, body]),
            Self::Cancel(id) => shown("Cancel", &[id]),
            Self::Event(flow, event) => shown("Event", &[flow, event]),
            Self::SessionEvent(event) => shown("SessionEvent", &[event]),
            Self::Done(flow, done) => shown("Done", &[flow, done]),
            Self::Wait(until) => shown("Wait", &[until]),
        }
    }
}
