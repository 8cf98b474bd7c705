use std::error::Error;
use std::fmt;

use super::{GetHashDetailsResponse, LookupUsersV2, LookupUsersV2Response, hash_address};
use crate::identity_api::association::Threepid;
use crate::types::UserId;
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
    /// E-mail addresses are case-folded before they are hashed ([`fold_email`](super::fold_email)); phone numbers are
    /// the digits of their international form.
    ///
    /// # Errors
    /// [`NoKnownAlgorithm`] if the server supports neither.
    pub fn new(
        threepids: impl IntoIterator<Item = Threepid>,
        details: &GetHashDetailsResponse,
    ) -> Result<Self, NoKnownAlgorithm> {
        let threepids: Vec<_> = threepids.into_iter().collect();
        let algorithm = details.best_algorithm().ok_or(NoKnownAlgorithm)?;
        let pepper = &details.lookup_pepper;
        let hash = |threepid: &Threepid| {
            hash_address(&algorithm, &threepid.medium, &threepid.address, pepper)
        };
        let addresses = threepids.iter().map(hash).collect::<Option<_>>();
        let addresses = addresses.ok_or(NoKnownAlgorithm)?;
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
    pub fn again(self, details: &GetHashDetailsResponse) -> Result<Self, NoKnownAlgorithm> {
        Self::new(self.threepids, details)
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

/// An identity server that supports no lookup algorithm that this library knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKnownAlgorithm;

impl fmt::Display for NoKnownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the identity server looks up by neither sha256 nor none: use another identity server",
        )
    }
}

impl Error for NoKnownAlgorithm {}

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
        assert_eq!(refused, NoKnownAlgorithm);
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
}
