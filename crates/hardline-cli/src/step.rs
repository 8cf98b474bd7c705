use std::time::Duration;

use hardline_loopback::Message;
use serde::Serialize;

use crate::server_words::ServerWords;

/// What happened. Programs rely on the names of the steps and of their members.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(crate) enum Step {
    LoopbackStarted {
        url: String,
        transport: &'static str,
    },
    Listening {
        url: String,
        /// Where people see in a browser what it does.
        page: Option<String>,
    },
    Registered {
        user_id: String,
    },
    HomeserverFound {
        server_name: String,
        homeserver: String,
    },
    LoggedIn {
        user_id: String,
        homeserver: String,
    },
    LoggedOut,
    Whoami {
        user_id: String,
        device_id: Option<String>,
        homeserver: String,
    },
    CodeSent {
        phone_number: String,
        /// Unless the number says it.
        country: Option<String>,
        send_attempt: u64,
    },
    TextMessage {
        medium: String,
        to: String,
        text: String,
        code: String,
    },
    CodeRejected(ServerWords),
    MessageNotSent(ServerWords),
    MessageExpired(ServerWords),
    CodeAccepted,
    ConfirmationNeeded,
    NotConfirmed(ServerWords),
    /// The command ends, and `resume` goes on.
    Left,
    /// The command goes on with what was left.
    Resumed,
    PasswordNeeded,
    PasswordRejected(ServerWords),
    NewPasswordNeeded,
    NewPasswordRejected(ServerWords),
    UsernameNeeded,
    UsernameRejected(ServerWords),
    AddressNeeded {
        medium: String,
    },
    AddressRejected(ServerWords),
    RegistrationTokenNeeded,
    RegistrationTokenRejected(ServerWords),
    TermsNeeded {
        documents: Vec<Document>,
    },
    PageNeeded {
        url: String,
    },
    SignOnNeeded {
        pages: Vec<Document>,
    },
    /// The server has its users log in on pages of its own.
    OauthChosen {
        issuer: String,
        /// Whether the user opens the page on any device, and types a code there.
        device_code: bool,
    },
    AuthorizationNeeded {
        url: String,
    },
    BrowserOpened,
    AuthorizationRejected(ServerWords),
    DeviceAuthorizationNeeded {
        user_code: String,
        verification_uri: String,
        verification_uri_complete: Option<String>,
        /// Milliseconds since 1970.
        expires_at: Option<u64>,
        /// The same, from now on, for people.
        #[serde(skip)]
        lifetime: Option<Duration>,
    },
    AccountPage {
        url: String,
        opened: bool,
    },
    PasswordReset {
        address: String,
    },
    Waiting {
        wait_ms: u64,
        #[serde(flatten)]
        why: ServerWords,
    },
    Stalled(ServerWords),
    Added {
        user_id: String,
        medium: &'static str,
        address: String,
    },
    ThrowAway,
    Listed {
        user_id: String,
        /// The kind that is listed.
        medium: &'static str,
        threepids: Vec<Threepid>,
    },
    Accounts {
        accounts: Vec<AccountRow>,
    },
    ManualWritten {
        folder: String,
        pages: usize,
    },
    Removed {
        user_id: String,
        medium: String,
        address: String,
    },
    NoHomeserver(ServerWords),
    Discovered {
        homeserver: String,
        /// The newest version of the specification that it supports, among those known here.
        newest: Option<String>,
        identity_server: Option<String>,
    },
    LookedUp {
        asked: usize,
        found: Vec<Found>,
    },
    Warning {
        message: String,
    },
}

/// A page that a server wants the user to see: a document, or where to log in.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// A login that is saved.
#[derive(Debug, Serialize)]
pub(crate) struct AccountRow {
    /// What `--account` takes; `None` for the one that is used where none is named.
    pub(crate) name: Option<String>,
    pub(crate) user_id: String,
    pub(crate) homeserver: String,
}

/// A phone number or e-mail address of an account.
#[derive(Debug, Serialize)]
pub(crate) struct Threepid {
    pub(crate) medium: String,
    pub(crate) address: String,
    pub(crate) validated_at: Option<u64>,
    pub(crate) added_at: Option<u64>,
    /// The day of `added_at`, for people.
    #[serde(skip)]
    pub(crate) added: Option<String>,
}

/// A phone number or e-mail address, and the user who is found by it.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    pub(crate) medium: String,
    pub(crate) address: String,
    pub(crate) user_id: String,
}

/// An operation as `operations` lists it.
#[derive(Serialize)]
pub(crate) struct OperationRow {
    pub(crate) api: &'static str,
    pub(crate) operation_id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) auth: &'static str,
    pub(crate) uia: bool,
    pub(crate) query: &'static [&'static str],
    pub(crate) fields: Vec<FieldRow>,
    /// The first version that had it, if there were versions without it.
    pub(crate) since: Option<String>,
    /// The number of the proposal that it belongs to, if no version has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) msc: Option<u16>,
}

/// A field of an operation, or a member of one.
#[derive(Serialize)]
pub(crate) struct FieldRow {
    pub(crate) name: &'static str,
    /// `path`, `query` or `body`; for members it is where the field is.
    #[serde(rename = "in")]
    pub(crate) place: &'static str,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) required: bool,
    /// The values that the specification knows, if it is one of some.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) values: &'static [&'static str],
    /// The members of an object, or of the elements of a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) members: Vec<FieldRow>,
}

impl Step {
    /// Whether nothing happens until the user does something, which only this step says how to do.
    pub(crate) fn needs_the_user(&self) -> bool {
        matches!(
            self,
            Self::AuthorizationNeeded { .. }
                | Self::DeviceAuthorizationNeeded { .. }
                | Self::PageNeeded { .. }
                | Self::SignOnNeeded { .. }
        )
    }

    /// What a camera may read in place of the user.
    pub(crate) fn qr_text(&self) -> Option<&str> {
        match self {
            Self::DeviceAuthorizationNeeded {
                verification_uri,
                verification_uri_complete,
                ..
            } => verification_uri_complete
                .as_deref()
                .or(Some(verification_uri)),
            _ => None,
        }
    }

    /// A message of a homeserver on this machine.
    pub(crate) fn text_message(message: &Message) -> Self {
        Self::TextMessage {
            medium: message.medium.to_string(),
            to: shown(message.medium.as_str(), &message.address),
            text: message.text.clone(),
            code: message.token.reveal().to_owned(),
        }
    }
}

/// An address as people write it, which is a phone number with a `+`.
pub(crate) fn shown(medium: &str, address: &str) -> String {
    if medium == "msisdn" {
        format!("+{address}")
    } else {
        address.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_named_for_programs() {
        let waiting = Step::Waiting {
            wait_ms: 500,
            why: ServerWords {
                errcode: None,
                message: "refused".to_owned(),
            },
        };
        assert_eq!(
            serde_json::to_string(&waiting).unwrap(),
            r#"{"step":"waiting","wait_ms":500,"errcode":null,"message":"refused"}"#
        );
        assert_eq!(
            serde_json::to_string(&Step::CodeAccepted).unwrap(),
            r#"{"step":"code_accepted"}"#
        );
    }
}
