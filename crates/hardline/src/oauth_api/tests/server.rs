use http::{Request, StatusCode};

use super::client_id;
use crate::oauth_api::*;
use crate::wire::server::{Route, Router, decode_request, encode_response};
use crate::wire::{self, Endpoint, Error, OAuthErrorCode};

fn router() -> Router {
    let mut router = Router::new();
    router.add_at("/token", const { &ExchangeCode::OPERATION });
    router.add_at("/token", const { &RefreshAccessToken::OPERATION });
    router.add_at("/token", const { &ExchangeDeviceCode::OPERATION });
    router.add_at("/authorize", const { &Authorize::OPERATION });
    router.add_at("/register", const { &RegisterClient::OPERATION });
    router
}

fn routed(request: &Request<&'static str>) -> Route {
    router().route(request).unwrap()
}

fn refused<E: Endpoint + serde::de::DeserializeOwned + std::fmt::Debug>(
    request: &Request<&'static str>,
) -> Error
where
    E::Response: std::fmt::Debug,
{
    let refusal = decode_request::<E>(&routed(request), request).unwrap_err();
    assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
    wire::decode::<E>(refusal.into_response()).unwrap_err()
}

fn form(body: &'static str) -> Request<&'static str> {
    Request::post("/token").body(body).unwrap()
}

#[test]
fn the_grant_tells_requests_at_one_url_apart() {
    for (body, expected) in [
        ("grant_type=authorization_code&code=c", "exchangeCode"),
        ("client_id=c&grant_type=refresh_token", "refreshAccessToken"),
        (
            "grant_type=urn:ietf:params:oauth:grant-type:device_code",
            "exchangeDeviceCode",
        ),
        // As which it is refused.
        ("grant_type=password", "exchangeCode"),
        ("", "exchangeCode"),
    ] {
        assert_eq!(routed(&form(body)).operation.id, expected, "{body}");
    }
    let wrong = Request::put("/token").body("").unwrap();
    assert_eq!(router().route(&wrong).unwrap_err().status(), 405);
}

#[test]
fn a_bad_request_is_refused_in_oauths_terms() {
    for (body, error) in [
        ("", OAuthErrorCode::InvalidRequest),
        ("grant_type=password", OAuthErrorCode::UnsupportedGrantType),
        (
            "grant_type=refresh_token&client_id=c",
            OAuthErrorCode::InvalidRequest,
        ),
        // Without a value is left out.
        (
            "grant_type=refresh_token&client_id=c&refresh_token=",
            OAuthErrorCode::InvalidRequest,
        ),
        (
            "grant_type=refresh_token&client_id=c&client_id=d&refresh_token=r",
            OAuthErrorCode::InvalidRequest,
        ),
    ] {
        let refused = if body.contains("refresh") {
            refused::<RefreshAccessToken>(&form(body))
        } else {
            refused::<ExchangeCode>(&form(body))
        };
        assert_eq!(refused.oauth_error(), Some(&error), "{body}");
    }
    for (body, error) in [
        ("{", OAuthErrorCode::InvalidRequest),
        ("{}", OAuthErrorCode::InvalidClientMetadata),
        ("[]", OAuthErrorCode::InvalidClientMetadata),
        (
            r#"{"client_uri":"u","redirect_uris":"x"}"#,
            OAuthErrorCode::InvalidClientMetadata,
        ),
    ] {
        let request = Request::post("/register").body(body).unwrap();
        let refused = refused::<RegisterClient>(&request);
        assert_eq!(refused.oauth_error(), Some(&error), "{body}");
    }
    let request = Request::get("/authorize?response_type=token&client_id=c")
        .body("")
        .unwrap();
    assert_eq!(
        refused::<Authorize>(&request).oauth_error(),
        Some(&OAuthErrorCode::UnsupportedResponseType)
    );
}

#[test]
fn an_authorization_is_read_and_leads_back() {
    let request = Request::get(
        "/authorize?response_type=code&client_id=c&redirect_uri=https%3A%2F%2Fa.example%2F&scope=urn:matrix:client:api:*+x\
         &state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&unknown=1",
    )
    .body("")
    .unwrap();
    let authorize = decode_request::<Authorize>(&routed(&request), &request).unwrap();
    assert_eq!(authorize.redirect_uri, "https://a.example/");
    assert_eq!(authorize.scope.to_string(), "urn:matrix:client:api:* x");
    assert_eq!(authorize.response_mode, None);
    let code = AuthorizationCode::from("abc");
    let response = AuthorizationResponse::new(authorize.state, Ok(code));
    let location = response.url(&authorize.redirect_uri, &ResponseMode::Fragment);
    let response = encode_response::<Authorize>(&AuthorizeResponse::new(location)).unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        response.headers()["location"],
        "https://a.example/#code=abc&state=s"
    );
    let answer = wire::decode::<Authorize>(response).unwrap();
    let response = AuthorizationResponse::parse(answer.location.reveal()).unwrap();
    assert_eq!(response.result.unwrap().reveal(), "abc");
}

#[test]
fn a_client_is_registered_with_its_own_status() {
    let client = RegisterClientResponse::new(client_id());
    let response = encode_response::<RegisterClient>(&client).unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.body(), br#"{"client_id":"01J X+Y"}"#);
    assert_eq!(wire::decode::<RegisterClient>(response).unwrap(), client);
}
