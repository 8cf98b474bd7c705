use hardline::flow::{Reply, ThreepidInput};
use hardline::types::CountryCode;
use wasm_bindgen::JsValue;

use super::error::usage;
use super::types::text;

/// The reply that this object is.
pub(super) fn reply(object: &JsValue) -> Result<Reply, JsValue> {
    let needs = |name| text(object, name).ok_or_else(|| usage("the reply lacks a member"));
    Ok(match text(object, "type").as_deref() {
        Some("code") => Reply::Code(needs("code")?.into()),
        Some("password") => Reply::Password(needs("password")?.into()),
        Some("registration_token") => Reply::RegistrationToken(needs("token")?.into()),
        Some("resend") => Reply::Resend,
        Some("done") => Reply::Done,
        _ => return Err(usage("there is no reply of this type")),
    })
}

/// The phone number or e-mail address that this object is.
pub(super) fn threepid(object: &JsValue) -> Result<ThreepidInput, JsValue> {
    let [email, country, number] = ["email", "country", "number"].map(|name| text(object, name));
    match (email, country, number) {
        (Some(address), None, None) => Ok(ThreepidInput::email(address)),
        (None, Some(country), Some(number)) => {
            let country = CountryCode::parse(country).map_err(usage)?;
            Ok(ThreepidInput::phone(country, number))
        }
        _ => Err(usage(
            "the threepid needs either email, or country and number",
        )),
    }
}
