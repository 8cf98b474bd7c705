use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

/// How a family of servers answers. Whatever it does not say is as the specification has it.
///
/// One of your own takes what it does not say from another:
///
/// ```
/// use hardline_loopback::personality::{Canned, Personality, SYNAPSE};
///
/// static STRICT: Personality = Personality {
///     name: "strict",
///     own: &[("/account/deactivate", Canned::new(403, r#"{"errcode":"M_FORBIDDEN","error":"never"}"#))],
///     ..SYNAPSE
/// };
/// # assert_eq!(STRICT.own.len(), 1);
/// ```
#[derive(Debug)]
pub struct Personality {
    /// The family.
    pub name: &'static str,
    /// The release, or the commit, whose source was read.
    pub version: &'static str,
    /// The versions that it advertises.
    pub versions: &'static [&'static str],
    /// What it answers by itself to requests whose paths end like this, whatever is in them: mostly that it has no such
    /// operation.
    pub own: &'static [(&'static str, Canned)],
    /// The same for a login whose identifier is not a user ID.
    pub login_by_email: Option<Canned>,
    /// What an operation answers that asks for no authentication, but wants it.
    pub without_auth: Option<(&'static str, Canned)>,
    /// Whether a later request of an authentication session may leave out what the first one had.
    pub remembers_request: bool,
    /// The shape of its challenge.
    pub challenge: Challenge,
    /// A wrong password in user-interactive authentication, but for a change of password.
    pub wrong_password: WrongStage,
    /// A wrong password when it is to be changed.
    pub wrong_password_to_change: WrongStage,
    /// A wrong registration token.
    pub wrong_registration_token: WrongStage,
    /// An authentication session that it does not know.
    pub unknown_session: UnknownSession,
    /// No access token.
    pub no_token: Canned,
    /// An access token that it does not know.
    pub unknown_token: Canned,
    /// The rate is limited.
    pub limited: Canned,
    /// It is broken for a moment.
    pub broken: Canned,
    /// A wrong code from a message.
    pub wrong_code: Option<Canned>,
    /// A wrong pepper of a lookup.
    pub wrong_pepper: Option<Canned>,
}

/// A whole response.
#[derive(Clone, Copy, Debug)]
pub struct Canned {
    /// The status.
    pub status: u16,
    /// A header field beside the content's type.
    pub header: Option<(&'static str, &'static str)>,
    /// The body.
    pub body: &'static str,
}

/// The shape of the 401 that asks for authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// `flows`, `params` and `session`.
    Whole,
    /// `params` and `completed` are null.
    Nulls,
    /// `flows` alone.
    FlowsAlone,
}

/// What a stage is answered whose secret is wrong.
#[derive(Clone, Copy, Debug)]
pub enum WrongStage {
    /// The challenge with an error code, and this status.
    Challenge(u16),
    /// An error without a challenge.
    Plain(Canned),
    /// The challenge of a new session, without an error code.
    Anew,
}

/// What an unknown session is answered.
#[derive(Clone, Copy, Debug)]
pub enum UnknownSession {
    /// An error without a challenge.
    Refused(Canned),
    /// The challenge of a new session while somebody registers; otherwise sessions are not looked at.
    AnewToRegister,
    /// Sessions are not looked at.
    Ignored,
}

impl Canned {
    /// A JSON body without further header fields.
    pub const fn new(status: u16, body: &'static str) -> Self {
        Self {
            status,
            header: None,
            body,
        }
    }

    /// The response.
    pub fn response(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(self.body.as_bytes()));
        *response.status_mut() = StatusCode::from_u16(self.status).expect("it is a status");
        let headers = response.headers_mut();
        let kind = if self.body.starts_with('<') {
            "text/html"
        } else {
            "application/json"
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// It has no such operation.
pub const UNRECOGNIZED: Canned = Canned::new(
    404,
    r#"{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}"#,
);
