use hardline::oauth_api::{AuthorizationResponse, ResponseMode, Scopes};

use super::input::Input;

/// Scopes on the first line, and the URL that a browser was sent to: what is read of both is written so that it is read
/// again.
pub fn authorization_response(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let scopes = Scopes::from(&*input.text());
    assert_eq!(Scopes::from(scopes.to_string().as_str()), scopes);

    let url = String::from_utf8_lossy(input.rest());
    let response = match AuthorizationResponse::parse(&url) {
        Ok(response) => response,
        Err(error) => return assert!(error.to_string().len() < 200),
    };
    assert!(response.result.is_err() || url.contains("code"));
    for mode in [ResponseMode::Query, ResponseMode::Fragment] {
        for redirect_uri in ["https://app.example/", "app.example:/?a=b"] {
            let again = response.url(redirect_uri, &mode);
            let again = AuthorizationResponse::parse(again.reveal());
            assert_eq!(again.as_ref(), Ok(&response));
        }
    }
}
