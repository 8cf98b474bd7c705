/// Which body of a request in [`Output::SendStreaming`] streams.
///
/// [`Output::SendStreaming`]: crate::flow::Output::SendStreaming
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyDirection {
    /// The request's, from the source that the program gave the transport; the response comes whole, as
    /// [`Input::Response`](crate::flow::Input::Response).
    Upload {
        /// The offset at which to open the source: how much of it the server has already. A source that cannot be opened
        /// there fails the request as [`Unsendable`](crate::wire::FailureClass::Unsendable).
        at: u64,
    },
    /// The response's: report its [`Input::Head`](crate::flow::Input::Head), and wait for
    /// [`Output::Receive`](crate::flow::Output::Receive).
    Download,
}

/// Where the body of a response goes, whose head the flow has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiveBody {
    /// Into the sink that the program gave the transport. Report
    /// [`Input::Progress`](crate::flow::Input::Progress) from time to time, and
    /// [`Input::BodyEnded`](crate::flow::Input::BodyEnded) at the end.
    ToSink {
        /// The offset in the sink at which to write; what is behind it is cut off first. With 0 the body begins anew.
        at: u64,
    },
    /// Into memory: report the whole response as [`Input::Response`](crate::flow::Input::Response).
    Whole {
        /// The most bytes to take. A larger body is [`TooLarge`](crate::wire::FailureClass::TooLarge).
        cap: u64,
    },
    /// Nowhere: drop it, and report nothing.
    Discard,
}

/// What came of a body that went into the sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyEnd {
    /// The length of the whole body, with what was there before it was resumed.
    pub bytes: u64,
    /// The SHA-256 of the whole body, if the transport computed it.
    pub sha256: Option<[u8; 32]>,
}
