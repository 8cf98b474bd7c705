/// What takes a level of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoomAction {
    /// To invite.
    Invite,
    /// To remove somebody.
    Kick,
    /// To ban somebody.
    Ban,
    /// To redact others' events.
    RedactOthers,
    /// To notify everybody: `@room`.
    NotifyRoom,
}
