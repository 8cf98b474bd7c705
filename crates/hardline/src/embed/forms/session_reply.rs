use hardline_derive::Wire;

use super::error::EmbedError;
use super::read::{names, read};
use super::typed::TypedForm;
use crate::flow::{SessionTokens, TokenManager};
use crate::types::Timestamp;

/// The answer to an event of the session.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SessionReplyForm {
    /// What is replied.
    #[serde(rename = "type")]
    pub reply_type: String,
    /// The tokens in the program's store.
    pub session: Option<SessionTokens>,
}

/// The types of replies to the session.
pub(crate) const SESSION_REPLIES: &[TypedForm] = &[
    TypedForm::new("loaded", &[]).or(&["session"]),
    TypedForm::new("saved", &[]),
];

impl SessionReplyForm {
    pub(crate) fn parse(text: &str) -> Result<Self, EmbedError> {
        let form: Self = read("the reply", text)?;
        let given = names(text);
        let given = given.iter().map(String::as_str);
        TypedForm::check(SESSION_REPLIES, "the reply", &form.reply_type, given)?;
        Ok(form)
    }

    /// What comes too late changes nothing.
    pub(crate) fn give(self, now: Timestamp, manager: &mut TokenManager) {
        match self.reply_type.as_str() {
            "loaded" => manager.loaded(now, self.session),
            _ => manager.saved(now),
        }
    }
}
