use crate::flow::{NotAwaited, Prompt, Reply};

/// What speaks in a conversation: its logic, or a part of that. [`FlowLogic::active`] says which.
///
/// [`FlowLogic::active`]: super::FlowLogic::active
pub(crate) trait Part {
    /// What it asks of the user or the program in its state.
    fn prompt(&self) -> Option<Prompt>;

    /// Takes a reply. `is_calling` says that a request is in progress.
    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited>;

    /// Its state, by the name that it has in the diagram of its file.
    fn state(&self) -> &'static str;
}

/// What a reply led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replied {
    /// Drop what is in progress and call `advance` from the start.
    Restart,
    /// The reply is recorded; what is in progress continues.
    Continue,
}
