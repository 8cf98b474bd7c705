use hardline::client_api::push::{
    GetPushers, GetPushersResponse, PostPusher, Pusher, PusherChange, PusherData, PusherKind,
};
use hardline::json::Empty;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::Uri;

use super::super::data::HomeserverData;
use super::super::errors::{invalid, no_place};
use super::super::request_context::RequestContext;
use super::super::state::{PusherId, PusherOfDevice};
use crate::handlers::Handlers;

/// The path that all push gateways have.
const GATEWAY_PATH: &str = "/_matrix/push/v1/notify";
/// How many bytes a pusher's key may have.
const LONGEST_KEY: usize = 512;
/// How many bytes the ID of an app may have.
const LONGEST_APP_ID: usize = 64;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with::<GetPushers>(|context, _| {
        let user_id = context.user_id()?;
        let pushers = context.state.push.pushers.of(&user_id).iter();
        let mut response = GetPushersResponse::default();
        response.pushers = pushers.map(|known| known.pusher.clone()).collect();
        Ok(response)
    });
    handlers.answer_with(set);
}

fn set(context: &mut RequestContext<'_>, set: PostPusher) -> Result<Empty, ErrorResponse> {
    let (user_id, device_id) = context.login()?;
    let (user_id, device_id) = (user_id.clone(), device_id.clone());
    let now = context.now();
    let kind = match set.kind {
        PusherChange::Delete => {
            context.state.push.pushers.remove(&PusherId {
                user_id,
                app_id: set.app_id,
                pushkey: set.pushkey,
            });
            return Ok(Empty {});
        }
        PusherChange::Set(kind) => kind,
    };
    if set.pushkey.len() > LONGEST_KEY || set.app_id.len() > LONGEST_APP_ID {
        return Err(invalid("a pushkey has 512 bytes at most, and an app_id 64"));
    }
    let data = set.data.ok_or_else(|| missing("data"))?;
    check(&kind, &data)?;
    let mut pusher = Pusher::new(set.pushkey, kind, set.app_id, data);
    let required = |name: &str, value: Option<String>| value.ok_or_else(|| missing(name));
    pusher.app_display_name = Some(required("app_display_name", set.app_display_name)?);
    pusher.device_display_name = Some(required("device_display_name", set.device_display_name)?);
    pusher.lang = Some(required("lang", set.lang)?);
    pusher.profile_tag = set.profile_tag;
    let pusher = PusherOfDevice {
        pusher,
        device_id,
        set_at: now,
        badge: 0,
    };
    let append = set.append == Some(true);
    if context.state.push.pushers.set(&user_id, pusher, append) {
        Ok(Empty {})
    } else {
        Err(no_place("the account has no place for more pushers"))
    }
}

/// Whether this server can send notifications so.
fn check(kind: &PusherKind, data: &PusherData) -> Result<(), ErrorResponse> {
    if *kind != PusherKind::Http {
        return Err(invalid("this server notifies over HTTP alone"));
    }
    let url = data.url().ok_or_else(|| missing("data.url"))?;
    let is_gateway = url
        .parse::<Uri>()
        .is_ok_and(|url| url.host().is_some() && url.path() == GATEWAY_PATH);
    if is_gateway {
        Ok(())
    } else {
        Err(invalid(&format!("data.url has the path {GATEWAY_PATH}")))
    }
}

fn missing(name: &str) -> ErrorResponse {
    let message = format!("{name} is required and missing");
    ErrorResponse::bad_request(ErrorCode::MissingParam, &message)
}
