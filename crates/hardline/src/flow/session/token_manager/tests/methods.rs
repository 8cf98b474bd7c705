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

fn is_at(sent: &str, path: &str) -> bool {
    sent.starts_with(&format!("https://example.org{path} "))
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
                assert!(is_at(&sent[0].1, path), "{versions:?}: {sent:?}");
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
            assert!(is_at(&sent[0].1, begins.unwrap()), "{sent:?}");
        }
    }
}

#[cfg(feature = "oauth")]
mod granted {
    use super::*;
    use crate::flow::OAuthRefresh;

    fn refreshing(mut manager: TokenManager) -> (String, TokenManager) {
        let (_, ticket) = sent_with(&mut manager, 0, None);
        assert!(refused(&mut manager, 0, ticket));
        let (mut sent, _) = drain(&mut manager);
        (sent.remove(0).1, manager)
    }

    #[test]
    fn what_an_authorization_server_granted_is_refreshed_there_and_says_so_again() {
        let (sent, mut manager) = refreshing(Kind::OAuth.manager());
        assert_eq!(sent, Kind::OAuth.refresh("refresh"));
        manager.set_tokens(Some(Kind::OAuth.tokens()));
        for (now, refresh_token) in [(HOUR, "refresh"), (HOUR * 2, "next"), (HOUR * 3, "next")] {
            held(&mut manager, now, None);
            let (sent, _) = drain(&mut manager);
            assert_eq!(sent[0].1, Kind::OAuth.refresh(refresh_token));
            let answer = r#"{"access_token": "second", "token_type": "Bearer", "refresh_token": "next", "expires_in": 1}"#;
            manager.handle_input(at(now), Input::Response(sent[0].0, response(200, answer)));
            assert_eq!(drain(&mut manager).1, ["Refreshed"]);
            let kept = manager.tokens().unwrap();
            assert_eq!(kept.oauth, Some(oauth_session()));
            assert_eq!(kept.refresh_token, Some(RefreshToken::from("next")));
        }
    }

    #[test]
    fn the_tokens_say_how_they_are_refreshed_wherever_they_come_from() {
        // The login is another one.
        let mut manager = Kind::Legacy.manager();
        manager.set_tokens(Some(Kind::OAuth.tokens()));
        let (sent, mut manager) = refreshing(manager);
        assert_eq!(sent, Kind::OAuth.refresh("refresh"));
        manager.set_tokens(Some(Kind::Legacy.tokens()));
        assert_eq!(refreshing(manager).0, Kind::Legacy.refresh("refresh"));

        // Another process has stored them.
        let mut manager = Kind::Legacy.manager().with_store();
        held(&mut manager, HOUR, None);
        assert_eq!(drain(&mut manager).1, ["LoadTokens"]);
        let mut newer = Kind::OAuth.tokens();
        newer.access_token = AccessToken::from("newer");
        manager.loaded(at(HOUR), Some(newer));
        held(&mut manager, HOUR, None);
        drain(&mut manager);
        manager.loaded(at(HOUR), None);
        assert_eq!(drain(&mut manager).0[0].1, Kind::OAuth.refresh("refresh"));
    }

    #[cfg(feature = "persist")]
    #[test]
    fn a_session_that_was_saved_says_how_it_is_refreshed() {
        for &kind in KINDS {
            let saved = serde_json::to_string(&kind.manager()).unwrap();
            let loaded: TokenManager = serde_json::from_str(&saved).unwrap();
            assert_eq!(loaded.tokens(), Some(&kind.tokens()));
            assert_eq!(refreshing(loaded).0, kind.refresh("refresh"));
        }
        // One that was saved when there was only one kind.
        let saved = serde_json::to_string(&Kind::Legacy.manager()).unwrap();
        let before = saved.replace(r#","oauth":null"#, "");
        assert!(!before.contains("oauth"), "{before}");
        let loaded: TokenManager = serde_json::from_str(&before).unwrap();
        assert_eq!(refreshing(loaded).0, Kind::Legacy.refresh("refresh"));
    }

    #[test]
    fn the_programs_own_method_comes_first() {
        let mut elsewhere = oauth_session();
        elsewhere.token_endpoint = "https://other.example.org/token".to_owned();
        for &kind in KINDS {
            let method = OAuthRefresh::new(elsewhere.clone());
            let (sent, _) = refreshing(kind.manager().with_refresh_method(method));
            assert!(
                sent.starts_with("https://other.example.org/token "),
                "{sent}"
            );
        }
    }

    #[test]
    fn no_refresh_token_goes_to_an_address_that_gives_it_away() {
        for endpoint in [
            "http://account.example.org/oauth2/token",
            "account.example.org/oauth2/token",
            "https://user@account.example.org/oauth2/token",
            "",
        ] {
            let mut session = oauth_session();
            session.token_endpoint = endpoint.to_owned();
            let mut manager = manager(tokens().granted_by(session));
            let (_, ticket) = sent_with(&mut manager, 0, None);
            assert!(refused(&mut manager, 0, ticket));
            let told = drain(&mut manager);
            assert_eq!(
                told,
                (vec![], vec!["RefreshFailed".to_owned()]),
                "{endpoint}"
            );
            assert_eq!(access_token(&manager), Some("first"));
        }
    }
}

/// A method of the program's own.
#[derive(Debug)]
struct Gateway;

#[derive(Serialize)]
struct AskGateway {
    refresh_token: RefreshToken,
}

impl Endpoint for AskGateway {
    const OPERATION: Operation = Operation::post("askGateway", "")
        .body(Body::Form)
        .repeatable();
    type Response = TokensOfGateway;
}

#[derive(Deserialize)]
struct TokensOfGateway {
    access_token: AccessToken,
}

impl RefreshMethod for Gateway {
    fn operation(&self) -> &'static Operation {
        const { &AskGateway::OPERATION }
    }

    fn encode(
        &self,
        target: &Target,
        refresh_token: &RefreshToken,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let homeserver = target.base_url().unwrap();
        let url = wire::AbsoluteUrl::given_by(homeserver, "https://gateway.example.org/tokens")?;
        let refresh_token = refresh_token.clone();
        wire::encode(
            &AskGateway { refresh_token },
            &Target::Url(url),
            &Credentials::None,
        )
    }

    fn decode(&mut self, _: Timestamp, response: Response<Bytes>) -> Result<SessionTokens, Error> {
        let granted = wire::decode::<AskGateway>(response)?;
        Ok(SessionTokens::new(granted.access_token))
    }

    fn is_final(&self, error: &Error) -> bool {
        error.status() == Some(http::StatusCode::GONE)
    }
}

#[test]
fn a_method_of_the_programs_own_refreshes_and_says_what_is_final() {
    for (status, body, events) in [
        (200, r#"{"access_token": "second"}"#, &["Refreshed"][..]),
        (410, "", &["RefreshRefused", "LoggedOut"]),
        (401, UNKNOWN_TOKEN, &["RefreshFailed"]),
    ] {
        let mut manager = manager(tokens()).with_refresh_method(Gateway);
        let (_, ticket) = sent_with(&mut manager, 0, None);
        assert!(refused(&mut manager, 0, ticket));
        let (sent, _) = drain(&mut manager);
        assert_eq!(
            sent[0].1,
            "https://gateway.example.org/tokens refresh_token=refresh"
        );
        manager.handle_input(at(1), Input::Response(sent[0].0, response(status, body)));
        assert_eq!(drain(&mut manager).1, events, "{status} {body}");
    }
}

#[cfg(not(feature = "oauth"))]
#[test]
fn what_an_authorization_server_granted_is_not_sent_to_the_homeservers_refresh() {
    let mut manager = manager(tokens().granted_by(oauth_session()));
    let (_, ticket) = sent_with(&mut manager, 0, None);
    assert!(refused(&mut manager, 0, ticket));
    match manager.poll_output() {
        Output::Event(SessionEvent::RefreshFailed(error)) => {
            assert!(error.to_string().contains("feature `oauth`"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(drain(&mut manager), (vec![], vec![]));
    // The session goes on, in a program that can refresh it.
    assert_eq!(access_token(&manager), Some("first"));
}
