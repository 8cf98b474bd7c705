use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hardline::identity_api::lookup::fold_email;
use hardline::types::{Medium, ValidationToken};

/// The messages that the homeserver and the identity server would have sent to people's phones and mailboxes. Clones
/// share one inbox.
///
/// ```
/// use hardline_loopback::Loopback;
///
/// let loopback = Loopback::start()?;
/// assert!(loopback.inbox().last_to("447700900001").is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Inbox(Arc<Mutex<Contents>>);

#[derive(Default)]
struct Contents {
    messages: Vec<Message>,
    /// How many there were before these.
    removed: u64,
    subscribers: Vec<Sender<Message>>,
}

impl Inbox {
    /// All messages, the oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.lock().messages.clone()
    }

    /// The newest message to an address: an e-mail address in any case, or a phone number as the digits of its
    /// international form, with or without `+`.
    pub fn last_to(&self, address: &str) -> Option<Message> {
        let address = match address.strip_prefix('+') {
            Some(digits) => digits.to_owned(),
            None => fold_email(address),
        };
        let contents = self.lock();
        let mut to_it = contents.messages.iter().rev();
        to_it.find(|message| message.address == address).cloned()
    }

    /// All messages from now on, each when it is sent.
    ///
    /// ```
    /// use std::thread;
    /// use hardline_loopback::Loopback;
    ///
    /// let loopback = Loopback::start()?;
    /// let messages = loopback.inbox().subscribe();
    /// thread::spawn(move || {
    ///     for message in messages {
    ///         println!("to +{}: {}", message.address, message.text);
    ///     }
    /// });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn subscribe(&self) -> Receiver<Message> {
        let (sender, receiver) = channel();
        self.lock().subscribers.push(sender);
        receiver
    }

    /// How many messages there ever were, and the last ones with their numbers, the newest first.
    pub(crate) fn latest(&self, most: usize) -> (u64, Vec<(u64, Message)>) {
        let contents = self.lock();
        let numbered = (contents.removed..).zip(&contents.messages);
        let total = contents.removed + contents.messages.len() as u64;
        let skipped = contents.messages.len().saturating_sub(most);
        let mut latest: Vec<_> = numbered
            .skip(skipped)
            .map(|(number, message)| (number, message.clone()))
            .collect();
        latest.reverse();
        (total, latest)
    }

    /// Removes all messages.
    pub(crate) fn clear(&self) {
        let mut contents = self.lock();
        contents.removed += contents.messages.len() as u64;
        contents.messages.clear();
    }

    pub(crate) fn deliver(&self, message: Message) {
        let mut contents = self.lock();
        contents
            .subscribers
            .retain(|subscriber| subscriber.send(message.clone()).is_ok());
        contents.messages.push(message);
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        // No panic can leave the contents half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbox({} messages)", self.lock().messages.len())
    }
}

/// A message to a person. `Debug` shows neither its text nor its code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// What kind of address it went to.
    pub medium: Medium,
    /// Where it went: an e-mail address in lower case, or the digits of a phone number's international form.
    pub address: String,
    /// The text that the person reads.
    pub text: String,
    /// The code in the text, or the token in the link.
    pub token: ValidationToken,
    /// The link in an e-mail, which the person follows in a browser: a `GET` of it validates the address.
    pub link: Option<String>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("medium", &self.medium)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(address: &str, token: &str) -> Message {
        Message {
            medium: Medium::Msisdn,
            address: address.to_owned(),
            text: format!("{token} is your code"),
            token: ValidationToken::from(token),
            link: None,
        }
    }

    #[test]
    fn the_newest_message_to_an_address_is_found() {
        let inbox = Inbox::default();
        let subscription = inbox.subscribe();
        drop(inbox.subscribe());
        for (address, token) in [("441", "1"), ("442", "2"), ("441", "3")] {
            inbox.clone().deliver(message(address, token));
        }
        assert_eq!(inbox.last_to("441"), Some(message("441", "3")));
        assert_eq!(inbox.last_to("+442"), Some(message("442", "2")));
        assert_eq!(inbox.last_to("44"), None);
        assert_eq!(inbox.messages().len(), 3);
        assert_eq!(subscription.try_iter().count(), 3);
    }

    #[test]
    fn messages_keep_their_numbers_when_others_go() {
        let inbox = Inbox::default();
        for token in ["1", "2", "3"] {
            inbox.deliver(message("441", token));
        }
        let latest = vec![(2, message("441", "3")), (1, message("441", "2"))];
        assert_eq!(inbox.latest(2), (3, latest));
        inbox.clear();
        assert_eq!(inbox.latest(2), (3, vec![]));
        inbox.deliver(message("441", "4"));
        assert_eq!(inbox.latest(2), (4, vec![(3, message("441", "4"))]));
        assert_eq!(inbox.messages().len(), 1);
    }

    #[test]
    fn a_code_is_not_shown() {
        let shown = format!("{:?}", message("441", "987654"));
        assert!(!shown.contains("987654"), "{shown}");
    }
}
