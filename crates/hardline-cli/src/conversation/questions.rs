use hardline::flow::{Prompt as Asked, SignOnPage, TermsDocument, ThreepidInput};
use hardline::types::Timestamp;

use crate::step::{Document, Step};

/// The step that tells the user what the flow asks for.
pub(super) fn step(
    asked: &Asked,
    threepid: Option<&ThreepidInput>,
    now: Timestamp,
) -> Option<Step> {
    Some(match asked {
        Asked::Code { send_attempt } => match threepid {
            Some(ThreepidInput::Phone { country, number }) => Step::CodeSent {
                phone_number: number.clone(),
                country: (!number.starts_with('+')).then(|| country.to_string()),
                send_attempt: *send_attempt,
            },
            _ => Step::ConfirmationNeeded,
        },
        Asked::Confirmation { .. } => Step::ConfirmationNeeded,
        Asked::Password => Step::PasswordNeeded,
        Asked::NewPassword => Step::NewPasswordNeeded,
        Asked::Username => Step::UsernameNeeded,
        Asked::Threepid(medium) => Step::AddressNeeded {
            medium: medium.to_string(),
        },
        Asked::RegistrationToken => Step::RegistrationTokenNeeded,
        Asked::Terms(policies) => Step::TermsNeeded {
            documents: policies.iter().map(document).collect(),
        },
        Asked::Browser { url } => Step::PageNeeded { url: url.clone() },
        Asked::Authorization { url, .. } => Step::AuthorizationNeeded {
            url: url.reveal().to_owned(),
        },
        Asked::DeviceAuthorization {
            user_code,
            verification_uri,
            verification_uri_complete,
            expires_at,
        } => Step::DeviceAuthorizationNeeded {
            user_code: user_code.to_string(),
            verification_uri: verification_uri.clone(),
            verification_uri_complete: verification_uri_complete.clone(),
            expires_at: expires_at.map(Timestamp::as_millis),
            lifetime: expires_at.map(|expires_at| expires_at - now),
        },
        Asked::LoginToken { pages } => Step::SignOnNeeded {
            pages: pages.iter().map(sign_on_page).collect(),
        },
        _ => return None,
    })
}

fn sign_on_page(page: &SignOnPage) -> Document {
    Document {
        name: page.name.clone().unwrap_or_else(|| "log in".to_owned()),
        url: page.url.clone(),
    }
}

/// A document in English, or in its first language.
fn document(policy: &TermsDocument) -> Document {
    let text = policy
        .languages
        .get("en")
        .or_else(|| policy.languages.values().next());
    Document {
        name: text.map_or_else(|| policy.id.clone(), |text| text.name.clone()),
        url: text.map(|text| text.url.clone()).unwrap_or_default(),
    }
}
