use hardline_derive::Wire;

use super::error::EmbedError;
use crate::flow::{ThreepidInput, UiaCapabilities};
use crate::json::{DecodeWarning, DecodeWarnings};
use crate::types::CountryCode;

/// A phone number, with the country whose dialling rules it follows, or an e-mail address: `{"email"}` or
/// `{"country", "number"}`.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct ThreepidForm {
    /// The e-mail address.
    pub email: Option<String>,
    /// The country: `GB`.
    pub country: Option<String>,
    /// The number, as people of that country write it or in its international form.
    pub number: Option<String>,
}

impl ThreepidForm {
    pub(crate) fn into_input(self) -> Result<ThreepidInput, EmbedError> {
        match (self.email, self.country, self.number) {
            (Some(address), None, None) => Ok(ThreepidInput::email(address)),
            (None, Some(country), Some(number)) => {
                let country = CountryCode::parse(country).map_err(EmbedError::usage)?;
                Ok(ThreepidInput::phone(country, number))
            }
            _ => Err(EmbedError::usage(
                "the threepid needs either email, or country and number",
            )),
        }
    }
}

/// Which stages of authentication the program can complete. What is left out is as in [`UiaCapabilities::default`].
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct UiaCapabilitiesForm {
    /// It can ask for the password.
    pub password: Option<bool>,
    /// It can ask for consent to documents.
    pub terms: Option<bool>,
    /// It can ask for a registration token.
    pub registration_token: Option<bool>,
    /// It can ask for an address to register with.
    pub threepid: Option<bool>,
    /// It can show a captcha.
    pub captcha: Option<bool>,
    /// It can send the user to a page.
    pub browser: Option<bool>,
    /// Other stages that it can complete.
    pub others: Option<Vec<String>>,
}

impl UiaCapabilitiesForm {
    pub(crate) fn read(form: Option<Self>) -> UiaCapabilities {
        let form = form.unwrap_or_default();
        let mut capabilities = UiaCapabilities::default();
        for (capability, given) in [
            (&mut capabilities.password, form.password),
            (&mut capabilities.terms, form.terms),
            (
                &mut capabilities.registration_token,
                form.registration_token,
            ),
            (&mut capabilities.threepid, form.threepid),
            (&mut capabilities.captcha, form.captcha),
            (&mut capabilities.browser, form.browser),
        ] {
            *capability = given.unwrap_or(*capability);
        }
        let others = form.others.unwrap_or_default();
        capabilities.others = others.into_iter().map(|stage| stage.into()).collect();
        capabilities
    }
}

/// A part of a response that did not fit and was left out.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
pub struct WarningForm {
    /// Where it stood: a JSON pointer.
    pub pointer: String,
    /// What was wrong with it. It never has the value.
    pub message: String,
}

impl WarningForm {
    /// The warnings that are told; `None` if there are none.
    pub(crate) fn all(warnings: &DecodeWarnings) -> Option<Vec<Self>> {
        let one = |warning: &DecodeWarning| Self {
            pointer: warning.pointer.clone(),
            message: warning.to_string(),
        };
        (!warnings.is_empty()).then(|| warnings.iter().map(one).collect())
    }
}

/// The bytes that these hexadecimal digits stand for, if they are as many as that.
#[cfg(any(feature = "media", feature = "room_events"))]
pub(crate) fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_hex = text.len() == 2 * N && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(2 * index..2 * index + 2).filter(|_| is_hex)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(feature = "media")]
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(all(test, feature = "media"))]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_as_hexadecimal_digits_and_nothing_else_is_taken_for_them() {
        assert_eq!(hex(&to_hex(&[0, 0x7f, 0xff])), Some([0, 0x7f, 0xff]));
        assert_eq!(hex("FF"), Some([255]));
        for text in ["", "f", "fff", "+f", "é", "0x"] {
            assert_eq!(hex::<1>(text), None, "{text}");
        }
    }
}
