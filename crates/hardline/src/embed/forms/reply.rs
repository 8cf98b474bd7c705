use hardline_derive::Wire;

use super::error::EmbedError;
use super::read::{names, read};
use super::shared::ThreepidForm;
use super::typed::TypedForm;
use crate::flow::{HomeserverAddress, Reply};
use crate::types::{LoginToken, Password, RegistrationToken, SecretValue, ValidationToken};
use crate::wire::AuthData;

/// The answer to a prompt: R in the [table of forms](crate::embed#replies), where each type has its members.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct ReplyForm {
    /// What is replied.
    #[serde(rename = "type")]
    pub reply_type: String,
    /// The code from a message.
    pub code: Option<ValidationToken>,
    /// The password, the account's or a new one.
    pub password: Option<Password>,
    /// The part of a user ID between `@` and `:`.
    pub username: Option<String>,
    /// A phone number or an e-mail address.
    pub threepid: Option<ThreepidForm>,
    /// A login token or a registration token.
    pub token: Option<SecretValue>,
    /// What the solved captcha gave.
    pub response: Option<String>,
    /// The stage, ready to submit, without its session.
    pub auth: Option<AuthData>,
    /// A user ID, a server name or a URL.
    pub address: Option<String>,
    /// Where the browser was sent to.
    pub url: Option<SecretValue>,
}

/// The types of replies to interactive flows.
pub(crate) const REPLIES: &[TypedForm] = &[
    TypedForm::new("code", &["code"]),
    TypedForm::new("resend", &[]),
    TypedForm::new("done", &[]),
    TypedForm::new("password", &["password"]),
    TypedForm::new("username", &["username"]),
    TypedForm::new("threepid", &["threepid"]),
    TypedForm::new("login_token", &["token"]),
    TypedForm::new("registration_token", &["token"]),
    TypedForm::new("captcha", &["response"]),
    TypedForm::new("stage", &["auth"]),
    TypedForm::new("homeserver", &["address"]),
    TypedForm::new("redirected", &["url"]),
];

impl ReplyForm {
    /// The reply in this text.
    ///
    /// # Errors
    /// [`EmbedError`] if it is of no type, or its members are those of another.
    pub(crate) fn parse(text: &str) -> Result<Reply, EmbedError> {
        let form: Self = read("the reply", text)?;
        let given = names(text);
        let given = given.iter().map(String::as_str);
        TypedForm::check(REPLIES, "the reply", &form.reply_type, given)?;
        form.into_reply()
    }

    fn into_reply(self) -> Result<Reply, EmbedError> {
        let missing = || EmbedError::usage("the reply lacks a member");
        Ok(match self.reply_type.as_str() {
            "code" => Reply::Code(self.code.ok_or_else(missing)?),
            "resend" => Reply::Resend,
            "done" => Reply::Done,
            "password" => Reply::Password(self.password.ok_or_else(missing)?),
            "username" => Reply::Username(self.username.ok_or_else(missing)?),
            "threepid" => Reply::Threepid(self.threepid.ok_or_else(missing)?.into_input()?),
            "login_token" => {
                let token = self.token.ok_or_else(missing)?;
                Reply::LoginToken(LoginToken::from(token.reveal()))
            }
            "registration_token" => {
                let token = self.token.ok_or_else(missing)?;
                Reply::RegistrationToken(RegistrationToken::from(token.reveal()))
            }
            "captcha" => Reply::Captcha(self.response.ok_or_else(missing)?),
            "stage" => Reply::Stage(self.auth.ok_or_else(missing)?),
            "homeserver" => {
                let address = self.address.ok_or_else(missing)?;
                Reply::Homeserver(HomeserverAddress::parse(&address).map_err(EmbedError::usage)?)
            }
            #[cfg(feature = "oauth")]
            "redirected" => {
                let url = self.url.ok_or_else(missing)?;
                Reply::Redirected(crate::oauth_api::RedirectedUrl::from(url.reveal()))
            }
            _ => return Err(EmbedError::usage("this build has no such reply")),
        })
    }
}
