use sha2::{Digest, Sha256};

use super::{HashAlgorithm, Pepper, canonical_address};
use crate::types::{Base64, Medium};

/// What a lookup sends for an address: its hash or, with [`HashAlgorithm::None`], the address and its medium. `None` if
/// this library does not know the algorithm, or if [`canonical_address`] refuses the address.
///
/// A server finds only addresses that are written exactly as it stores them, so the canonical form is hashed: e-mail
/// addresses are case-folded, phone numbers are the digits of their international form.
///
/// ```
/// use hardline::identity_api::lookup::{HashAlgorithm, Pepper, hash_address};
/// use hardline::types::Medium;
///
/// let pepper = Pepper::parse("matrixrocks")?;
/// assert_eq!(
///     hash_address(&HashAlgorithm::Sha256, &Medium::Email, "alice@example.com", &pepper).as_deref(),
///     Some("4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc"),
/// );
/// assert_eq!(
///     hash_address(&HashAlgorithm::None, &Medium::Msisdn, "18005552067", &pepper).as_deref(),
///     Some("18005552067 msisdn"),
/// );
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [client behaviour](https://spec.matrix.org/v1.19/identity-service-api/#client-behaviour).
pub fn hash_address(
    algorithm: &HashAlgorithm,
    medium: &Medium,
    address: &str,
    pepper: &Pepper,
) -> Option<String> {
    let address = canonical_address(medium, address).ok()?;
    match algorithm {
        HashAlgorithm::Sha256 => {
            let hash = Sha256::digest(format!("{address} {medium} {pepper}"));
            Some(Base64::UrlSafe.encode(hash))
        }
        HashAlgorithm::None => Some(format!("{address} {medium}")),
        HashAlgorithm::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha256(address: &str, medium: Medium) -> String {
        let pepper = Pepper::parse("matrixrocks").unwrap();
        hash_address(&HashAlgorithm::Sha256, &medium, address, &pepper).unwrap()
    }

    #[test]
    fn hashes_match_the_specification() {
        for (address, hash) in [
            (
                "alice@example.com",
                "4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc",
            ),
            (
                "bob@example.com",
                "LJwSazmv46n0hlMlsb_iYxI0_HXEqy_yj6Jm636cdT8",
            ),
            (
                "carl@example.com",
                "jDh2YLwYJg3vg9pEn3kaaXAP9jx-LlcotoH51Zgb9MA",
            ),
            (
                "denny@example.com",
                "2tZto1arl2fUYtF6tQPJND69il3xke9OBlgFgnUt2ww",
            ),
        ] {
            assert_eq!(sha256(address, Medium::Email), hash, "{address}");
        }
        assert_eq!(
            sha256("12345678910", Medium::Msisdn),
            "S11EvvwnUWBDZtI4MTRKgVuiRx76Z9HnkbyRlWkBqJs"
        );
        assert_eq!(
            sha256("18005552067", Medium::Msisdn),
            "nlo35_T5fzSGZzJApqu8lgIudJvmOQtDaHtr-I4rU7I"
        );
    }

    #[test]
    fn an_address_has_one_hash_however_it_is_written() {
        for written in [
            "alice@example.com",
            "Alice@Example.COM",
            "ALICE@EXAMPLE.COM",
        ] {
            assert_eq!(
                sha256(written, Medium::Email),
                "4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc"
            );
        }
        assert_eq!(
            sha256("Strauß@example.com", Medium::Email),
            "Wvo9OL_UvrDZsRecvnhshdTeilXXGbhk0J5l5rX55Ok"
        );
    }

    #[test]
    fn a_number_has_one_hash_however_it_is_written_and_none_without_its_country() {
        assert_eq!(
            sha256("+1 800-555-2067", Medium::Msisdn),
            "nlo35_T5fzSGZzJApqu8lgIudJvmOQtDaHtr-I4rU7I"
        );
        let pepper = Pepper::parse("a").unwrap();
        let national = "07700 900001";
        for algorithm in [HashAlgorithm::Sha256, HashAlgorithm::None] {
            let hash = hash_address(&algorithm, &Medium::Msisdn, national, &pepper);
            assert_eq!(hash, None);
        }
    }

    #[test]
    fn an_unknown_algorithm_hashes_nothing() {
        let pepper = Pepper::parse("a").unwrap();
        let algorithm = HashAlgorithm::from("sha512");
        assert_eq!(
            hash_address(&algorithm, &Medium::Email, "a@b", &pepper),
            None
        );
    }
}
