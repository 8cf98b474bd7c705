use super::*;

const PAGES: [&str; 3] = ["/authorize", "/link", "/account/"];
const ENDPOINTS: [&str; 6] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/oauth2/registration",
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/device",
];

#[test]
fn no_other_page_reads_a_page_shows_it_in_a_frame_or_puts_a_script_in_it() {
    let world = World::new();
    let client_id = world.client("a");
    let authorization = authorization(&client_id, &[]);
    let paths = PAGES
        .into_iter()
        .chain([&*authorization, "/link?code=wrong"]);
    for path in paths {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "PUT"] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("origin", "https://example.org");
            let answer = world.send(request, "");
            assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
            let policy = answer.header("content-security-policy").unwrap();
            for directive in [
                "default-src 'none'",
                "frame-ancestors 'none'",
                "form-action 'self'",
            ] {
                assert!(policy.contains(directive), "{method} {path}: {policy}");
            }
            assert_eq!(answer.header("x-frame-options"), Some("DENY"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert!(!answer.body.contains("<script"), "{path}");
            assert_eq!(answer.header("set-cookie"), None, "{path}");
            if method == "HEAD" {
                assert_eq!(answer.body, "", "{path}");
            } else {
                assert!(
                    answer.body.starts_with("<!DOCTYPE html>"),
                    "{method} {path}"
                );
            }
        }
    }
}

#[test]
fn a_form_may_lead_to_the_client() {
    let world = World::new();
    let client_id = world.client("a");
    for (redirect_uri, scheme) in [
        (REDIRECT_URI, "form-action 'self' http:"),
        (
            "https://example.com/callback?a=b",
            "form-action 'self' https:",
        ),
    ] {
        let page = world.get(&authorization(
            &client_id,
            &[("redirect_uri", redirect_uri)],
        ));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.ends_with(scheme), "{policy}");
    }
}

#[test]
fn clients_in_browsers_reach_what_is_for_clients() {
    let world = World::new();
    for path in ENDPOINTS {
        for method in ["OPTIONS", "GET", "POST"] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("origin", "https://app.example.com");
            let answer = world.send(request, "");
            assert_eq!(
                answer.header("access-control-allow-origin"),
                Some("*"),
                "{path}"
            );
        }
    }
}

#[test]
fn a_form_of_another_site_changes_nothing() {
    let mut world = World::new();
    let client_id = world.client("a");
    let (access_token, _) = world.tokens(&client_id);
    let scope = "urn:matrix:client:api:* urn:matrix:client:device:KLMNOPQRST";
    let answer = world.post_form(
        "/oauth2/device",
        &[("client_id", &client_id), ("scope", scope)],
    );
    let user_code = answer.json()["user_code"].as_str().unwrap().to_owned();
    let link = world.get(&format!("/link?code={user_code}"));
    let account = world.get("/account/?action=org.matrix.account_deactivate");
    let authorize = world.get(&authorization(&client_id, &[]));
    let fields = |page: &Answer| {
        form(&[
            ("token", &page.hidden("token")),
            ("action", "org.matrix.account_deactivate"),
            ("user", "alice"),
            ("password", "secret of alice"),
            ("decision", "approve"),
        ])
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "https://example.org.evil.example"),
        ("origin", "http://example.org"),
        ("origin", "https://example.org:8443"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
    ] {
        for (path, page) in [
            ("/authorize", &authorize),
            ("/link", &link),
            ("/account/", &account),
        ] {
            let answer = world.send(Request::post(path).header(name, value), fields(page));
            assert_eq!(answer.status, 403, "{path} {name}: {value}");
            assert!(answer.body.contains("another site"), "{}", answer.body);
        }
    }
    // The forms are as good as before, from where they belong.
    world.pass(1);
    for (path, page, status) in [
        ("/authorize", &authorize, 303),
        ("/link", &link, 200),
        ("/account/", &account, 200),
    ] {
        let request = Request::post(path)
            .header("origin", "https://example.org")
            .header("sec-fetch-site", "same-origin");
        assert_eq!(world.send(request, fields(page)).status, status, "{path}");
    }
    assert!(world.is_valid(&access_token));
}

#[test]
fn a_link_changes_nothing() {
    let world = World::new();
    let page = world.get("/account/?action=org.matrix.account_deactivate");
    let query = form(&[
        ("token", &page.hidden("token")),
        ("action", "org.matrix.account_deactivate"),
        ("user", "alice"),
        ("password", "secret of alice"),
        ("confirm", "yes"),
    ]);
    world.get(&format!("/account/?{query}"));
    assert!(world.homeserver.user("alice").is_some());
}
