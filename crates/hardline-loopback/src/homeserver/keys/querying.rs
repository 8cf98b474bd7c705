use std::collections::BTreeMap;

use hardline::client_api::e2ee::{
    ClaimKeys, ClaimKeysResponse, GetKeysChanges, GetKeysChangesResponse, OneTimeKey, QueryKeys,
    QueryKeysResponse,
};
use hardline::json::{JsonMap, JsonObject, RawJson};
use hardline::types::{DeviceId, OneTimeKeyId, ServerName, UserId};
use hardline::wire::server::ErrorResponse;
use serde_json::{Value, json};

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::rooms::position;
use super::super::state::{KeyUsage, Object};
use super::verification::PublicKey;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(query);
    handlers.answer_with(claim);
    handlers.answer_with(changes);
}

fn query(
    context: &mut RequestContext<'_>,
    query: QueryKeys,
) -> Result<QueryKeysResponse, ErrorResponse> {
    let viewer = context.user_id()?;
    let mut response = QueryKeysResponse::default();
    let mut devices = Vec::new();
    let mut cross_signing: BTreeMap<KeyUsage, Vec<(String, RawJson)>> = BTreeMap::new();
    for (user_id, wanted) in query.device_keys.iter() {
        if let Some((server, failure)) = context.elsewhere(user_id) {
            response.failures.insert(server, failure);
            continue;
        }
        let of_user = context.device_keys_of(user_id, wanted, &viewer);
        devices.push((user_id.as_str().to_owned(), raw(&of_user)));
        for usage in KeyUsage::ALL {
            // Whom somebody has verified is their own business.
            let is_seen = usage != KeyUsage::UserSigning || *user_id == viewer;
            let key = context.state.cross_signing.key(user_id, usage);
            if let Some(key) = key.filter(|_| is_seen) {
                let public = PublicKey::of(key);
                let target = public.as_ref().map_or("", PublicKey::name);
                let signing = &context.state.cross_signing;
                let key = raw(&signing.signed(key, user_id, target, &viewer));
                let of_usage = cross_signing.entry(usage).or_default();
                of_usage.push((user_id.as_str().to_owned(), key));
            }
        }
    }
    let mut keys = |usage| cross_signing.remove(&usage).unwrap_or_default();
    response.device_keys = devices.into_iter().collect();
    response.master_keys = keys(KeyUsage::Master).into_iter().collect();
    response.self_signing_keys = keys(KeyUsage::SelfSigning).into_iter().collect();
    response.user_signing_keys = keys(KeyUsage::UserSigning).into_iter().collect();
    Ok(response)
}

fn claim(
    context: &mut RequestContext<'_>,
    claim: ClaimKeys,
) -> Result<ClaimKeysResponse, ErrorResponse> {
    let mut claimed = JsonMap::new();
    let mut failures = JsonMap::new();
    for (user_id, devices) in claim.one_time_keys.iter() {
        if let Some((server, failure)) = context.elsewhere(user_id) {
            failures.insert(server, failure);
            continue;
        }
        let mut of_user = JsonMap::new();
        for (device_id, algorithm) in devices.iter() {
            let keys = &mut context.state.device_keys;
            let key = keys.claim(user_id, device_id, algorithm.as_str());
            let key = key.and_then(|key| Some((OneTimeKeyId::parse(key.id).ok()?, key.key)));
            if let Some((id, key)) = key {
                let key = OneTimeKey::other(raw(&key));
                of_user.insert(device_id.clone(), JsonMap::from([(id, key)]));
            }
        }
        if !of_user.is_empty() {
            claimed.insert(user_id.clone(), of_user);
        }
    }
    let mut response = ClaimKeysResponse::new(claimed);
    response.failures = failures;
    Ok(response)
}

fn changes(
    context: &mut RequestContext<'_>,
    asked: GetKeysChanges,
) -> Result<GetKeysChangesResponse, ErrorResponse> {
    let (from, to) = (position(&asked.from)?, position(&asked.to)?);
    let news = context
        .state
        .device_list_news(&context.user_id()?, from, to);
    let mut response = GetKeysChangesResponse::default();
    response.changed = news.changed.into_iter().collect();
    response.left = news.left.into_iter().collect();
    Ok(response)
}

impl RequestContext<'_> {
    /// The server of a user who is not from here, and that it cannot be asked.
    fn elsewhere(&self, user_id: &UserId) -> Option<(ServerName, JsonObject)> {
        let server = user_id.server_name()?;
        if server == *self.server.server_name() {
            return None;
        }
        let mut failure = JsonObject::new();
        let message = "this homeserver talks to no other";
        for (name, value) in [("status", json!(503)), ("message", json!(message))] {
            failure.insert_raw(name.to_owned(), raw(&value));
        }
        Some((server, failure))
    }

    /// The identity keys of a user's devices, as a viewer sees them: of all devices if none is named.
    fn device_keys_of(&self, user_id: &UserId, wanted: &[DeviceId], viewer: &UserId) -> Object {
        let devices = self.state.devices_of(user_id).into_iter();
        let names: BTreeMap<_, _> = devices
            .map(|device| (device.device_id, device.display_name))
            .collect();
        let keys = self.state.device_keys.identities(user_id);
        let keys = keys.filter(|(id, _)| wanted.is_empty() || wanted.contains(id));
        keys.map(|(device_id, keys)| {
            let signing = &self.state.cross_signing;
            let mut keys = signing.signed(keys, user_id, device_id.as_str(), viewer);
            let mut unsigned = Object::new();
            if let Some(Some(name)) = names.get(device_id) {
                unsigned.insert("device_display_name".to_owned(), name.as_str().into());
            }
            keys.insert("unsigned".to_owned(), unsigned.into());
            (device_id.as_str().to_owned(), Value::Object(keys))
        })
        .collect()
    }
}

fn raw(value: &impl serde::Serialize) -> RawJson {
    RawJson::new(value).expect("what was read as JSON has a JSON form")
}
