use std::collections::BTreeMap;

use hardline::types::UserId;
use serde::{Deserialize, Serialize};

/// The order of everything that clients are told of: each change has a position of its own, and a sync begins after one.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Stream {
    position: u64,
    /// The users whom the request at hand concerns, and whether it is their own.
    #[serde(skip)]
    concerned: BTreeMap<UserId, Cause>,
}

/// Who caused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// The user whom it concerns.
    Own,
    /// Somebody else.
    Other,
}

impl Stream {
    /// The position of the newest change.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The position of a new change.
    pub(crate) fn advance(&mut self) -> u64 {
        self.position += 1;
        self.position
    }

    /// Notes that a change concerns a user, whose syncs are to wake.
    pub(crate) fn concerns(&mut self, user_id: &UserId, by: &UserId) {
        let cause = if user_id == by {
            Cause::Own
        } else {
            Cause::Other
        };
        let noted = self.concerned.entry(user_id.clone()).or_insert(cause);
        *noted = cause.max(*noted);
    }

    /// The users whom the changes since the last call concern.
    pub(crate) fn take_concerned(&mut self) -> BTreeMap<UserId, Cause> {
        std::mem::take(&mut self.concerned)
    }

    /// A position as clients are given it.
    pub(crate) fn token(position: u64) -> String {
        format!("s{position}")
    }

    /// The position of a token that this server gave out.
    pub(crate) fn position_of(token: &str) -> Option<u64> {
        token.strip_prefix('s')?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_by_others_wakes_at_once_whatever_the_user_did_besides() {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let bob = UserId::parse("@bob:example.org").unwrap();
        let mut stream = Stream::default();
        stream.concerns(&alice, &bob);
        stream.concerns(&alice, &alice);
        stream.concerns(&bob, &bob);
        let concerned = stream.take_concerned();
        assert_eq!(concerned[&alice], Cause::Other);
        assert_eq!(concerned[&bob], Cause::Own);
        assert!(stream.take_concerned().is_empty());
    }

    #[test]
    fn a_token_is_read_back_and_others_are_not() {
        assert_eq!(Stream::position_of(&Stream::token(7)), Some(7));
        for other in ["", "7", "s", "s-1", "s7_8", "t7"] {
            assert_eq!(Stream::position_of(other), None, "{other}");
        }
    }
}
