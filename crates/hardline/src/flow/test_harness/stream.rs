use bytes::Bytes;
use http::Response;

use crate::flow::BodyDirection;

/// A body on its way that the flow does not see.
///
/// ```text
/// Request --half of it--> HalfSent --> response
/// Asked --> Head --ToSink--> Body --half of the rest, and again--> ended
///             '--Whole--> Whole --> response
/// ```
pub(super) enum Stream {
    /// That of a request, from the source.
    Request,
    HalfSent,
    /// That of a response, which has not come yet.
    Asked,
    /// The head has come, and the flow says where the body goes.
    Head(Response<Bytes>),
    /// The rest of it goes into the sink.
    Body(Bytes),
    /// It goes to the flow.
    Whole(Response<Bytes>, u64),
}

impl Stream {
    pub(super) fn new(direction: BodyDirection) -> Self {
        match direction {
            BodyDirection::Upload { .. } => Self::Request,
            BodyDirection::Download => Self::Asked,
        }
    }
}
