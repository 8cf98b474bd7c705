/// What can go wrong around a flow while it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// Of several requests, a later one is answered first.
    Reordered,
    /// The request is lost, or its response, and nothing shows it: the flow has to give up waiting.
    Lost,
    /// The transport fails, in any of its ways, before or after the server acted.
    Failed,
    /// The response arrives, and once more later.
    Duplicated,
    /// A response arrives for which the flow no longer waits.
    Late,
    /// Half of the response arrives.
    Truncated,
    /// Something in front of the server answers: an HTML page with status 200, 403, 502 or 504, a 401 or a 429 without
    /// an error code.
    Gateway,
    /// A timeout that nobody asked for.
    EarlyTimeout,
    /// The clock is set an hour back or forward.
    ClockStep,
    /// The flow is saved and loaded, if it can be.
    Saved,
    /// The program is closed while requests are in flight: like [`Saved`](Trouble::Saved), at any time.
    Interrupted,
    /// The user replies unasked, if it is an interactive flow: [`Reply::Resend`](crate::flow::Reply::Resend) or
    /// [`Reply::Done`](crate::flow::Reply::Done), or a browser comes back from a login of somebody else's.
    Unasked,
}

impl Trouble {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Reordered,
        Self::Lost,
        Self::Failed,
        Self::Duplicated,
        Self::Late,
        Self::Truncated,
        Self::Gateway,
        Self::EarlyTimeout,
        Self::ClockStep,
        Self::Saved,
        Self::Interrupted,
        Self::Unasked,
    ];
}
