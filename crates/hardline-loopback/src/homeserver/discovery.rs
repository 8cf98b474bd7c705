use hardline::client_api::discovery::{
    Capabilities, GetAuthMetadata, GetCapabilities, GetCapabilitiesResponse, GetVersions,
    GetVersionsResponse, GetWellknown, GetWellknownPolicy, GetWellknownSupport,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::data::HomeserverData;
use super::request_context::RequestContext;
use super::rooms::{DEFAULT_VERSION, LONGEST_DELAY, VERSIONS};
use super::state::MOST_DELAYED_EVENTS;
use crate::handlers::Handlers;
use crate::json_document::json_document;

/// The newest version of the specification that is advertised: `v1.` and this.
const NEWEST: u32 = 19;

/// What works here of proposals, as clients look for it.
const UNSTABLE: &[&str] = &[
    "com.beeper.msc4437",
    "org.continuwuity.msc4560",
    "org.matrix.msc3391",
    "org.matrix.msc3440.stable",
    "org.matrix.msc3814",
    "org.matrix.msc4108",
    "org.matrix.msc4140",
    "org.matrix.msc4143",
    "org.matrix.msc4151",
    "org.matrix.msc4194",
    "org.matrix.msc4222",
    "org.matrix.msc4306",
    "org.matrix.msc4308",
    "org.matrix.msc4536",
    "org.matrix.simplified_msc3575",
    "uk.half-shot.msc2666.query_mutual_rooms",
    "uk.half-shot.msc2666.query_mutual_rooms.stable",
    "uk.timedout.msc4323.stable",
];

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetVersions>(|_, _| {
        let mut versions = GetVersionsResponse::default();
        versions.versions.push("r0.6.1".to_owned());
        let releases = 1..=NEWEST;
        versions
            .versions
            .extend(releases.map(|minor| format!("v1.{minor}")));
        let features = UNSTABLE.iter().map(|name| ((*name).to_owned(), true));
        versions.unstable_features = features.collect();
        Ok(versions)
    });
    handlers.answer_with::<GetWellknown>(|context, _| Ok(context.discovery_information()));
    handlers.answer_with::<GetWellknownSupport>(|context, _| {
        context.state.support.clone().ok_or_else(nothing_there)
    });
    handlers.answer_with::<GetWellknownPolicy>(|context, _| {
        context.state.policy.clone().ok_or_else(nothing_there)
    });
    handlers.show_with::<GetAuthMetadata>(|context, _| {
        let metadata = context.state.auth_metadata.as_ref();
        metadata.map(json_document).ok_or_else(|| {
            ErrorResponse::new(
                StatusCode::NOT_FOUND,
                ErrorCode::Unrecognized,
                "this homeserver has no OAuth 2.0: use the login flows",
            )
        })
    });
    handlers.answer_with(capabilities);
}

fn capabilities(
    context: &mut RequestContext<'_>,
    _: GetCapabilities,
) -> Result<GetCapabilitiesResponse, ErrorResponse> {
    let mut capabilities = Capabilities::default();
    let here = context.state.legacy_authentication;
    if let Some(user_id) = &context.caller.user_id
        && context.state.moderation.administrators.contains(user_id)
    {
        capabilities
            .insert(
                "m.account_moderation",
                &json!({"suspend": true, "lock": true}),
            )
            .expect("a JSON value has a JSON form");
    }
    let available: Map<String, Value> = VERSIONS
        .map(|version| (version.to_owned(), "stable".into()))
        .into_iter()
        .collect();
    let room_versions = json!({"default": DEFAULT_VERSION, "available": available});
    for (name, capability) in [
        ("m.room_versions", room_versions),
        ("m.change_password", json!({"enabled": here})),
        ("m.3pid_changes", json!({"enabled": here})),
        ("m.get_login_token", json!({"enabled": here})),
        (
            "org.matrix.msc4140.delayed_events",
            json!({
                "max_delay_ms": LONGEST_DELAY.as_millis(),
                "max_scheduled": MOST_DELAYED_EVENTS,
            }),
        ),
        ("m.set_displayname", json!({"enabled": true})),
        ("m.set_avatar_url", json!({"enabled": true})),
        ("m.profile_fields", json!({"enabled": true})),
    ] {
        capabilities
            .insert(name, &capability)
            .expect("a JSON value has a JSON form");
    }
    Ok(GetCapabilitiesResponse::new(capabilities))
}

fn nothing_there() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        ErrorCode::NotFound,
        "there is no such information here",
    )
}
