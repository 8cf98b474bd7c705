use std::collections::BTreeMap;

use bytes::Bytes;
use hardline::flow::RequestId;
use http::Response;

use super::faults::NetworkFault;

/// The bodies that stream: they come from one source and go into one sink.
#[derive(Default)]
pub(super) struct Streams {
    pub(super) source: Bytes,
    pub(super) sink: Vec<u8>,
    /// The responses whose bodies stream, as far as they have come.
    pub(super) responses: BTreeMap<RequestId, Awaited>,
}

pub(super) enum Awaited {
    /// The head has not come.
    Head,
    /// The flow says where the body goes.
    Body(Response<Bytes>, NetworkFault),
    /// It goes there.
    Nothing,
}

/// What of a body arrives at once.
pub(super) enum BodyPart {
    Some(Bytes),
    End,
}

impl Streams {
    pub(super) fn waits_for_head(&self, id: RequestId) -> bool {
        matches!(self.responses.get(&id), Some(Awaited::Head))
    }
}
