//! No secret of an authorization is shown: for every operation, the values under the names below are replaced with ones
//! that would be noticed, and whatever `Debug`, errors and recordings say of them is searched.

use std::error::Error as _;
use std::fmt::Debug;

use bytes::Bytes;
use hardline::client::{BlockingTransport, Clock};
use hardline::flow::{
    Flow, FlowError, Input, OAuthSession, OperationFlow, Output, SessionTokens, TokenManager,
};
use hardline::oauth_api::{self, AuthorizationResponse};
use hardline::types::{AccessToken, ClientId, RefreshToken, Timestamp};
use hardline::wire::server::{
    ArbitraryEndpoint, ArbitraryEndpointVisitor, Router, decode_request, encode_response,
};
use hardline::wire::{self, Auth, Body, Credentials, Error, Failure, Operation, Target};
use hardline_har::{Recorder, SECRET_NAMES, SECRET_TEXT_NAMES};
use hardline_tests::registries;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, Response};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use url::form_urlencoded;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn is_secret(name: &str) -> bool {
    // The user has to read it.
    name != "user_code" && (SECRET_NAMES.contains(&name) || SECRET_TEXT_NAMES.contains(&name))
}

/// What is searched, and for what.
struct Search {
    secrets: Vec<String>,
    shown: Vec<String>,
}

impl Search {
    fn show(&mut self, what: &dyn Debug) {
        self.shown.push(format!("{what:?}"));
        self.shown.push(format!("{what:#?}"));
    }

    fn show_error(&mut self, error: &Error) {
        self.show(error);
        self.shown.push(error.to_string());
        let mut source = error.source();
        while let Some(error) = source {
            self.shown.push(format!("{error} {error:?}"));
            source = error.source();
        }
    }

    fn end(&self) -> Result<(), TestCaseError> {
        for secret in &self.secrets {
            let bytes = format!("{:?}", secret.as_bytes());
            let bytes = bytes.trim_matches(['[', ']']);
            for shown in &self.shown {
                let is_shown = shown.contains(secret.as_str()) || shown.contains(bytes);
                prop_assert!(!is_shown, "{secret} is in {shown}");
            }
        }
        Ok(())
    }
}

/// The request with secrets of its own, and these.
fn with_secrets(
    operation: &Operation,
    request: &Request<Vec<u8>>,
    canary: &str,
) -> (Request<Vec<u8>>, Vec<String>) {
    let mut secrets = Vec::new();
    let mut replaced = |pairs: &[u8]| {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(pairs) {
            if is_secret(&name) {
                // A verifier has a length of its own.
                let rest = if name == "code_verifier" {
                    "v".repeat(43)
                } else {
                    String::new()
                };
                let secret = format!("{canary}{}{rest}", secrets.len());
                text.append_pair(&name, &secret);
                secrets.push(secret);
            } else {
                text.append_pair(&name, &value);
            }
        }
        text.finish()
    };
    let query = replaced(request.uri().query().unwrap_or_default().as_bytes());
    let path = request.uri().path();
    let uri = format!("https://server.example{path}?{query}");
    let uri = uri.trim_end_matches('?').to_owned();
    let body = match operation.body {
        Body::Form => replaced(request.body()).into_bytes(),
        _ => request.body().clone(),
    };
    let mut with = Request::builder().method(request.method()).uri(uri);
    if let Some(kind) = request.headers().get(CONTENT_TYPE) {
        with = with.header(CONTENT_TYPE, kind);
    }
    (with.body(body).unwrap(), secrets)
}

fn response(status: u16, kind: &str, body: String) -> Response<Bytes> {
    let response = Response::builder().status(status);
    response
        .header(CONTENT_TYPE, kind)
        .body(body.into())
        .unwrap()
}

/// The ways in which a server repeats what it was sent.
fn repeating(secret: &str) -> Vec<Response<Bytes>> {
    const JSON: &str = "application/json";
    let text = format!("{secret} is no longer valid");
    let mut redirect = response(302, "text/html", String::new());
    let location = format!("https://elsewhere.example/{secret}?code={secret}#state={secret}");
    redirect
        .headers_mut()
        .insert(LOCATION, location.parse().unwrap());
    vec![
        response(
            400,
            JSON,
            json!({"error": "invalid_grant", "error_description": text}).to_string(),
        ),
        response(
            403,
            JSON,
            json!({"error": text, "error_uri": secret, "state": secret}).to_string(),
        ),
        response(
            401,
            JSON,
            json!({"errcode": format!("M_{secret}"), "error": text}).to_string(),
        ),
        response(
            200,
            JSON,
            json!({"error": secret, "code": secret}).to_string(),
        ),
        response(200, JSON, json!([secret]).to_string()),
        response(200, JSON, format!(r#"{{"access_token":"{secret}","#)),
        response(200, JSON, format!(r#"{{"access_token":["{secret}"]}}"#)),
        response(400, "text/plain", format!("bad request: token={secret}")),
        response(500, "text/plain", text),
        response(404, "text/html", format!("<html><title>{secret}</title>")),
        redirect,
    ]
}

/// The response with secrets of its own, and these.
fn answer_with_secrets(
    response: Response<Vec<u8>>,
    canary: &str,
) -> (Response<Bytes>, Vec<String>) {
    let mut secrets = Vec::new();
    let mut new = || {
        let secret = format!("{canary}answer{}", secrets.len());
        secrets.push(secret.clone());
        secret
    };
    let (mut head, body) = response.into_parts();
    if let Some(location) = head.headers.get_mut(LOCATION) {
        let text = format!("https://app.example/?a=b&state={}#code={}", new(), new());
        *location = text.parse().unwrap();
    }
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        for (name, member) in members.iter_mut() {
            if is_secret(name) && member.is_string() {
                *member = new().into();
            }
        }
        // A client that is registered gets these, which Matrix has no use for.
        for name in ["client_secret", "registration_access_token", "id_token"] {
            members.insert(name.to_owned(), new().into());
        }
    }
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    (Response::from_parts(head, body.into()), secrets)
}

struct Answering(Response<Bytes>);

impl BlockingTransport for Answering {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
        Ok(self.0.clone())
    }
}

#[derive(Clone)]
struct Stopped;

impl Clock for Stopped {
    type Sleep = std::future::Pending<()>;

    fn now(&self) -> Timestamp {
        NOW
    }

    fn sleep_until(&self, _: Timestamp) -> Self::Sleep {
        std::future::pending()
    }
}

/// An exchange as it is recorded, after the request and the response were seen.
fn recorded(search: &mut Search, request: &Request<Vec<u8>>, response: &Response<Bytes>) {
    let recorder = Recorder::new();
    let transport = recorder.over(Answering(response.clone()), Stopped);
    BlockingTransport::send(&transport, request.clone()).unwrap();
    search.shown.push(recorder.to_json());
}

/// The operation as a flow that gets this response.
fn flow_with<E: ArbitraryEndpoint>(search: &mut Search, operation: &E, response: &Response<Bytes>) {
    let target = registries::target(const { &E::OPERATION });
    let mut flow = OperationFlow::new(NOW, operation.clone(), target, 1);
    search.show(&flow);
    let output = flow.poll_output();
    search.show(&output);
    let Output::Send(id, _) = output else {
        panic!("it is sent")
    };
    let input = Input::Response(id, response.clone());
    search.show(&input);
    flow.handle_input(NOW, input);
    loop {
        let output = flow.poll_output();
        search.show(&output);
        search.show(&flow);
        match output {
            Output::Done(Err(error)) => {
                search.shown.push(error.to_string());
                if let FlowError::Refused { source, .. } = &error {
                    search.show_error(source);
                }
                return;
            }
            Output::Done(Ok(_)) | Output::Wait(_) => return,
            _ => {}
        }
    }
}

struct Operations(Router);

impl ArbitraryEndpointVisitor for Operations {
    fn visit<E: ArbitraryEndpoint>(&mut self) {
        let config = Config {
            cases: 24,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        // Neither shorter than what is looked for, nor what any text has by chance.
        let secret = "[a-z][a-zA-Z0-9_.~-]{3,20}[QXZ]{3}-";
        let strategy = (any::<E>(), any::<E::Response>(), secret);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let result = runner.run(&strategy, |(operation, answer, canary)| {
            self.hold::<E>(&operation, &answer, &canary)
        });
        if let Err(failure) = result {
            panic!("{}: {failure}", E::OPERATION.name());
        }
    }
}

impl Operations {
    fn hold<E: ArbitraryEndpoint>(
        &self,
        operation: &E,
        answer: &E::Response,
        canary: &str,
    ) -> Result<(), TestCaseError> {
        let constant = const { &E::OPERATION };
        let target = registries::target(constant);
        let request = wire::encode(operation, &target, &Credentials::None);
        let request = request.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let (request, mut secrets) = with_secrets(constant, &request, canary);
        let route = self.0.route(&request).unwrap();
        let operation = decode_request::<E>(&route, &request)
            .map_err(|refusal| TestCaseError::fail(format!("{refusal:?}")))?;
        let (answer, answered) = answer_with_secrets(encode_response::<E>(answer).unwrap(), canary);
        let sent = secrets.clone();
        secrets.extend(answered);
        let shown = Vec::new();
        let mut search = Search { secrets, shown };

        search.show(&operation);
        search.show(&Output::<(), ()>::Send(
            hardline::flow::RequestId::from_u64(1),
            request.clone(),
        ));
        recorded(&mut search, &request, &answer);
        flow_with(&mut search, &operation, &answer);
        match wire::decode_response::<E>(answer.clone()) {
            Ok(answer) => search.show(&answer),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
        // It is cut short, anywhere.
        for end in (0..answer.body().len()).step_by(7) {
            let cut = answer.clone().map(|body| body.slice(..end));
            match wire::decode_response::<E>(cut) {
                Ok(answer) => search.show(&answer),
                Err(error) => search.show_error(&error),
            }
        }
        for secret in sent {
            for response in repeating(&secret) {
                recorded(&mut search, &request, &response);
                flow_with(&mut search, &operation, &response);
            }
        }
        search.end()
    }
}

#[test]
fn no_operation_of_an_authorization_server_shows_its_secrets() {
    oauth_api::visit_arbitrary(&mut Operations(registries::router()));
}

#[test]
fn what_looks_like_a_token_is_not_shown_even_where_nobody_knows_the_request() {
    use hardline::oauth_api::RefreshAccessToken;

    for token in [
        "mar_secret",
        "mat_Zk1hY2hpbmVUb2tlbg_9",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "0123456789abcdef0123456789abcdef",
    ] {
        let secrets = vec![token.to_owned()];
        let shown = Vec::new();
        let mut search = Search { secrets, shown };
        for body in [
            json!({"error": "invalid_grant", "error_description": format!("token {token} is dead")})
                .to_string(),
            format!("bad request: token={token}"),
        ] {
            let response = response(400, "text/plain", body);
            search.show_error(&wire::decode::<RefreshAccessToken>(response).unwrap_err());
        }
        let url = format!("app:/?error=access_denied&error_description=no+{token}&state={token}");
        let response = AuthorizationResponse::parse(&url).unwrap();
        search.show(&response);
        search.shown.push(response.result.unwrap_err().to_string());
        search.end().unwrap();
    }
}

#[test]
fn a_refused_refresh_does_not_show_the_tokens_that_the_server_repeats() {
    let target = Target::homeserver("https://example.org").unwrap();
    let endpoint = "https://account.example.org/token".to_owned();
    let client_id = ClientId::parse("client").unwrap();
    let secrets = ["the access token", "the refresh token"].map(str::to_owned);
    for response in repeating(&secrets[1])
        .into_iter()
        .chain(repeating(&secrets[0]))
    {
        let mut tokens = SessionTokens::new(AccessToken::from(&*secrets[0]))
            .granted_by(OAuthSession::new(client_id.clone(), endpoint.clone()));
        tokens.refresh_token = Some(RefreshToken::from(&*secrets[1]));
        tokens.expires_at = Some(Timestamp::from_millis(0));
        let mut manager = TokenManager::new(target.clone(), Some(tokens), 1);
        let mut search = Search {
            secrets: secrets.to_vec(),
            shown: Vec::new(),
        };
        let operation =
            const { &Operation::get("any", "/_matrix/client/v3/any").auth(Auth::Required) };
        let mut request = Request::get("https://example.org/_matrix/client/v3/any")
            .body(Vec::<u8>::new())
            .unwrap();
        let meta = wire::RequestMeta::new(operation, std::time::Duration::from_secs(9));
        request.extensions_mut().insert(meta);
        search.show(&manager.admit(NOW, None, &mut request));
        let mut is_answered = false;
        loop {
            let output = manager.poll_output();
            search.show(&output);
            search.show(&manager);
            match output {
                Output::Send(id, _) => {
                    is_answered = true;
                    manager.handle_input(NOW, Input::Response(id, response.clone()));
                }
                Output::Wait(_) => break,
                _ => {}
            }
        }
        assert!(is_answered);
        search.end().unwrap();
    }
}
