use std::error::Error;
use std::fmt;

use super::{
    GetHashDetailsResponse, LookupUsersV2, LookupUsersV2Response, canonical_address, hash_address,
};
use crate::identity_api::association::Threepid;
use crate::types::{InvalidText, UserId};
use hardline_derive::Persist;

/// A lookup of addresses: builds the request, and maps the hashes in the response back to addresses.
///
/// If the pepper was rotated meanwhile, look up [`again`](AddressLookup::again).
#[derive(Clone, Debug, Persist)]
pub struct AddressLookup {
    /// In the order of the request's addresses.
    threepids: Vec<Threepid>,
    request: LookupUsersV2,
}

impl AddressLookup {
    /// A lookup of plain addresses, hashed as the server wants them: with `sha256` if it supports that, otherwise with
    /// `none`, which sends the addresses as they are. See [`GetHashDetailsResponse::best_algorithm`].
    ///
    /// They may be written as people write them: what is hashed is their [canonical form](canonical_address).
    ///
    /// # Errors
    /// [`AddressLookupError`] if the server supports neither, or if an address has no canonical form, since it would
    /// never be found.
    pub fn new(
        threepids: impl IntoIterator<Item = Threepid>,
        details: &GetHashDetailsResponse,
    ) -> Result<Self, AddressLookupError> {
        let threepids: Vec<_> = threepids.into_iter().collect();
        Self::check(&threepids)?;
        let unknown = AddressLookupError::NoKnownAlgorithm;
        let algorithm = details.best_algorithm().ok_or(unknown.clone())?;
        let pepper = &details.lookup_pepper;
        let hash = |threepid: &Threepid| {
            hash_address(&algorithm, &threepid.medium, &threepid.address, pepper)
        };
        let addresses = threepids.iter().map(hash).collect::<Option<_>>();
        let addresses = addresses.ok_or(unknown)?;
        let request = LookupUsersV2::new(algorithm, pepper.clone(), addresses);
        Ok(Self { threepids, request })
    }

    /// The same lookup with other details, such as a new pepper.
    ///
    /// ```
    /// use hardline::identity_api::association::Threepid;
    /// use hardline::identity_api::lookup::{
    ///     AddressLookup, GetHashDetailsResponse, HashAlgorithm, LookupUsersV2, Pepper,
    /// };
    /// use hardline::types::Medium;
    /// use hardline::wire;
    ///
    /// let details = GetHashDetailsResponse::new(Pepper::parse("old")?, vec![HashAlgorithm::Sha256]);
    /// let address = Threepid::new(Medium::Email, "alice@example.com".to_owned());
    /// let lookup = AddressLookup::new([address], &details)?;
    ///
    /// // The response to lookup.request() is an error because the pepper was rotated.
    /// let body = r#"{"errcode": "M_INVALID_PEPPER", "lookup_pepper": "matrixrocks", "algorithm": "sha256"}"#;
    /// let response = http::Response::builder().status(400).body(body)?;
    /// let error = wire::decode::<LookupUsersV2>(response).unwrap_err();
    ///
    /// let details = details.after(&error).expect("the error contains the pepper");
    /// let lookup = lookup.again(&details)?;
    /// assert_eq!(lookup.request().addresses, ["4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`new`](AddressLookup::new).
    pub fn again(self, details: &GetHashDetailsResponse) -> Result<Self, AddressLookupError> {
        Self::new(self.threepids, details)
    }

    /// Checks that all addresses can be looked up.
    pub(crate) fn check(threepids: &[Threepid]) -> Result<(), AddressLookupError> {
        for (index, threepid) in threepids.iter().enumerate() {
            canonical_address(&threepid.medium, &threepid.address)
                .map_err(|source| AddressLookupError::InvalidAddress { index, source })?;
        }
        Ok(())
    }

    /// The request to send.
    pub fn request(&self) -> &LookupUsersV2 {
        &self.request
    }

    /// The bound addresses as they were given, each with its user. Addresses that were not in the request are ignored.
    pub fn found<'a>(
        &'a self,
        response: &'a LookupUsersV2Response,
    ) -> impl Iterator<Item = (&'a Threepid, &'a UserId)> {
        let asked = self.threepids.iter().zip(&self.request.addresses);
        asked.filter_map(|(threepid, hash)| Some((threepid, response.mappings.get(hash)?)))
    }
}

/// Why addresses cannot be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressLookupError {
    /// The identity server supports no lookup algorithm that this library knows.
    NoKnownAlgorithm,
    /// An address has no [canonical form](canonical_address): leave it out, or write it in another way.
    InvalidAddress {
        /// Its place among the addresses that were given, from 0.
        index: usize,
        /// What is wrong with it.
        source: InvalidText,
    },
}

impl fmt::Display for AddressLookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKnownAlgorithm => f.write_str(
                "the identity server looks up by neither sha256 nor none: use another identity server",
            ),
            Self::InvalidAddress { index, .. } => {
                write!(f, "address {} cannot be looked up", index + 1)
            }
        }
    }
}

impl Error for AddressLookupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoKnownAlgorithm => None,
            Self::InvalidAddress { source, .. } => Some(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity_api::lookup::{HashAlgorithm, Pepper};
    use crate::types::Medium;

    fn details(algorithms: &[&str]) -> GetHashDetailsResponse {
        let algorithms = algorithms.iter().copied().map(HashAlgorithm::from);
        GetHashDetailsResponse::new(Pepper::parse("matrixrocks").unwrap(), algorithms.collect())
    }

    fn addresses() -> Vec<Threepid> {
        vec![
            Threepid::new(Medium::Email, "Alice@example.com".to_owned()),
            Threepid::new(Medium::Msisdn, "12345678910".to_owned()),
            Threepid::new(Medium::Email, "alice@EXAMPLE.com".to_owned()),
        ]
    }

    #[test]
    fn hashes_are_preferred_and_plain_addresses_are_the_last_resort() {
        let hashed = AddressLookup::new(addresses(), &details(&["none", "sha256"])).unwrap();
        assert_eq!(
            *hashed.request(),
            LookupUsersV2::new(
                HashAlgorithm::Sha256,
                Pepper::parse("matrixrocks").unwrap(),
                vec![
                    "4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc".to_owned(),
                    "S11EvvwnUWBDZtI4MTRKgVuiRx76Z9HnkbyRlWkBqJs".to_owned(),
                    "4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc".to_owned(),
                ]
            )
        );
        let plain = AddressLookup::new(addresses(), &details(&["md5", "none"])).unwrap();
        assert_eq!(
            plain.request().addresses,
            [
                "alice@example.com email",
                "12345678910 msisdn",
                "alice@example.com email"
            ]
        );
        let refused = AddressLookup::new(addresses(), &details(&["md5"])).unwrap_err();
        assert_eq!(refused, AddressLookupError::NoKnownAlgorithm);
        // A server that names none has to be asked with the one that all clients support.
        let unnamed = AddressLookup::new(addresses(), &details(&[])).unwrap();
        assert_eq!(unnamed.request(), hashed.request());
    }

    #[test]
    fn each_spelling_of_an_address_finds_its_user() {
        let lookup = AddressLookup::new(addresses(), &details(&["sha256"])).unwrap();
        let alice = UserId::parse("@alice:example.org").unwrap();
        let mut response = LookupUsersV2Response::default();
        for hash in [
            "4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc",
            "not asked for",
        ] {
            response.mappings.insert(hash.to_owned(), alice.clone());
        }
        let found: Vec<_> = lookup
            .found(&response)
            .map(|(threepid, user)| (threepid.address.as_str(), user))
            .collect();
        assert_eq!(
            found,
            [("Alice@example.com", &alice), ("alice@EXAMPLE.com", &alice)]
        );
    }

    #[test]
    fn an_address_that_would_never_be_found_is_named() {
        let mut threepids = addresses();
        threepids.push(Threepid::new(Medium::Msisdn, "07700 900001".to_owned()));
        let refused = AddressLookup::new(threepids, &details(&["sha256"])).unwrap_err();
        assert_eq!(refused.to_string(), "address 4 cannot be looked up");
        assert_eq!(
            refused.source().unwrap().to_string(),
            "not a phone number in international form: it begins with 0: write + and the country's code in place of that"
        );
    }

    #[test]
    fn numbers_are_found_as_they_were_given() {
        let written = Threepid::new(Medium::Msisdn, "+44 7700 900001".to_owned());
        let lookup = AddressLookup::new([written.clone()], &details(&["none"])).unwrap();
        assert_eq!(lookup.request().addresses, ["447700900001 msisdn"]);
        let alice = UserId::parse("@alice:example.org").unwrap();
        let mut response = LookupUsersV2Response::default();
        let mappings = &mut response.mappings;
        mappings.insert("447700900001 msisdn".to_owned(), alice.clone());
        let found: Vec<_> = lookup.found(&response).collect();
        assert_eq!(found, [(&written, &alice)]);
    }
}
