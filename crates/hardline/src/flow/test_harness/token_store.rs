use crate::flow::{SessionEvent, TokenManager};
use crate::types::Timestamp;

/// Plays the program that keeps the tokens of a session [in a store](TokenManager::with_store), which no other process
/// uses. A session without a store ignores the answers.
pub(super) fn answer(now: Timestamp, event: &SessionEvent, manager: &mut TokenManager) {
    match event {
        SessionEvent::LoadTokens => {
            let stored = manager.tokens().cloned();
            manager.loaded(now, stored);
        }
        SessionEvent::Refreshed(_) => manager.saved(now),
        SessionEvent::LoggedOut { .. }
        | SessionEvent::RefreshRefused(_)
        | SessionEvent::RefreshFailed(_)
        | SessionEvent::RetryScheduled(_) => {}
    }
}
