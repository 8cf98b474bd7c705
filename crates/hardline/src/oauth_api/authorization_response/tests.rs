use super::*;

fn parsed(url: &str) -> AuthorizationResponse {
    AuthorizationResponse::parse(url).unwrap()
}

fn state(text: &str) -> AuthorizationState {
    AuthorizationState::parse(text).unwrap()
}

fn metadata(says_issuer: bool) -> AuthMetadata {
    let none = String::new;
    let mut metadata =
        AuthMetadata::new("https://a.example/".into(), none(), none(), none(), none());
    metadata.authorization_response_iss_parameter_supported = Some(says_issuer);
    metadata
}

#[test]
fn a_code_is_found_wherever_it_comes_back() {
    for url in [
        "https://app.example.com/?state=s%201&code=a%2Bb",
        "https://app.example.com/#code=a%2Bb&state=s+1",
        "https://app.example.com/?x=y#state=s%201&code=a%2Bb",
        // What a redirect URI has in its own query means nothing if the response is in the fragment.
        "https://app.example.com/?code=mine&state=t#state=s%201&code=a%2Bb",
        "com.example.app:/callback?code=a%2Bb&state=s%201",
        "/callback?code=a%2Bb&state=s%201&error=",
        "?code=a%2Bb&state=s%201",
        "#code=a%2Bb&state=s%201",
        " code=a%2Bb&state=s%201&session_state=x \n",
    ] {
        let response = parsed(url);
        assert_eq!(response.result.unwrap().reveal(), "a+b", "{url}");
        assert_eq!(response.state, Some(state("s 1")), "{url}");
        assert_eq!(response.issuer, None, "{url}");
    }
}

#[test]
fn an_error_says_why_there_is_no_code() {
    let url = "http://127.0.0.1/?error=access_denied&error_description=The+user%0Arefused&error_uri=https://a.example/e&state=s&iss=i";
    let response = parsed(url);
    assert_eq!(response.issuer.as_deref(), Some("i"));
    let declined = response.result.unwrap_err();
    assert_eq!(declined.error, OAuthErrorCode::AccessDenied);
    assert_eq!(declined.error_uri.as_deref(), Some("https://a.example/e"));
    let shown = declined.to_string();
    assert!(
        shown.starts_with("the authorization server declined: access_denied: The user"),
        "{shown}"
    );
    assert!(!shown.contains('\n'), "{shown}");
    // With both there is no telling; nothing is lost by not logging in.
    assert!(parsed("?code=c&error=server_error&state=s").result.is_err());
}

#[test]
fn what_is_no_response_is_refused_without_repeating_it() {
    use InvalidAuthorizationResponse::{Incomplete, Repeated};
    for (url, expected) in [
        ("", Incomplete),
        ("https://app.example.com/", Incomplete),
        ("https://app.example.com/code=secret", Incomplete),
        ("https://app.example.com/?state=secret", Incomplete),
        ("https://app.example.com/?code=&state=secret", Incomplete),
        ("secret", Incomplete),
        ("?code=secret&code=d&state=s", Repeated("code")),
        ("#code=secret&state=s&state=s", Repeated("state")),
        ("?code=secret&state=s&iss=a&iss=b", Repeated("iss")),
        ("?error=secret&error=b", Repeated("error")),
    ] {
        let error = AuthorizationResponse::parse(url).unwrap_err();
        assert_eq!(error, expected, "{url}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{url}");
    }
}

#[test]
fn a_response_to_something_else_is_told() {
    use ForeignResponse::{Issuer, State};
    for (url, says_issuer, expected) in [
        ("?code=c&state=s", false, Ok(())),
        ("?code=c&state=s&iss=https://a.example/", false, Ok(())),
        ("?code=c&state=s&iss=https://a.example/", true, Ok(())),
        ("?code=c&state=s", true, Err(Issuer)),
        ("?code=c&state=s&iss=https://a.example", false, Err(Issuer)),
        ("?code=c&state=s&iss=https://b.example/", true, Err(Issuer)),
        ("?code=c&state=S", false, Err(State)),
        ("?code=c&state=", false, Err(State)),
        ("?error=access_denied", false, Err(State)),
        ("?code=c&state=t&iss=https://b.example/", true, Err(State)),
    ] {
        let checked = parsed(url).check(&state("s"), &metadata(says_issuer));
        assert_eq!(checked, expected, "{url}");
    }
}

#[test]
fn no_secret_is_shown() {
    let shown = format!("{:?}", parsed("?code=hush&state=quiet"));
    assert!(
        !shown.contains("hush") && !shown.contains("quiet"),
        "{shown}"
    );
}

#[cfg(feature = "server")]
#[test]
fn a_response_comes_back_as_the_server_made_it() {
    let mut declined = AuthorizationError::new(OAuthErrorCode::AccessDenied);
    declined.error_description = Some("not & now".to_owned());
    declined.error_uri = Some("https://a.example/e?f=g#h".to_owned());
    for result in [Ok(AuthorizationCode::from("a b&c")), Err(declined)] {
        let mut response = AuthorizationResponse::new(state("s=#&"), result);
        response.issuer = Some("https://a.example/".to_owned());
        for mode in [ResponseMode::Query, ResponseMode::Fragment] {
            for redirect_uri in ["https://b.example/", "http://[::1]/?x=y", "c:/d"] {
                let url = response.url(redirect_uri, &mode);
                assert_eq!(parsed(url.reveal()), response);
                assert!(url.reveal().starts_with(redirect_uri));
            }
        }
    }
}
