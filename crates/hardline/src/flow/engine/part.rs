use crate::flow::{NotAwaited, Prompt, Reply};

/// What speaks in a conversation: its logic, or a part of that. [`FlowLogic::active`] says which.
///
/// The engine answers for a flow that has stalled or is over; a part need not know either.
///
/// [`FlowLogic::active`]: super::FlowLogic::active
pub(crate) trait Part {
    /// What it asks of the user or the program in its state: what the last [`Asks`](crate::flow::FlowEvent::Asks) or
    /// [`Rejected`](crate::flow::FlowEvent::Rejected) said, as long as a reply to it is taken. A loaded flow asks
    /// again by this alone.
    fn prompt(&self) -> Option<Prompt>;

    /// Takes a reply, or refuses it and changes nothing. It comes at any time, also while a request is in progress, as
    /// `is_calling` says, and while the flow has stalled.
    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited>;

    /// Its state, by the name that it has in the diagram of its file. A state that the first poll leaves is `new` there.
    fn state(&self) -> &'static str;
}

/// What a reply led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replied {
    /// Drop what is in progress, a request in flight included, and call `advance` in the state that the reply led to.
    Restart,
    /// The reply is recorded; what is in progress continues.
    Continue,
}
