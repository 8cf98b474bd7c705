mod responses;
#[cfg(feature = "server")]
mod server;

use super::*;
use crate::client_api::discovery::GetAuthMetadata;
use crate::types::{AccessToken, ClientId, CodeVerifier, DeviceId, RefreshToken};
use crate::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Endpoint, SupportedVersions, Target};

/// The request line, the header fields and the body.
fn sent<E: Endpoint>(operation: &E, url: &str) -> String {
    let homeserver = BaseUrl::parse("https://matrix.example.org").unwrap();
    let target = Target::Url(AbsoluteUrl::given_by(&homeserver, url).unwrap());
    // A token that the caller has is none of the authorization server's business.
    let credentials = Credentials::Token(AccessToken::from("mat_secret"));
    let request = wire::encode(operation, &target, &credentials).unwrap();
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text += &format!("{name}: {}\n", value.to_str().unwrap());
    }
    text + std::str::from_utf8(request.body()).unwrap()
}

fn client_id() -> ClientId {
    ClientId::parse("01J X+Y").unwrap()
}

fn scopes() -> Scopes {
    Scopes::of_device(DeviceId::parse("AAABBBCCCDDD").unwrap()).unwrap()
}

#[test]
fn each_grant_is_a_form_of_its_own() {
    let url = "https://account.example.org/oauth2/token";
    let code = ExchangeCode::new(
        client_id(),
        AuthorizationCode::from("a/b"),
        "http://127.0.0.1:8080/?a=b".to_owned(),
        CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap(),
    );
    assert_eq!(
        sent(&code, url),
        "POST https://account.example.org/oauth2/token\n\
         content-type: application/x-www-form-urlencoded\n\
         grant_type=authorization_code&client_id=01J+X%2BY&code=a%2Fb\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F%3Fa%3Db\
         &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    let refresh = RefreshAccessToken::new(client_id(), RefreshToken::from("mar_secret"));
    assert_eq!(
        sent(&refresh, url),
        "POST https://account.example.org/oauth2/token\n\
         content-type: application/x-www-form-urlencoded\n\
         grant_type=refresh_token&client_id=01J+X%2BY&refresh_token=mar_secret"
    );
    let device = ExchangeDeviceCode::new(client_id(), DeviceCode::from("d&c"));
    assert_eq!(
        sent(&device, url),
        "POST https://account.example.org/oauth2/token\n\
         content-type: application/x-www-form-urlencoded\n\
         grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=01J+X%2BY\
         &device_code=d%26c"
    );
}

#[test]
fn the_other_endpoints_are_asked_at_their_urls() {
    let device = AuthorizeDevice::new(client_id(), scopes());
    assert_eq!(
        sent(&device, "https://account.example.org/oauth2/device?lang=en"),
        "POST https://account.example.org/oauth2/device?lang=en\n\
         content-type: application/x-www-form-urlencoded\n\
         client_id=01J+X%2BY\
         &scope=urn%3Amatrix%3Aclient%3Aapi%3A*+urn%3Amatrix%3Aclient%3Adevice%3AAAABBBCCCDDD"
    );
    let revoke = RevokeToken::new(client_id(), AccessToken::from("mat_secret").into())
        .with(|revoke| revoke.token_type_hint = Some(TokenTypeHint::AccessToken));
    assert_eq!(
        sent(&revoke, "https://account.example.org/oauth2/revoke"),
        "POST https://account.example.org/oauth2/revoke\n\
         content-type: application/x-www-form-urlencoded\n\
         token=mat_secret&token_type_hint=access_token&client_id=01J+X%2BY"
    );
    let register = RegisterClient::device("https://app.example.com/".to_owned());
    assert_eq!(
        sent(&register, "https://account.example.org/oauth2/registration"),
        "POST https://account.example.org/oauth2/registration\n\
         content-type: application/json\n\
         {\"client_uri\":\"https://app.example.com/\",\"response_types\":[],\
         \"grant_types\":[\"urn:ietf:params:oauth:grant-type:device_code\",\"refresh_token\"],\
         \"token_endpoint_auth_method\":\"none\",\"application_type\":\"native\"}"
    );
    for url in [
        "https://account.example.org/.well-known/openid-configuration",
        "https://account.example.org/t/.well-known/openid-configuration",
    ] {
        let expected = format!("GET {url}\n");
        assert_eq!(sent(&GetOpenIdConfiguration::new(), url), expected);
        assert_eq!(sent(&GetAuthorizationServerMetadata::new(), url), expected);
    }
}

#[test]
fn the_browser_is_asked_with_everything_in_the_query() {
    let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
    let authorize = Authorize::new(
        client_id(),
        "com.example.app:/callback".to_owned(),
        scopes(),
        AuthorizationState::parse("a b").unwrap(),
        CodeChallenge::s256(&verifier),
    )
    .with(|authorize| {
        authorize.response_mode = Some(ResponseMode::Query);
        authorize.prompt = Some(PromptValue::Create);
        authorize.nonce = Some(Nonce::parse("n").unwrap());
    });
    let query = "response_type=code&code_challenge_method=S256&client_id=01J%20X%2BY\
                 &redirect_uri=com.example.app%3A%2Fcallback\
                 &scope=urn%3Amatrix%3Aclient%3Aapi%3A%2A%20urn%3Amatrix%3Aclient%3Adevice%3AAAABBBCCCDDD\
                 &state=a%20b&response_mode=query\
                 &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&prompt=create&nonce=n";
    for (endpoint, url) in [
        ("https://a.example", format!("https://a.example/?{query}")),
        (
            "https://a.example/x",
            format!("https://a.example/x?{query}"),
        ),
        (
            "https://a.example/x?",
            format!("https://a.example/x?{query}"),
        ),
        (
            "https://a.example/x?y=%20z",
            format!("https://a.example/x?y=%20z&{query}"),
        ),
    ] {
        assert_eq!(sent(&authorize, endpoint), format!("GET {url}\n"));
    }
    let shown = format!("{authorize:?}");
    assert!(
        !shown.contains("a b") && !shown.contains("Nonce(\"n"),
        "{shown}"
    );
}

#[test]
fn an_operation_is_sent_to_its_url_alone() {
    let homeserver = Target::homeserver("https://matrix.example.org").unwrap();
    let operation = RefreshAccessToken::new(client_id(), RefreshToken::from("mar_secret"));
    let error = wire::encode(&operation, &homeserver, &Credentials::None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "oauth:refreshAccessToken is sent to the URL that the server gave: give it a target of that kind"
    );
}

#[test]
fn metadata_is_asked_for_whatever_the_server_advertises() {
    for (versions, features, path) in [
        (vec!["v1.15"], false, "/_matrix/client/v1/auth_metadata"),
        (vec!["v1.12"], false, "/_matrix/client/v1/auth_metadata"),
        (
            vec!["v1.12"],
            true,
            "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
        ),
    ] {
        let supported = SupportedVersions::new(versions, [("org.matrix.msc2965", features)]);
        assert_eq!(supported.path_of(&GetAuthMetadata::OPERATION), Some(path));
    }
}

#[test]
fn no_secret_is_shown() {
    let verifier = "hush-hush-hush-hush-hush-hush-hush-hush-hush";
    let client_id = || ClientId::parse("c").unwrap();
    let uri = || "https://app.example.com/".to_owned();
    let code = ExchangeCode::new(
        client_id(),
        AuthorizationCode::from("hush"),
        uri(),
        CodeVerifier::parse(verifier).unwrap(),
    );
    let authorize = Authorize::new(
        client_id(),
        uri(),
        scopes(),
        AuthorizationState::parse("hush").unwrap(),
        CodeChallenge::s256(&CodeVerifier::parse(verifier).unwrap()),
    )
    .with(|authorize| authorize.nonce = Some(Nonce::parse("hush").unwrap()));
    let homeserver = BaseUrl::parse("https://matrix.example.org").unwrap();
    let endpoint = AbsoluteUrl::given_by(&homeserver, "https://a.example/").unwrap();
    let mut tokens = TokenResponse::new(AccessToken::from("hush"));
    tokens.refresh_token = Some(RefreshToken::from("hush"));
    let device = AuthorizeDeviceResponse::new(
        DeviceCode::from("hush"),
        UserCode::parse("WDJB").unwrap(),
        uri(),
    );
    for shown in [
        format!("{code:?}"),
        format!("{:?}", authorize.url(&endpoint)),
        format!("{authorize:?}"),
        format!("{:?}", RefreshAccessToken::new(client_id(), "hush".into())),
        format!("{:?}", ExchangeDeviceCode::new(client_id(), "hush".into())),
        format!("{:?}", RevokeToken::new(client_id(), "hush".into())),
        format!("{tokens:?}"),
        format!("{device:?}"),
        format!("{:?}", AuthorizeResponse::new("?code=hush".into())),
    ] {
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains('…'), "{shown}");
    }
}
