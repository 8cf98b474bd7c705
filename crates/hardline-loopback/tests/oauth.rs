//! The authorization server of a loopback, over sockets and without, and the flows of the core on it.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hardline::client::BlockingTransport;
use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::discovery::{AuthMetadata, GetAuthMetadata};
use hardline::client_api::session::{GetLoginFlows, Login};
use hardline::flow::{
    DeviceLogin, FlowError, FlowEvent, Input, InteractiveFlow, LoggedIn, OAuthLogin, OAuthLogout,
    Output, Prompt, Reply,
};
use hardline::oauth_api::{
    AuthorizeDevice, AuthorizeDeviceResponse, GetAuthorizationServerMetadata,
    GetOpenIdConfiguration, RefreshAccessToken, RegisterClient, RegisterClientResponse, Scopes,
    UserCode,
};
use hardline::types::{ClientId, DeviceId, Password, RefreshToken, Timestamp};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{
    self, AbsoluteUrl, BaseUrl, Credentials, Endpoint, ErrorCode, Homeserver, OAuthErrorCode,
    Target, UserIdentifier,
};
use hardline_loopback::{Decision, Fault, Loopback};
use http::StatusCode;

const START: u64 = 1_795_422_468_000;

fn call<E: Endpoint>(
    loopback: &Loopback,
    operation: &E,
    target: &Target,
    credentials: &Credentials,
) -> Result<E::Response, wire::Error> {
    let request = wire::encode(operation, target, credentials)?;
    let response = BlockingTransport::send(&loopback.transport(), request)?;
    wire::decode::<E>(response)
}

/// Calls an operation of the homeserver.
fn ask<E: Endpoint>(loopback: &Loopback, operation: &E) -> Result<E::Response, wire::Error> {
    let target = Target::homeserver(loopback.url()).unwrap();
    call(loopback, operation, &target, &Credentials::None)
}

/// Calls an operation at a URL.
fn ask_at<E: Endpoint>(
    loopback: &Loopback,
    operation: &E,
    url: &str,
) -> Result<E::Response, wire::Error> {
    let homeserver = BaseUrl::parse(loopback.url()).unwrap();
    let target = Target::Url(AbsoluteUrl::given_by(&homeserver, url).unwrap());
    call(loopback, operation, &target, &Credentials::None)
}

fn metadata(loopback: &Loopback) -> AuthMetadata {
    ask(loopback, &GetAuthMetadata::new()).unwrap()
}

fn client() -> RegisterClient {
    let client_uri = "https://app.example.com/".to_owned();
    RegisterClient::native(client_uri, "http://127.0.0.1/".to_owned())
}

/// A loopback, and the time there, which passes when a flow waits.
struct World {
    loopback: Loopback,
    clock: Arc<AtomicU64>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(AtomicU64::new(START));
        let now = Arc::clone(&clock);
        let loopback = Loopback::builder()
            .base_path("matrix")
            .account("alice", "secret")
            .clock(move || Timestamp::from_millis(now.load(Ordering::Relaxed)))
            .oauth_only()
            .start()
            .unwrap();
        Self { loopback, clock }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::Relaxed))
    }

    fn homeserver(&self) -> Homeserver {
        Homeserver::new(BaseUrl::parse(self.loopback.url()).unwrap())
    }

    fn browser(&self) -> OAuthLogin {
        OAuthLogin::new(self.now(), self.homeserver(), client(), [3; 32])
            .with_redirect_uri("http://127.0.0.1:4567/")
    }

    fn device(&self) -> DeviceLogin {
        let client = RegisterClient::device("https://app.example.com/".to_owned());
        DeviceLogin::new(self.now(), self.homeserver(), client, [4; 32])
    }

    /// Runs a flow to its end; the user decides what it asks for.
    fn run<F: InteractiveFlow>(
        &self,
        mut flow: F,
        decision: Option<&Decision>,
    ) -> Result<F::Success, FlowError> {
        loop {
            match flow.poll_output() {
                Output::Send(id, request) => {
                    let response = BlockingTransport::send(&self.loopback.transport(), request);
                    flow.handle_input(self.now(), Input::Response(id, response.unwrap()));
                }
                Output::Event(FlowEvent::Asks(prompt)) => match prompt {
                    Prompt::Authorization { url, .. } => {
                        let redirected =
                            self.loopback.follow_authorization(&url, decision.unwrap());
                        let reply = Reply::Redirected(redirected.unwrap());
                        flow.reply(self.now(), reply).unwrap();
                    }
                    Prompt::DeviceAuthorization { user_code, .. } => {
                        if let Some(decision) = decision {
                            self.loopback.decide_device(&user_code, decision).unwrap();
                        }
                    }
                    prompt => panic!("{prompt:?}"),
                },
                Output::Event(FlowEvent::Stalled(error)) => {
                    return Err(FlowError::Unanswered {
                        prompt: Prompt::Retry,
                        source: Some(error),
                    });
                }
                Output::Wait(Some(until)) => {
                    self.clock.store(until.as_millis(), Ordering::Relaxed);
                    flow.handle_input(until, Input::Timeout);
                }
                Output::Done(outcome) => return outcome,
                Output::Event(event) => panic!("{event:?}"),
                _ => panic!("the flow waits for the user"),
            }
        }
    }

    /// Whether the homeserver takes the tokens, and for whom.
    fn owner(&self, logged_in: &LoggedIn) -> Result<(String, String), wire::Error> {
        let target = Target::Homeserver(self.homeserver());
        let credentials = Credentials::Token(logged_in.tokens.access_token.clone());
        let owner = call(&self.loopback, &GetTokenOwner::new(), &target, &credentials)?;
        let device_id = owner.device_id.unwrap();
        Ok((owner.user_id.to_string(), device_id.to_string()))
    }
}

#[test]
fn a_user_logs_in_with_a_browser_and_out() {
    let world = World::new();
    let approve = Decision::approve("alice");
    let logged_in = world.run(world.browser(), Some(&approve)).unwrap();
    let (user_id, device_id) = world.owner(&logged_in).unwrap();
    assert_eq!(user_id, logged_in.user_id.to_string());
    assert_eq!(device_id, logged_in.device_id.to_string());
    let logout = OAuthLogout::new(world.now(), world.homeserver(), &logged_in.tokens, 1);
    world.run(logout.unwrap(), None).unwrap();
    let error = world.owner(&logged_in).unwrap_err();
    assert_eq!(error.errcode(), Some(&ErrorCode::UnknownToken));
}

#[test]
fn a_user_registers_with_a_browser() {
    let world = World::new();
    let approve = Decision::approve("carol");
    let registering = world.browser().registering();
    let logged_in = world.run(registering, Some(&approve)).unwrap();
    assert_eq!(logged_in.user_id.localpart(), "carol");
    world.owner(&logged_in).unwrap();
}

#[test]
fn a_user_logs_a_device_in() {
    let world = World::new();
    let approve = Decision::approve("alice");
    let logged_in = world.run(world.device(), Some(&approve)).unwrap();
    let (_, device_id) = world.owner(&logged_in).unwrap();
    assert_eq!(device_id, logged_in.device_id.to_string());
}

#[test]
fn a_user_refuses() {
    let world = World::new();
    for error in [
        world
            .run(world.browser(), Some(&Decision::Deny))
            .unwrap_err(),
        world
            .run(world.device(), Some(&Decision::Deny))
            .unwrap_err(),
    ] {
        let FlowError::NotAuthorized(declined) = error else {
            panic!("{error}");
        };
        assert_eq!(declined.error, OAuthErrorCode::AccessDenied);
    }
}

#[test]
fn nobody_decides_on_a_device() {
    let world = World::new();
    let error = world.run(world.device(), None).unwrap_err();
    assert!(matches!(error, FlowError::Unanswered { .. }), "{error}");
    assert!(world.now() >= Timestamp::from_millis(START) + Duration::from_secs(1200));
}

#[test]
fn it_is_where_its_issuer_says() {
    let loopback = Loopback::builder()
        .base_path("matrix")
        .oauth()
        .start()
        .unwrap();
    let expected = metadata(&loopback);
    assert_eq!(expected.issuer, format!("{}/", loopback.url()));
    let homeserver = BaseUrl::parse(loopback.url()).unwrap();
    let url = GetAuthorizationServerMetadata::url(&homeserver, &expected.issuer).unwrap();
    let operation = GetAuthorizationServerMetadata::new();
    let found = ask_at(&loopback, &operation, &url.to_string()).unwrap();
    assert_eq!(found, expected);
    let url = GetOpenIdConfiguration::url(&homeserver, &expected.issuer).unwrap();
    let operation = GetOpenIdConfiguration::new();
    let found = ask_at(&loopback, &operation, &url.to_string()).unwrap();
    assert_eq!(found, expected);
}

#[test]
fn its_pages_are_reached_over_sockets() {
    let loopback = Loopback::builder()
        .base_path("matrix")
        .oauth()
        .start()
        .unwrap();
    let mut connection = TcpStream::connect(loopback.local_addr()).unwrap();
    let request = "GET /matrix/link HTTP/1.1\r\nhost: loopback\r\nconnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    let response = response.to_ascii_lowercase();
    assert!(
        response.contains("\r\ncontent-security-policy: "),
        "{response}"
    );
    assert!(!response.contains("access-control"), "{response}");
}

#[test]
fn it_is_there_if_it_is_wanted() {
    let login = Login::password(UserIdentifier::user("alice"), Password::from("secret"));
    for (builder, has_oauth, has_password) in [
        (Loopback::builder(), false, true),
        (Loopback::builder().oauth(), true, true),
        (Loopback::builder().oauth_only(), true, false),
    ] {
        let loopback = builder.account("alice", "secret").start().unwrap();
        assert_eq!(loopback.authorization_server().is_some(), has_oauth);
        let found = ask(&loopback, &GetAuthMetadata::new());
        assert_eq!(found.is_ok(), has_oauth);
        assert_eq!(ask(&loopback, &login).is_ok(), has_password);
        let flows = ask(&loopback, &GetLoginFlows::new());
        for refused in [found.err(), flows.err()].into_iter().flatten() {
            assert_eq!(refused.errcode(), Some(&ErrorCode::Unrecognized));
            assert_eq!(refused.status(), Some(StatusCode::NOT_FOUND));
        }
    }
    let none = Loopback::start().unwrap();
    let code = UserCode::parse("WDJB-MJHT").unwrap();
    assert!(none.decide_device(&code, &Decision::Deny).is_err());
}

#[test]
fn its_endpoints_can_be_made_to_fail() {
    let loopback = Loopback::builder().oauth().start().unwrap();
    let token_endpoint = metadata(&loopback).token_endpoint;
    let refresh = RefreshAccessToken::new(
        ClientId::parse("unknown").unwrap(),
        RefreshToken::from("unknown"),
    );
    let fails = || ask_at(&loopback, &refresh, &token_endpoint).unwrap_err();
    assert_eq!(fails().oauth_error(), Some(&OAuthErrorCode::InvalidClient));
    loopback.set_fault("/oauth2/token", Fault::BadGateway);
    assert_eq!(fails().status(), Some(StatusCode::BAD_GATEWAY));
    loopback.set_fault(
        "/oauth2/",
        Fault::OAuthError {
            status: StatusCode::FORBIDDEN,
            error: OAuthErrorCode::TemporarilyUnavailable,
        },
    );
    // The longer prefix counts.
    assert_eq!(fails().status(), Some(StatusCode::BAD_GATEWAY));
    loopback.clear_fault("/oauth2/token");
    let error = fails();
    assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
    let code = error.oauth_error();
    assert_eq!(code, Some(&OAuthErrorCode::TemporarilyUnavailable));
    loopback.clear_fault("/oauth2/");
    assert_eq!(fails().oauth_error(), Some(&OAuthErrorCode::InvalidClient));
}

#[test]
fn a_handler_of_ones_own_takes_the_place_of_the_servers() {
    let closed = |_: &_, _: RegisterClient| {
        Err::<RegisterClientResponse, _>(ErrorResponse::oauth(
            StatusCode::FORBIDDEN,
            OAuthErrorCode::AccessDenied,
            "registration is closed",
        ))
    };
    let loopback = Loopback::builder().oauth().on(closed).start().unwrap();
    let endpoint = metadata(&loopback).registration_endpoint.unwrap();
    let error = ask_at(&loopback, &client(), &endpoint).unwrap_err();
    assert_eq!(error.oauth_error(), Some(&OAuthErrorCode::AccessDenied));
    // Without a server, it would never be called.
    let error = Loopback::builder().on(closed).start().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn the_same_seed_gives_the_same_codes() {
    let codes = |seed| -> AuthorizeDeviceResponse {
        let loopback = Loopback::builder()
            .oauth()
            .seed([seed; 32])
            .start()
            .unwrap();
        let found = metadata(&loopback);
        let client = RegisterClient::device("https://app.example.com/".to_owned());
        let endpoint = found.registration_endpoint.unwrap();
        let registered = ask_at(&loopback, &client, &endpoint).unwrap();
        let device_id = DeviceId::parse("AAABBBCCCDDD").unwrap();
        let scope = Scopes::of_device(device_id).unwrap();
        let authorize = AuthorizeDevice::new(registered.client_id, scope);
        let endpoint = found.device_authorization_endpoint.unwrap();
        ask_at(&loopback, &authorize, &endpoint).unwrap()
    };
    assert_eq!(codes(1).device_code, codes(1).device_code);
    assert_eq!(codes(1).user_code, codes(1).user_code);
    assert_ne!(codes(1).device_code, codes(2).device_code);
}
