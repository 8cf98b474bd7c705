use hardline::client::{Client, Clock, Transport};
use hardline::flow::SessionTokens;
use hardline::types::{AccessToken, DeviceId, RefreshToken, Timestamp, UserId};
use wasm_bindgen::JsValue;

use super::error::usage;
use super::types::{member, text};
use crate::objects::{Members, number};

/// The session of a client, if it has one.
pub(super) fn session(client: &Client<impl Transport, impl Clock>) -> Option<JsValue> {
    let tokens = client.session()?;
    Some(with_tokens(client, &tokens))
}

pub(super) fn with_tokens(
    client: &Client<impl Transport, impl Clock>,
    tokens: &SessionTokens,
) -> JsValue {
    let (user_id, device_id) = (client.user_id(), client.device_id());
    let refresh_token = tokens.refresh_token.as_ref();
    Members::new()
        .with_some("user_id", user_id.as_ref().map(UserId::as_str))
        .with_some("device_id", device_id.as_ref().map(DeviceId::as_str))
        .with("access_token", tokens.access_token.reveal())
        .with_some("refresh_token", refresh_token.map(RefreshToken::reveal))
        .with_some(
            "expires_at",
            tokens.expires_at.map(|at| number(at.as_millis())),
        )
        .into_value()
}

/// A client with the session that was stored.
pub(super) fn stored<T: Transport, C: Clock>(
    client: Client<T, C>,
    session: &JsValue,
) -> Result<Client<T, C>, JsValue> {
    let missing = || usage("the session needs user_id and access_token");
    let user_id = text(session, "user_id").ok_or_else(missing)?;
    let user_id = UserId::parse(user_id).map_err(usage)?;
    let device_id = text(session, "device_id").map(DeviceId::parse);
    let device_id = device_id.transpose().map_err(usage)?;
    let access_token = text(session, "access_token").ok_or_else(missing)?;
    let mut tokens = SessionTokens::new(AccessToken::from(access_token));
    if let Some(token) = text(session, "refresh_token") {
        tokens = tokens.refreshed_with(RefreshToken::from(token));
    }
    let expires_at = member(session, "expires_at").as_f64();
    // What is no number of milliseconds is cut to one.
    tokens.expires_at = expires_at.map(|millis| Timestamp::from_millis(millis as u64));
    Ok(client.with_session(tokens).with_user(user_id, device_id))
}
