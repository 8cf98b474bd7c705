use hardline_derive::Wire;

use super::typed::TypedForm;
use crate::flow::{Prompt, SignOnPage, TermsDocument, TermsTranslation};
use crate::json::JsonMap;
use crate::types::{Medium, Timestamp};

/// What a flow asks for: P in the [table of forms](crate::embed#prompts), where each type has its members.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct PromptForm {
    /// What is asked for.
    #[serde(rename = "type")]
    pub prompt_type: String,
    /// How many messages were requested so far.
    pub send_attempt: Option<u64>,
    /// `email` or `msisdn`.
    pub medium: Option<Medium>,
    /// Where the user gets a login token.
    pub pages: Option<Vec<SignOnPageForm>>,
    /// The documents to consent to.
    pub policies: Option<Vec<PolicyForm>>,
    /// The captcha's public key.
    pub public_key: Option<String>,
    /// The page to open.
    pub url: Option<String>,
    /// What the URL begins with that the browser is sent to.
    pub redirect_uri: Option<String>,
    /// The stage of authentication.
    pub stage: Option<String>,
    /// The code to type.
    pub user_code: Option<String>,
    /// Where to type it.
    pub verification_uri: Option<String>,
    /// The same with the code in it, for a QR code.
    pub verification_uri_complete: Option<String>,
    /// When the code expires.
    pub expires_at: Option<Timestamp>,
}

/// A page for single sign-on.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct SignOnPageForm {
    /// The URL to send the browser to.
    pub url: String,
    /// The provider's ID.
    pub provider: Option<String>,
    /// Its name, for users.
    pub name: Option<String>,
    /// Its icon, an `mxc://` URI.
    pub icon: Option<String>,
    /// What the button should look like: `github`.
    pub brand: Option<String>,
}

/// A document that needs consent.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct PolicyForm {
    /// Its ID, for programs.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its translations, by language.
    pub languages: JsonMap<String, TermsTranslation>,
}

/// The types of prompts.
pub(crate) const PROMPTS: &[TypedForm] = &[
    TypedForm::new("code", &["send_attempt"]),
    TypedForm::new("confirmation", &["send_attempt"]),
    TypedForm::new("new_message", &["send_attempt"]),
    TypedForm::new("deactivation", &[]),
    TypedForm::new("password", &[]),
    TypedForm::new("new_password", &[]),
    TypedForm::new("username", &[]),
    TypedForm::new("threepid", &["medium"]),
    TypedForm::new("login_token", &["pages"]),
    TypedForm::new("terms", &["policies"]),
    TypedForm::new("registration_token", &[]),
    TypedForm::new("captcha", &["public_key"]),
    TypedForm::new("browser", &["url"]),
    TypedForm::new("stage", &["stage"]),
    TypedForm::new("homeserver", &[]),
    TypedForm::new("authorization", &["url", "redirect_uri"]),
    TypedForm::new("device_authorization", &["user_code", "verification_uri"])
        .or(&["verification_uri_complete", "expires_at"]),
    TypedForm::new("retry", &[]),
];

impl PromptForm {
    fn new(prompt_type: &str) -> Self {
        Self {
            prompt_type: prompt_type.to_owned(),
            ..Self::default()
        }
    }

    fn sent(prompt_type: &str, send_attempt: u64) -> Self {
        Self {
            send_attempt: Some(send_attempt),
            ..Self::new(prompt_type)
        }
    }
}

impl From<Prompt> for PromptForm {
    fn from(prompt: Prompt) -> Self {
        match prompt {
            Prompt::Code { send_attempt } => Self::sent("code", send_attempt),
            Prompt::Confirmation { send_attempt } => Self::sent("confirmation", send_attempt),
            Prompt::NewMessage { send_attempt } => Self::sent("new_message", send_attempt),
            Prompt::Deactivation => Self::new("deactivation"),
            Prompt::Password => Self::new("password"),
            Prompt::NewPassword => Self::new("new_password"),
            Prompt::Username => Self::new("username"),
            Prompt::Threepid(medium) => Self {
                medium: Some(medium),
                ..Self::new("threepid")
            },
            Prompt::LoginToken { pages } => Self {
                pages: Some(pages.into_iter().map(SignOnPageForm::from).collect()),
                ..Self::new("login_token")
            },
            Prompt::Terms(documents) => Self {
                policies: Some(documents.into_iter().map(PolicyForm::from).collect()),
                ..Self::new("terms")
            },
            Prompt::RegistrationToken => Self::new("registration_token"),
            Prompt::Captcha { public_key } => Self {
                public_key: Some(public_key),
                ..Self::new("captcha")
            },
            Prompt::Browser { url } => Self {
                url: Some(url),
                ..Self::new("browser")
            },
            Prompt::Stage(stage) => Self {
                stage: Some(stage.as_str().to_owned()),
                ..Self::new("stage")
            },
            Prompt::Homeserver => Self::new("homeserver"),
            #[cfg(feature = "oauth")]
            Prompt::Authorization { url, redirect_uri } => Self {
                url: Some(url.reveal().to_owned()),
                redirect_uri: Some(redirect_uri),
                ..Self::new("authorization")
            },
            #[cfg(feature = "oauth")]
            Prompt::DeviceAuthorization {
                user_code,
                verification_uri,
                verification_uri_complete,
                expires_at,
            } => Self {
                user_code: Some(user_code.as_str().to_owned()),
                verification_uri: Some(verification_uri),
                verification_uri_complete,
                expires_at,
                ..Self::new("device_authorization")
            },
            Prompt::Retry => Self::new("retry"),
        }
    }
}

impl From<SignOnPage> for SignOnPageForm {
    fn from(page: SignOnPage) -> Self {
        Self {
            url: page.url,
            provider: page.provider.map(|provider| provider.as_str().to_owned()),
            name: page.name,
            icon: page.icon,
            brand: page.brand,
        }
    }
}

impl From<TermsDocument> for PolicyForm {
    fn from(document: TermsDocument) -> Self {
        Self {
            id: document.id,
            version: document.version,
            languages: document.languages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::forms::json;
    use crate::embed::forms::read::names;
    use crate::wire::AuthType;

    #[test]
    fn every_prompt_has_the_members_of_its_type() {
        let page = SignOnPage {
            url: "https://example.org".to_owned(),
            provider: None,
            name: None,
            icon: None,
            brand: None,
        };
        let prompts = [
            Prompt::Code { send_attempt: 1 },
            Prompt::Confirmation { send_attempt: 1 },
            Prompt::NewMessage { send_attempt: 1 },
            Prompt::Deactivation,
            Prompt::Password,
            Prompt::NewPassword,
            Prompt::Username,
            Prompt::Threepid(Medium::Email),
            Prompt::LoginToken { pages: vec![page] },
            Prompt::Terms(Vec::new()),
            Prompt::RegistrationToken,
            Prompt::Captcha {
                public_key: String::new(),
            },
            Prompt::Browser { url: String::new() },
            Prompt::Stage(AuthType::Dummy),
            Prompt::Homeserver,
            #[cfg(feature = "oauth")]
            Prompt::Authorization {
                url: "https://example.org".into(),
                redirect_uri: String::new(),
            },
            #[cfg(feature = "oauth")]
            Prompt::DeviceAuthorization {
                user_code: crate::oauth_api::UserCode::parse("ABCD").unwrap(),
                verification_uri: String::new(),
                verification_uri_complete: None,
                expires_at: Some(Timestamp::default()),
            },
            Prompt::Retry,
        ];
        for prompt in prompts {
            let form = PromptForm::from(prompt);
            let given = names(&json(&form));
            let given = given.iter().map(String::as_str);
            TypedForm::check(PROMPTS, "the prompt", &form.prompt_type, given).unwrap();
        }
    }
}
