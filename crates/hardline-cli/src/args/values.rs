use hardline::flow::{HomeserverAddress, ThreepidInput};
use hardline::types::{CountryCode, InvalidText, ServerName};
use hardline::wire::BaseUrl;

use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::international;

/// A user of whom a name, an address or a number is given.
pub(super) fn user(text: &str) -> Result<String, String> {
    let user = international::user(text).map_err(|error| error.to_string())?;
    non_blank(&user).map_err(str::to_owned)
}

/// A server's name.
pub(super) fn server_name(text: &str) -> Result<ServerName, InvalidText> {
    international::server_name(text)
}

/// A country, however its letters are written.
pub(super) fn country(text: &str) -> Result<CountryCode, InvalidText> {
    CountryCode::parse(text.trim().to_ascii_uppercase())
}

/// A base URL, whose host may be an internationalised name.
pub(super) fn base_url(text: &str) -> Result<BaseUrl, String> {
    international::base_url(text).map_err(|error| error.to_string())
}

/// A phone number, whose country is needed unless the number says it.
pub(crate) fn phone_number(
    number: &str,
    country: Option<&CountryCode>,
) -> Result<ThreepidInput, CliError> {
    let number = number.trim().replacen('\u{ff0b}', "+", 1);
    let country = match country {
        Some(country) => country.clone(),
        // A number in its international form means the same in every country.
        None if number.starts_with('+') => CountryCode::parse("GB")
            .map_err(|error| CliError::local("there is no country", &error))?,
        None => {
            return Err(CliError::new(
                Exit::Usage,
                format!("it is not clear which country {number} belongs to"),
                "write + and the country's code before it, or name the country with --country",
            ));
        }
    };
    Ok(ThreepidInput::phone(country, number))
}

/// The homeserver that is named, or else the one of this user.
pub(super) fn server_of(
    homeserver: Option<&HomeserverAddress>,
    user: Option<&str>,
) -> Result<HomeserverAddress, CliError> {
    if let Some(homeserver) = homeserver {
        return Ok(homeserver.clone());
    }
    let user = user.filter(|user| user.starts_with('@') && user.contains(':'));
    let Some(user) = user else {
        return Err(CliError::new(
            Exit::Usage,
            "it is not clear which homeserver that is",
            "name it with --homeserver, or in the user's name, as in --user @alice:example.org",
        ));
    };
    HomeserverAddress::parse(user).map_err(|error| CliError::usage(error.to_string()))
}

/// Text without the white space around it, which must not be empty.
pub(super) fn non_blank(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("it is empty")
    } else {
        Ok(text.to_owned())
    }
}

/// A page that authorization servers accept as one about a client.
pub(super) fn client_uri(text: &str) -> Result<String, String> {
    let text = text.trim();
    let url: http::Uri = text.parse().map_err(|_| "it is not a URL".to_owned())?;
    let host = url.authority().filter(|host| !host.as_str().contains('@'));
    if url.scheme_str() != Some("https") || host.is_none() {
        return Err("it has to be a page at https://, without a user name".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_its_international_form_needs_no_country() {
        let phone = |country: &str, number: &str| {
            ThreepidInput::phone(CountryCode::parse(country).unwrap(), number)
        };
        for (number, given, meant) in [
            ("+447700900001", None, phone("GB", "+447700900001")),
            (" +49 30 1234", None, phone("GB", "+49 30 1234")),
            ("\u{ff0b}49301234", None, phone("GB", "+49301234")),
            ("030 1234", Some("de"), phone("DE", "030 1234")),
            ("+4930 1234", Some("De"), phone("DE", "+4930 1234")),
        ] {
            let given = given.map(|given| country(given).unwrap());
            assert_eq!(phone_number(number, given.as_ref()).unwrap(), meant);
        }
        let error = phone_number("07700900001", None).unwrap_err();
        assert!(error.sentence().contains("--country"));
        for text in ["", "gbr", "g", "12"] {
            assert!(country(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_user_says_which_homeserver_it_is() {
        let named = HomeserverAddress::parse("https://matrix.example.org").unwrap();
        let server = HomeserverAddress::parse("example.org").unwrap();
        let user = Some("@bob:example.org");
        assert_eq!(server_of(Some(&named), user).unwrap(), named);
        assert_eq!(server_of(None, user).unwrap(), server);
        for unclear in [None, Some("bob"), Some("bob@example.org"), Some("@bob")] {
            let error = server_of(None, unclear).unwrap_err();
            assert!(error.sentence().contains("--homeserver"));
        }
    }

    #[test]
    fn a_client_has_a_page_that_is_encrypted() {
        assert_eq!(
            client_uri(" https://example.org/hardline ").unwrap(),
            "https://example.org/hardline"
        );
        for url in [
            "http://example.org",
            "example.org",
            "https://a@example.org",
            "https://",
            "a b",
        ] {
            assert!(client_uri(url).is_err(), "{url}");
        }
    }
}
