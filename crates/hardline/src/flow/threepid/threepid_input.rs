use hardline_derive::Persist;

use crate::types::{CountryCode, Medium};
use crate::wire::AuthType;

/// A phone number or an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub enum ThreepidInput {
    /// A phone number.
    Phone {
        /// The country whose dialling rules the number follows. It does not matter if the number begins with `+`.
        country: CountryCode,
        /// The number, as people of that country write it or in its international form.
        number: String,
    },
    /// An e-mail address.
    Email(String),
}

impl ThreepidInput {
    /// A phone number, as people of that country write it or in its international form.
    pub fn phone(country: CountryCode, number: impl Into<String>) -> Self {
        Self::Phone {
            country,
            number: number.into(),
        }
    }

    /// An e-mail address.
    pub fn email(address: impl Into<String>) -> Self {
        Self::Email(address.into())
    }

    /// Its kind.
    pub fn medium(&self) -> Medium {
        match self {
            Self::Phone { .. } => Medium::Msisdn,
            Self::Email(_) => Medium::Email,
        }
    }

    /// The stage of user-interactive authentication that proving it completes.
    pub(crate) fn stage(&self) -> AuthType {
        match self {
            Self::Phone { .. } => AuthType::Msisdn,
            Self::Email(_) => AuthType::EmailIdentity,
        }
    }
}
