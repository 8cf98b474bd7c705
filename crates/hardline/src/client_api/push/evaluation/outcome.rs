use crate::client_api::push::PushAction;

/// What actions come to.
///
/// ```
/// use hardline::client_api::push::{PushAction, PushOutcome};
///
/// let outcome = PushOutcome::from([PushAction::Notify, PushAction::sound("ring")].as_slice());
/// assert!(outcome.notify && !outcome.highlight);
/// assert_eq!(outcome.sound.as_deref(), Some("ring"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushOutcome {
    /// The user is notified: the event counts as unread.
    pub notify: bool,
    /// The event is highlighted. It counts as highlighted only if the user is notified too.
    pub highlight: bool,
    /// The sound that is played; `default` is the system's own.
    pub sound: Option<String>,
}

impl From<&[PushAction]> for PushOutcome {
    fn from(actions: &[PushAction]) -> Self {
        let mut outcome = Self::default();
        for action in actions {
            match action {
                PushAction::Notify => outcome.notify = true,
                PushAction::SetTweak { name, value } if name == "sound" => {
                    outcome.sound = value.as_ref().and_then(|value| value.deserialize().ok());
                }
                PushAction::SetTweak { name, .. } if name == "highlight" => {
                    outcome.highlight = action.is_highlight();
                }
                PushAction::SetTweak { .. } | PushAction::Other(_) => {}
            }
        }
        outcome
    }
}
