//! Logging in by a token: from single sign-on, or from another device.

use super::*;

const REDIRECT: &str = "/_matrix/client/v3/login/sso/redirect";

fn token_login(token: &str) -> Value {
    json!({"type": "m.login.token", "token": token})
}

#[test]
fn a_browser_comes_back_with_a_token_for_one_login() {
    let world = World::new();
    for (path, redirect_url, back) in [
        (
            REDIRECT.to_owned(),
            "app%3A%2F%2Fdone",
            "app://done?loginToken=",
        ),
        (
            format!("{REDIRECT}/loopback"),
            "https%3A%2F%2Fc.example%2F%3Fa%3D1%23top",
            "https://c.example/?a=1&loginToken=",
        ),
    ] {
        let url = format!("{path}?redirectUrl={redirect_url}");
        let (status, page, body) = world.browse("GET", &url, "");
        assert_eq!((status, &*body), (302, ""));
        let (status, _, html) = world.browse("GET", &page, "");
        let (page, session) = page.split_once('?').unwrap();
        assert_eq!(status, 200);
        assert!(html.contains(session.strip_prefix("session=").unwrap()));
        let wrong = format!("{session}&user=alice&password=wrong");
        assert_eq!(world.browse("POST", page, &wrong).0, 403);
        let form = format!("{session}&user=alice&password=secret");
        let (status, location, _) = world.browse("POST", page, &form);
        assert_eq!(status, 302);
        let token = location.strip_prefix(back).unwrap();
        let token = token.strip_suffix("#top").unwrap_or(token);
        assert_eq!(world.browse("POST", page, &form).0, 404);
        let (status, answer) = world.post(LOGIN, "", &token_login(token));
        assert_eq!(
            (status, &answer["user_id"]),
            (200, &"@alice:example.org".into())
        );
        assert_eq!(
            world.refused(LOGIN, "", &token_login(token)),
            (403, "M_FORBIDDEN".to_owned())
        );
    }
}

#[test]
fn a_provider_that_is_not_there_is_not_redirected_to() {
    let world = World::new();
    let (status, answer) = world.get(&format!("{REDIRECT}/other?redirectUrl=app%3A%2F%2Fx"), "");
    assert_eq!((status, &answer["errcode"]), (404, &"M_NOT_FOUND".into()));
    assert_eq!(world.get(REDIRECT, "").1["errcode"], "M_MISSING_PARAM");
    let line_break = format!("{REDIRECT}?redirectUrl=app%3A%0D%0A");
    assert_eq!(world.get(&line_break, "").1["errcode"], "M_INVALID_PARAM");
}

#[test]
fn a_device_lets_another_one_in() {
    let mut world = World::new();
    let token = world.log_in("alice");
    let path = "/_matrix/client/v1/login/get_token";
    assert_eq!(world.post(path, &token, &json!({})).0, 401);
    let get = |world: &World| {
        let auth = password_stage("alice", "secret", None);
        let (status, answer) = world.post(path, &token, &json!({"auth": auth}));
        assert_eq!((status, &answer["expires_in_ms"]), (200, &120_000.into()));
        answer["login_token"].as_str().unwrap().to_owned()
    };
    let login_token = get(&world);
    assert_eq!(world.post(LOGIN, "", &token_login(&login_token)).0, 200);
    let login_token = get(&world);
    world.now = world.now + Duration::from_secs(120);
    assert_eq!(
        world.refused(LOGIN, "", &token_login(&login_token)),
        (403, "M_FORBIDDEN".to_owned())
    );
}

#[test]
fn nobody_is_sent_to_what_a_browser_would_run() {
    let world = World::new();
    for provider in ["", "/loopback"] {
        for url in [
            "javascript%3Aalert(1)",
            "%20JavaScript%3Ax",
            "data%3Atext%2Fhtml%2Cx",
            "%2Fhere",
        ] {
            let path = format!("{REDIRECT}{provider}?redirectUrl={url}");
            let (status, answer) = world.get(&path, "");
            assert_eq!(
                (status, &answer["errcode"]),
                (400, &"M_INVALID_PARAM".into()),
                "{path}"
            );
        }
    }
}
