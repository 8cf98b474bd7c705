use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hardline::client::TokenStore;
use hardline::flow::SessionTokens;

use crate::cli_error::CliError;
use crate::interrupt::Interrupt;
use crate::session_file::{SavedSession, SessionFile};
use crate::session_lock::SessionLock;

/// The tokens of a session in its file, for a client: other commands may use the same session at the same time, and of two
/// that refresh it at once one would be left with tokens that are dead.
#[derive(Clone)]
pub(crate) struct SessionStore {
    file: SessionFile,
    /// The session as it was at first.
    session: Arc<SavedSession>,
    interrupt: Interrupt,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    lock: Option<SessionLock>,
    /// Why new tokens are not in the file.
    error: Option<CliError>,
}

impl SessionStore {
    pub(crate) fn new(file: SessionFile, session: SavedSession, interrupt: Interrupt) -> Self {
        Self {
            file,
            session: Arc::new(session),
            interrupt,
            state: Arc::default(),
        }
    }

    /// Why new tokens could not be saved, if they could not.
    pub(crate) fn take_error(&self) -> Option<CliError> {
        self.state().error.take()
    }

    /// A panic elsewhere leaves nothing half-written here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the file holds, if it is still this session: somebody may have logged out meanwhile, and in as somebody else.
    fn saved(&self) -> Result<Option<SavedSession>, CliError> {
        let saved = self.file.load()?;
        Ok(saved.filter(|saved| saved.is_same(&self.session)))
    }
}

impl TokenStore for SessionStore {
    fn load(&self) -> Option<SessionTokens> {
        let mut state = self.state();
        if state.lock.is_none() {
            state.lock = SessionLock::of(&self.file, &self.interrupt);
        }
        // A file that cannot be read has no newer tokens.
        Some(self.saved().ok()??.tokens)
    }

    fn save(&self, tokens: &SessionTokens) {
        let saved = match self.saved() {
            Ok(Some(saved)) if saved.tokens == *tokens => Ok(()),
            Ok(Some(saved)) => self.file.save(&saved.with(tokens.clone())),
            // Nobody wants them any more.
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        self.state().error = saved.err();
    }

    /// The file stays until the user logs out, so that commands say what happened rather than that nobody is logged in.
    fn forget(&self) {}

    fn release(&self) {
        self.state().lock = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, RecvTimeoutError};
    use std::time::Duration;
    use std::{fs, thread};

    use hardline::types::{AccessToken, DeviceId, RefreshToken, UserId};

    use super::*;

    fn tokens(name: &str) -> SessionTokens {
        SessionTokens::new(AccessToken::from(name)).refreshed_with(RefreshToken::from(name))
    }

    fn session(device_id: &str) -> SavedSession {
        SavedSession {
            homeserver: "https://example.org".to_owned(),
            user_id: UserId::parse("@alice:example.org").unwrap(),
            device_id: Some(DeviceId::parse(device_id).unwrap()),
            tokens: tokens("first"),
        }
    }

    /// A file of its own for each test, with a session in it.
    fn file(name: &str) -> SessionFile {
        let folder = format!("hardline-session-store-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        // It may be there from an earlier run, and nobody else uses it.
        let _ = fs::remove_dir_all(&folder);
        let file = SessionFile::at(folder.join("session.json"));
        file.save(&session("ABC")).unwrap();
        file
    }

    fn store(file: &SessionFile) -> SessionStore {
        SessionStore::new(file.clone(), session("ABC"), Interrupt::never())
    }

    #[test]
    fn what_one_command_saves_another_loads() {
        let file = file("loads");
        let (one, other) = (store(&file), store(&file));
        assert_eq!(one.load(), Some(tokens("first")));
        one.save(&tokens("second"));
        one.release();
        assert_eq!(other.load(), Some(tokens("second")));
        other.release();
        assert!(one.take_error().is_none());
    }

    #[test]
    fn a_command_waits_until_the_other_has_saved() {
        let file = file("waits");
        let (one, other) = (store(&file), store(&file));
        assert_eq!(one.load(), Some(tokens("first")));
        let (sender, loaded) = mpsc::channel();
        let waiting = thread::spawn(move || {
            sender.send(None).unwrap();
            sender.send(other.load()).unwrap();
        });
        assert_eq!(loaded.recv().unwrap(), None, "it has begun");
        // Only a store that does not wait is quick.
        let early = loaded.recv_timeout(Duration::from_secs(1));
        assert_eq!(early, Err(RecvTimeoutError::Timeout));
        one.save(&tokens("second"));
        one.release();
        assert_eq!(loaded.recv().unwrap(), Some(tokens("second")));
        waiting.join().unwrap();
    }

    #[test]
    fn a_lock_is_released_where_nothing_was_saved() {
        let file = file("released");
        let (one, other) = (store(&file), store(&file));
        assert_eq!(one.load(), Some(tokens("first")));
        one.release();
        assert_eq!(other.load(), Some(tokens("first")));
        drop(other);
        assert_eq!(
            one.load(),
            Some(tokens("first")),
            "it went with its command"
        );
    }

    #[test]
    fn nothing_is_put_in_place_of_another_session() {
        let file = file("another");
        let store = store(&file);
        file.save(&session("DEF")).unwrap();
        assert_eq!(store.load(), None);
        store.save(&tokens("second"));
        assert_eq!(file.load().unwrap(), Some(session("DEF")));
        file.remove().unwrap();
        store.save(&tokens("second"));
        assert_eq!(file.load().unwrap(), None, "somebody logged out");
        store.release();
    }

    #[test]
    fn a_session_that_is_over_stays_until_the_user_logs_out() {
        let file = file("over");
        store(&file).forget();
        assert_eq!(file.load().unwrap(), Some(session("ABC")));
    }
}
