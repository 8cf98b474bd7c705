//! Families of servers, where they differ.

use super::*;
use crate::personality::{self, Personality};

const PASSWORD: &str = "/_matrix/client/v3/account/password";
const DEVICES: &str = "/_matrix/client/v3/delete_devices";

fn like(family: &'static Personality) -> World {
    let world = World::new();
    world.homeserver.set_personality(family);
    world
}

#[test]
fn each_family_says_its_versions_and_refuses_unknown_tokens_its_way() {
    for family in personality::HOMESERVERS {
        let world = like(family);
        let (_, versions) = world.get("/_matrix/client/versions", "");
        assert_eq!(
            versions["versions"],
            json!(family.versions),
            "{}",
            family.name
        );
        for (token, canned) in [("", &family.no_token), ("made-up", &family.unknown_token)] {
            let body: Value = serde_json::from_str(canned.body).unwrap();
            assert_eq!(
                world.get(WHOAMI, token),
                (canned.status, body),
                "{}",
                family.name
            );
        }
        // What they agree on is as ever.
        let token = world.log_in("alice");
        assert_eq!(world.get(WHOAMI, &token).1["user_id"], "@alice:example.org");
    }
}

#[test]
fn an_unknown_session_is_refused_or_begun_anew_or_ignored() {
    for (family, status, errcode) in [
        (&personality::SYNAPSE, 400, "M_UNKNOWN"),
        (&personality::CONDUIT, 403, "M_FORBIDDEN"),
        (&personality::CONTINUWUITY, 400, "M_INVALID_PARAM"),
        (&personality::PALPO, 500, "M_UNKNOWN"),
        (&personality::DENDRITE, 200, ""),
        (&personality::CONSTRUCT, 200, ""),
    ] {
        let world = like(family);
        let token = world.log_in("alice");
        let body = json!({"devices": [], "auth": password_stage("alice", "secret", Some("gone"))});
        let answer = world.refused(DEVICES, &token, &body);
        assert_eq!(answer, (status, errcode.to_owned()), "{}", family.name);
    }
    let world = like(&personality::DENDRITE);
    let auth = json!({"type": "m.login.dummy", "session": "gone"});
    let body = json!({"username": "bob", "password": "secret", "auth": auth});
    let (status, challenge) = world.post(REGISTER, "", &body);
    assert_eq!((status, challenge["session"].is_string()), (401, true));
}

#[test]
fn a_wrong_password_is_refused_in_as_many_ways() {
    for (family, path, status, errcode, has_session) in [
        (&personality::SYNAPSE, PASSWORD, 401, "M_FORBIDDEN", true),
        (&personality::DENDRITE, PASSWORD, 403, "M_FORBIDDEN", false),
        (&personality::DENDRITE, DEVICES, 401, "M_FORBIDDEN", true),
        (&personality::PALPO, DEVICES, 401, "M_UNAUTHORIZED", false),
        (&personality::PALPO, PASSWORD, 401, "", true),
        (
            &personality::CONSTRUCT,
            DEVICES,
            403,
            "M_ACCESS_DENIED",
            false,
        ),
    ] {
        let world = like(family);
        let token = world.log_in("alice");
        let auth = password_stage("alice", "wrong", None);
        let body = json!({"devices": [], "new_password": "new", "auth": auth});
        let (found, answer) = world.post(path, &token, &body);
        let name = family.name;
        assert_eq!(found, status, "{name} {answer}");
        assert_eq!(answer["errcode"].as_str().unwrap_or(""), errcode, "{name}");
        assert_eq!(
            answer["session"].is_string(),
            has_session,
            "{name} {answer}"
        );
    }
}

#[test]
fn what_a_family_does_not_have_it_refuses() {
    let world = like(&personality::CONDUIT);
    let refresh = json!({"refresh_token": "x"});
    let unrecognized = (404, "M_UNRECOGNIZED".to_owned());
    assert_eq!(
        world.refused("/_matrix/client/v3/refresh", "", &refresh),
        unrecognized
    );
    assert_eq!(
        world.refused(REQUEST_TOKEN, "", &token_request(1)),
        (403, "M_THREEPID_DENIED".to_owned())
    );
    let identifier =
        json!({"type": "m.id.thirdparty", "medium": "email", "address": "a@b.example"});
    let login = password_login(&identifier, "secret");
    assert_eq!(
        world.refused(LOGIN, "", &login),
        (403, "M_FORBIDDEN".to_owned())
    );
}

#[test]
fn only_some_remember_the_first_request() {
    for family in personality::HOMESERVERS {
        let world = like(family);
        let (_, challenge) = world.post(
            REGISTER,
            "",
            &json!({"username": "bob", "password": "secret"}),
        );
        // One that shows no session cannot be asked to remember anything.
        let Some(session) = challenge["session"].as_str() else {
            assert!(!family.remembers_request);
            continue;
        };
        let auth = json!({"auth": {"type": "m.login.dummy", "session": session}});
        let status = world.post(REGISTER, "", &auth).0;
        let expected = if family.remembers_request { 200 } else { 403 };
        assert_eq!(status, expected, "{}", family.name);
    }
}
