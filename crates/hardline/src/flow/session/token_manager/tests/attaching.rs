#[cfg(feature = "proptest")]
use proptest::prelude::*;

use super::*;

#[derive(Serialize)]
struct Look {}

impl Endpoint for Look {
    const OPERATION: Operation =
        Operation::get("look", "/_matrix/client/v3/look").auth(Auth::Optional);
    type Response = Told;
}

#[derive(Serialize)]
struct Public {}

impl Endpoint for Public {
    const OPERATION: Operation = Operation::get("public", "/_matrix/client/v3/public");
    type Response = Told;
}

#[derive(Serialize)]
struct AskIdentityServer {}

impl Endpoint for AskIdentityServer {
    const OPERATION: Operation =
        Operation::get("askIs", "/_matrix/client/v3/is").auth(Auth::Identity);
    type Response = Told;
}

fn unsendable(decision: RequestDecision) -> String {
    match decision {
        RequestDecision::Refuse(failure) => {
            assert_eq!(failure.class(), FailureClass::Unsendable);
            failure.to_string()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn requests_to_another_server_go_without_the_token_if_it_is_optional() {
    let mut manager = manager(tokens());
    let mut look = |base_url| {
        let mut request = request_of(&Look {}, base_url);
        let decision = manager.admit(at(0), None, &mut request);
        assert!(matches!(decision, RequestDecision::Go(_)), "{decision:?}");
        request.headers().contains_key(AUTHORIZATION)
    };
    assert!(look("https://example.org"));
    assert!(!look("https://elsewhere.org"));
}

#[test]
fn the_token_goes_to_its_own_server_only() {
    let mut manager = manager(tokens());
    for elsewhere in [
        "http://example.org",
        "https://example.org:8448",
        "https://matrix.example.org",
        "https://example.com",
    ] {
        let mut request = request_of(&Ask {}, elsewhere);
        let why = unsendable(manager.admit(at(0), None, &mut request));
        assert!(why.contains("a server other than the client's"), "{why}");
        assert!(!request.headers().contains_key(AUTHORIZATION));
    }
    manager.set_target(Target::homeserver("https://example.com").unwrap());
    unsendable(manager.admit(at(0), None, &mut request()));
}

#[test]
fn an_identity_server_at_the_homeservers_origin_does_not_get_its_token() {
    let mut manager = manager(tokens());
    let mut request = request_of(&Ask {}, "https://example.org");
    let meta = RequestMeta::new(const { &AskIdentityServer::OPERATION }, Duration::ZERO);
    request.extensions_mut().insert(meta);
    unsendable(manager.admit(at(0), None, &mut request));
    assert!(!request.headers().contains_key(AUTHORIZATION));
}

#[test]
fn a_request_without_metadata_is_refused_unless_it_has_a_token() {
    for mut manager in [manager(tokens()), TokenManager::new(homeserver(), None, 1)] {
        let mut bare = Request::new(Vec::<u8>::new());
        *bare.uri_mut() = "https://example.org/_matrix/client/v3/ask".parse().unwrap();
        let why = unsendable(manager.admit(at(0), None, &mut bare));
        assert!(why.contains("RequestMeta"), "{why}");
        authorize(&mut bare, &AccessToken::from("own")).unwrap();
        assert!(matches!(
            manager.admit(at(0), None, &mut bare),
            RequestDecision::Go(_)
        ));
        assert_eq!(bare.headers()[AUTHORIZATION], "Bearer own");
    }
}

#[test]
fn a_token_that_is_there_is_left_alone_and_so_is_its_refusal() {
    let mut manager = manager(SessionTokens::new(AccessToken::from("first")));
    let mut request = request();
    authorize(&mut request, &AccessToken::from("own")).unwrap();
    let RequestDecision::Go(ticket) = manager.admit(at(0), None, &mut request) else {
        panic!("it is sent")
    };
    assert_eq!(request.headers().get_all(AUTHORIZATION).iter().count(), 1);
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer own");
    assert!(!ticket.may_return());
    assert!(!refused(&mut manager, 1, ticket));
    assert!(!manager.is_holding());
    assert_eq!(access_token(&manager), Some("first"));
}

#[test]
fn what_needs_no_token_gets_none_and_its_refusal_changes_nothing() {
    let mut manager = manager(tokens());
    let mut request = request_of(&Public {}, "https://example.org");
    let RequestDecision::Go(ticket) = manager.admit(at(HOUR), None, &mut request) else {
        panic!("it is sent at once, though the token has expired")
    };
    assert!(!request.headers().contains_key(AUTHORIZATION));
    assert!(!refused(&mut manager, HOUR, ticket));
    assert!(!manager.is_holding());
    assert_eq!(access_token(&manager), Some("first"));
}

#[test]
fn without_a_session_only_requests_that_need_no_token_are_sent() {
    let mut manager = TokenManager::new(homeserver(), None, 1);
    let why = unsendable(manager.admit(at(0), None, &mut request()));
    assert!(why.contains("log in first"), "{why}");
    for mut request in [
        request_of(&Look {}, "https://example.org"),
        request_of(&Public {}, "https://example.org"),
    ] {
        assert!(matches!(
            manager.admit(at(0), None, &mut request),
            RequestDecision::Go(_)
        ));
        assert!(!request.headers().contains_key(AUTHORIZATION));
    }
}

#[cfg(feature = "proptest")]
proptest! {
    /// Whatever happens to a session, the token stays at its origin, and a request has at most one.
    #[test]
    fn no_token_goes_elsewhere_and_none_is_doubled(
        kind in prop::sample::select(KINDS),
        steps in prop::collection::vec((0..6_u8, 0..4_u8, 0..HOUR * 2, any::<bool>()), 1..40),
    ) {
        let mut manager = kind.manager();
        let mut refresh_token = "refresh".to_owned();
        let mut tickets: Vec<(Ticket, Request<Vec<u8>>)> = Vec::new();
        let mut held: Vec<(Ticket, Request<Vec<u8>>)> = Vec::new();
        for (step, place, now, own) in steps {
            let base_url = ["https://example.org", "http://example.org", "https://example.org:1", "https://evil.example"]
                [usize::from(place)];
            let mut coming = Vec::new();
            match step {
                0 => coming.push((None, request_of(&Ask {}, base_url))),
                1 => coming.push((None, request_of(&Look {}, base_url))),
                2 => coming.extend(held.drain(..).map(|(ticket, request)| (Some(ticket), request))),
                3 => if let Some((ticket, request)) = tickets.pop()
                    && let ResponseDecision::Hold(_) = manager.pass(at(now), ticket, unknown_token())
                {
                    held.push((ticket, request));
                },
                4 => for (id, request) in drain(&mut manager).0 {
                    // The refresh token goes to the one who gave it, and each only until it is replaced.
                    prop_assert_eq!(request, kind.refresh(&refresh_token));
                    let answer = if own { response(503, "") } else { response(200, kind.second()) };
                    if !own {
                        refresh_token = "next".to_owned();
                    }
                    manager.handle_input(at(now), Input::Response(id, answer));
                },
                _ => manager.handle_input(at(now), Input::Timeout),
            }
            for (ticket, mut request) in coming {
                let has_own = own && ticket.is_none();
                if has_own {
                    authorize(&mut request, &AccessToken::from("own")).unwrap();
                }
                match manager.admit(at(now), ticket, &mut request) {
                    RequestDecision::Go(ticket) => {
                        let values: Vec<_> = request.headers().get_all(AUTHORIZATION).iter().collect();
                        prop_assert!(values.len() <= 1, "{values:?}");
                        if has_own {
                            prop_assert_eq!(values[0], "Bearer own");
                        } else {
                            // Without a session nothing is attached.
                            let is_home = request.uri().to_string().starts_with("https://example.org/");
                            let token = access_token(&manager).filter(|_| is_home);
                            let value = token.map(|token| format!("Bearer {token}"));
                            prop_assert_eq!(values.first().map(|value| value.to_str().unwrap()), value.as_deref());
                        }
                        tickets.push((ticket, request));
                    }
                    RequestDecision::Hold(ticket) => held.push((ticket, request)),
                    RequestDecision::Refuse(_) | RequestDecision::Deliver => {}
                }
            }
        }
    }
}
