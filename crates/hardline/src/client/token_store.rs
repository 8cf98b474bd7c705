use crate::flow::SessionTokens;

/// Where a program keeps the tokens of a session, so that they outlive it, and so that several processes can use one
/// session: a file, a keychain, a database. Set it with [`Client::with_store`](crate::client::Client::with_store).
///
/// Before every refresh, and before the session ends, the client [loads](TokenStore::load): if another process has
/// refreshed, its tokens are used, and nothing is sent. New tokens are [saved](TokenStore::save) before any request uses
/// them, so a crash in between loses nothing. What the store holds is secret: nobody else may read it.
///
/// Processes that share a store need a lock, or two of them may refresh at once, of which one then has tokens that are
/// dead. Take it in `load`, which waits for it, and give it up in [`release`](TokenStore::release), which comes after
/// each `load`, whatever happened in between: the new tokens were saved, the refresh failed, or there was none to do.
///
/// The methods are called in the task that happens to move the refresh on, never two at a time, and may use the client
/// only to read. They may block for a moment, as files and locks do; after 5 seconds the client goes on without an
/// answer.
///
/// ```
/// use std::sync::Mutex;
/// use hardline::client::TokenStore;
/// use hardline::flow::SessionTokens;
///
/// #[derive(Default)]
/// struct InMemory(Mutex<Option<SessionTokens>>);
///
/// impl TokenStore for InMemory {
///     fn load(&self) -> Option<SessionTokens> {
///         self.0.lock().unwrap().clone()
///     }
///
///     fn save(&self, tokens: &SessionTokens) {
///         *self.0.lock().unwrap() = Some(tokens.clone());
///     }
///
///     fn forget(&self) {
///         *self.0.lock().unwrap() = None;
///     }
/// }
/// ```
pub trait TokenStore: Send + Sync {
    /// The tokens in the store, which may be the ones in use. Takes the lock first, if there is one.
    fn load(&self) -> Option<SessionTokens>;

    /// Puts new tokens in place of the old ones, which are, or will be, invalid. If that fails, the client goes on all the
    /// same, since there is nothing to go back to: tell the user that the program will have to log in again.
    fn save(&self, tokens: &SessionTokens);

    /// The session is over: deletes the tokens.
    fn forget(&self);

    /// Gives up the lock that [`load`](TokenStore::load) took.
    fn release(&self) {}
}
