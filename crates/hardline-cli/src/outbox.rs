//! What is to be sent, in a file beside the session, so that a command which was interrupted loses nothing and sends nothing
//! twice.

use hardline::flow::{SendOptions, SendQueue};
use hardline::types::{DeviceId, InvalidText};
use serde::{Deserialize, Serialize};

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::private_file::PrivateFile;
use crate::random::seed;
use crate::session::Session;
use crate::session_file::SessionFile;
use crate::session_lock::SessionLock;

/// The version of the file's format. Others are refused.
const VERSION: u32 = 1;

/// Messages that are to be sent. No other command has them at the same time.
pub(crate) struct Outbox {
    pub(crate) queue: SendQueue,
    place: Place,
}

/// Where messages are kept until they are sent.
pub(crate) struct Place {
    /// `None` if nobody could go on with them.
    file: Option<PrivateFile>,
    user: String,
    /// Held until the command has ended.
    _lock: Option<SessionLock>,
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Form<Q> {
    version: u32,
    /// Whose messages they are.
    user: String,
    queue: Q,
}

/// How the file's name ends.
const ENDING: &str = "outbox.json";

impl Outbox {
    /// Whether there may be messages beside this session.
    pub(crate) fn has_any(file: &SessionFile) -> bool {
        // What cannot be read is told by whoever opens it.
        !matches!(file.beside(ENDING).read(), Ok(None))
    }

    /// The messages of this session, once no other command has them.
    pub(crate) fn open(session: &Session) -> Result<Self, CliError> {
        let client = session.client();
        let device_id = session.device_id.clone();
        let file = session.kept_file(ENDING);
        let file = file.filter(|_| device_id.is_some());
        let lock = match &file {
            Some(file) => SessionLock::claim(file, session.interrupt())?,
            None => None,
        };
        let place = Place {
            file,
            user: session.user.to_string(),
            _lock: lock,
        };
        let device_id = device_id.map_or_else(unknown_device, Ok);
        let device_id = device_id.map_err(|error| CliError::local("no device", &error))?;
        let queue = match place.load()? {
            Some(mut queue) => {
                queue.new_device(client.now(), device_id);
                queue
            }
            None => {
                let mut options = SendOptions::default();
                options.confirms_saves = place.is_kept();
                // One that is in the way must not keep others from being sent, which may be days later.
                options.goes_on_past_stuck = true;
                let homeserver = session.homeserver().clone();
                SendQueue::new(client.now(), homeserver, device_id, seed()?)
                    .with_options(options)
                    .with_policy(session.policy())
            }
        };
        Ok(Self { queue, place })
    }

    /// Takes the messages, and where to save them.
    pub(crate) fn into_parts(self) -> (SendQueue, Place) {
        (self.queue, self.place)
    }
}

impl Place {
    /// Whether the messages outlast the command.
    pub(crate) fn is_kept(&self) -> bool {
        self.file.is_some()
    }

    /// Saves the messages that are left.
    pub(crate) fn save(&self, queue: &SendQueue) -> Result<(), CliError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if queue.is_empty() {
            return file.remove();
        }
        file.write(&Form {
            version: VERSION,
            user: self.user.clone(),
            queue,
        })
    }

    fn load(&self) -> Result<Option<SendQueue>, CliError> {
        let text = match &self.file {
            Some(file) => file.read()?,
            None => None,
        };
        let Some(text) = text else {
            return Ok(None);
        };
        let unusable = || {
            CliError::new(
                Exit::Local,
                "the messages that were left to be sent cannot be read: another version of this program saved them",
                "send them with that one, or remove the file outbox.json beside the session",
            )
        };
        let form: Form<serde::de::IgnoredAny> =
            serde_json::from_str(&text).map_err(|_| unusable())?;
        if form.version != VERSION {
            return Err(unusable());
        }
        if form.user != self.user {
            return Err(CliError::new(
                Exit::Usage,
                format!("messages of {} were left to be sent", form.user),
                "log in as that user and run `hardline resume`, or remove the file outbox.json beside the session",
            ));
        }
        let form: Form<SendQueue> = serde_json::from_str(&text).map_err(|_| unusable())?;
        Ok(Some(form.queue))
    }
}

/// The device of a session that nobody goes on with.
fn unknown_device() -> Result<DeviceId, InvalidText> {
    DeviceId::parse("unknown")
}
