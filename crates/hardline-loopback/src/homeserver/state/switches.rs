use crate::personality::Personality;

/// Where the specification leaves a homeserver the choice: what it was set up to do.
#[derive(Clone, Copy)]
pub(crate) struct Switches {
    /// Whether a later request of an authentication session may leave out what the first one had.
    pub(crate) remembers_request: bool,
    /// Whether the identity server in a request for a message begins the validation session, if the homeserver trusts it.
    pub(crate) delegates_validation: bool,
    /// Whether guests may register.
    pub(crate) lets_guests_in: bool,
    /// The family of servers that it answers like.
    pub(crate) personality: Option<&'static Personality>,
}

impl Default for Switches {
    /// As Synapse does, but for guests, whom it has to be told to let in.
    fn default() -> Self {
        Self {
            remembers_request: true,
            delegates_validation: false,
            lets_guests_in: true,
            personality: None,
        }
    }
}
