use super::*;
use crate::wire::{Body, Homeserver, SupportedVersions};

fn at_server_with(versions: Option<&[&str]>) -> TokenManager {
    let Target::Homeserver(Homeserver { base_url, .. }) = homeserver() else {
        panic!("it is a homeserver")
    };
    let mut homeserver = Homeserver::new(base_url);
    homeserver.supported =
        versions.map(|versions| SupportedVersions::new(versions.iter().copied(), []));
    let target = Target::Homeserver(homeserver);
    let mut manager = TokenManager::new(target, Some(tokens()), 1);
    held(&mut manager, HOUR - 1_500, None);
    manager
}

const STABLE: &str = "/_matrix/client/v3/refresh";
const UNSTABLE: &str = "/_matrix/client/unstable/org.matrix.msc2918.refresh_token/refresh";

#[test]
fn a_server_that_gave_a_refresh_token_is_asked_whatever_it_advertises() {
    let missing = || response(404, r#"{"errcode": "M_UNRECOGNIZED"}"#);
    for (versions, paths) in [
        (
            Some(&["r0.6.1", "v1.1", "v1.2"][..]),
            &[UNSTABLE, STABLE][..],
        ),
        (Some(&["r0.6.1"]), &[UNSTABLE, STABLE]),
        (Some(&["v1.3"]), &[STABLE]),
        (Some(&["r0.6.1", "v1.19"]), &[STABLE]),
        (Some(&[]), &[STABLE, UNSTABLE]),
        (None, &[STABLE, UNSTABLE]),
    ] {
        for round in 0..2 {
            let mut manager = at_server_with(versions);
            for (index, path) in paths.iter().enumerate() {
                let (sent, told) = drain(&mut manager);
                assert_eq!(told, [""; 0]);
                assert!(sent[0].1.starts_with(path), "{versions:?}: {sent:?}");
                let is_there = round == 0 && index + 1 == paths.len();
                let answer = if is_there {
                    response(200, SECOND_TOKENS)
                } else {
                    missing()
                };
                manager.handle_input(at(HOUR - 1_000), Input::Response(sent[0].0, answer));
            }
            let expected = ["Refreshed", "RefreshFailed"][round];
            assert_eq!(drain(&mut manager), (vec![], vec![expected.to_owned()]));
            // The next refresh begins where the last one succeeded, or at the beginning.
            manager.set_tokens(Some(tokens()));
            held(&mut manager, HOUR, None);
            let begins = if round == 0 {
                paths.last()
            } else {
                paths.first()
            };
            let (sent, _) = drain(&mut manager);
            assert!(sent[0].1.starts_with(begins.unwrap()), "{sent:?}");
        }
    }
}

#[derive(Serialize)]
struct GrantToken {
    grant_type: &'static str,
    refresh_token: RefreshToken,
    client_id: &'static str,
}

#[derive(Deserialize)]
struct Granted {
    access_token: AccessToken,
    refresh_token: Option<RefreshToken>,
    expires_in: Option<u64>,
}

impl Endpoint for GrantToken {
    const OPERATION: Operation = Operation::post("grantToken", "")
        .body(Body::Form)
        .repeatable();
    type Response = Granted;
}

/// The refresh of an OAuth 2.0 server.
#[derive(Debug)]
struct OAuthRefresh;

impl RefreshMethod for OAuthRefresh {
    fn operation(&self) -> &'static Operation {
        const { &GrantToken::OPERATION }
    }

    fn encode(
        &self,
        target: &Target,
        refresh_token: &RefreshToken,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let homeserver = target.base_url().unwrap();
        let url = wire::AbsoluteUrl::given_by(homeserver, "https://auth.example.org/token")?;
        let grant = GrantToken {
            grant_type: "refresh_token",
            refresh_token: refresh_token.clone(),
            client_id: "client",
        };
        wire::encode(&grant, &Target::Url(url), &Credentials::None)
    }

    fn decode(
        &mut self,
        now: Timestamp,
        response: Response<Bytes>,
    ) -> Result<SessionTokens, Error> {
        let granted = wire::decode::<GrantToken>(response)?;
        let mut tokens = SessionTokens::new(granted.access_token);
        tokens.refresh_token = granted.refresh_token;
        tokens.expires_at = granted
            .expires_in
            .map(|seconds| now + Duration::from_secs(seconds));
        Ok(tokens)
    }

    fn is_final(&self, error: &Error) -> bool {
        #[derive(Deserialize)]
        struct OAuthError {
            error: String,
        }
        let wire::ErrorKind::UnexpectedResponse(response) = error.kind() else {
            return false;
        };
        let refusal = serde_json::from_slice::<OAuthError>(&response.body);
        refusal.is_ok_and(|refusal| refusal.error == "invalid_grant")
    }
}

fn oauth() -> TokenManager {
    let mut manager = manager(tokens()).with_refresh_method(OAuthRefresh);
    let (_, ticket) = sent_with(&mut manager, 0, None);
    assert!(refused(&mut manager, 0, ticket));
    manager
}

#[test]
fn a_session_of_an_oauth_server_is_refreshed_at_its_token_endpoint() {
    let mut manager = oauth();
    let Output::Send(id, request) = manager.poll_output() else {
        panic!("it refreshes")
    };
    assert_eq!(request.uri(), "https://auth.example.org/token");
    assert_eq!(
        request.body(),
        b"grant_type=refresh_token&refresh_token=refresh&client_id=client"
    );
    let answer = response(
        200,
        r#"{"access_token": "second", "token_type": "Bearer", "expires_in": 300}"#,
    );
    manager.handle_input(at(7), Input::Response(id, answer));
    assert_eq!(drain(&mut manager).1, ["Refreshed"]);
    let kept = manager.tokens().unwrap();
    assert_eq!(kept.access_token.reveal(), "second");
    assert_eq!(kept.refresh_token, tokens().refresh_token);
    assert_eq!(kept.expires_at, Some(at(300_007)));
}

#[test]
fn a_session_of_an_oauth_server_ends_with_its_grant_alone() {
    for (status, body, events) in [
        (
            400,
            r#"{"error": "invalid_grant"}"#,
            &["RefreshRefused", "LoggedOut"][..],
        ),
        (401, r#"{"error": "invalid_client"}"#, &["RefreshFailed"]),
        (403, "<html>", &["RefreshFailed"]),
        (400, r#"{"error": "invalid_request"}"#, &["RefreshFailed"]),
    ] {
        let told = refresh(&mut oauth(), 1, status, body);
        assert_eq!(told, events, "{status} {body}");
    }
}
