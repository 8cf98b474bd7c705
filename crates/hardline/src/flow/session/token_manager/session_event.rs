use crate::flow::{RetryScheduled, SessionTokens};
use crate::wire::Error;

/// What happened to the session, or what the program must do for it.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionEvent {
    /// Look into the store for newer tokens, which another process may have put there, and call
    /// [`TokenManager::loaded`](crate::flow::TokenManager::loaded). Requests are held until then, at most 5 seconds.
    ///
    /// If the store has a lock, take it first, and release it when [`Refreshed`](SessionEvent::Refreshed) is saved or
    /// when [`RefreshFailed`](SessionEvent::RefreshFailed), [`RefreshRefused`](SessionEvent::RefreshRefused) or
    /// [`LoggedOut`](SessionEvent::LoggedOut) comes; at once if there are newer tokens. So processes that share a store
    /// refresh once. It may come again while the program holds the lock: before the session ends. Without an answer a refresh
    /// goes on, but no session ends. It comes only if the program [has a store](crate::flow::TokenManager::with_store).
    LoadTokens,
    /// There are new tokens: store them, since the old ones are, or will be, invalid. Then, if the program
    /// [has a store](crate::flow::TokenManager::with_store), call
    /// [`TokenManager::saved`](crate::flow::TokenManager::saved): no request uses the new tokens before.
    Refreshed(SessionTokens),
    /// The refresh failed and is retried automatically.
    RetryScheduled(RetryScheduled),
    /// The refresh failed for now. The session is unchanged, and a later request tries again.
    RefreshFailed(Error),
    /// The server refused to refresh for good, so the refresh token is not used again. The access token stays in use
    /// until the server refuses it too.
    RefreshRefused(Error),
    /// The session is over and its tokens are forgotten: delete the stored ones, and log in again.
    LoggedOut {
        /// The server's refusal of the access token; `None` if the program logged out or deactivated the account.
        /// Servers say in [`is_soft_logout`](Error::is_soft_logout) whether the device and its keys still exist, but
        /// not all of them say it reliably: delete no keys because of it.
        error: Option<Error>,
    },
}
