use hardline::client_api::e2ee::UploadCrossSigningKeys;
use hardline::json::Empty;
use hardline::types::UserId;
use hardline::wire::server::ErrorResponse;
use hardline::wire::{AuthType, ErrorCode};
use serde_json::{Value, json};

use super::super::data::HomeserverData;
use super::super::errors::{bad_json, invalid};
use super::super::request_context::RequestContext;
use super::super::state::{KeyUsage, Object};
use super::super::uia;
use super::verification::PublicKey;
use crate::handlers::Handlers;

/// The stages at the authorization server, where a user approves that the keys are replaced: its name, and the one
/// before it had that.
const RESET_STAGES: [&str; 2] = ["m.oauth", "org.matrix.cross_signing_reset"];

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(upload);
}

fn upload(
    context: &mut RequestContext<'_>,
    upload: UploadCrossSigningKeys,
) -> Result<Empty, ErrorResponse> {
    let user_id = context.user_id()?;
    let keys = keys_of(context.members()?)?;
    let known = |usage: KeyUsage| context.state.cross_signing.key(&user_id, usage);
    // A request that is repeated needs no authentication.
    if keys.iter().all(|(usage, key)| known(*usage) == Some(key)) {
        return Ok(Empty {});
    }
    if known(KeyUsage::Master).is_some() {
        authorize(context, &user_id, &upload)?;
    }
    check(context, &user_id, &keys)?;
    let mut is_seen_by_all = false;
    let mut is_seen_by_user = false;
    for (usage, key) in keys {
        match usage {
            KeyUsage::Master | KeyUsage::SelfSigning => is_seen_by_all = true,
            KeyUsage::UserSigning => is_seen_by_user = true,
        }
        context.state.cross_signing.set_key(&user_id, usage, key);
    }
    // An approval is for one replacement.
    context.state.cross_signing_resets.remove(&user_id);
    if is_seen_by_all {
        context.state.devices_changed(&user_id);
    } else if is_seen_by_user {
        context.state.keys_changed_for(&user_id, &user_id);
    }
    Ok(Empty {})
}

/// The keys of an upload, by their members.
fn keys_of(mut members: Object) -> Result<Vec<(KeyUsage, Object)>, ErrorResponse> {
    let mut keys = Vec::new();
    for usage in KeyUsage::ALL {
        match members.remove(usage.member()) {
            None | Some(Value::Null) => {}
            Some(Value::Object(key)) => keys.push((usage, key)),
            Some(_) => return Err(bad_json(&format!("{} is an object", usage.member()))),
        }
    }
    Ok(keys)
}

/// Lets a user replace the keys who has the password, or has approved it at the authorization server.
fn authorize(
    context: &mut RequestContext<'_>,
    user_id: &UserId,
    upload: &UploadCrossSigningKeys,
) -> Result<(), ErrorResponse> {
    let now = context.now();
    let approved = context.state.cross_signing_resets.get(user_id);
    if approved.is_some_and(|until| now < *until) {
        return Ok(());
    }
    let token = context.caller.access_token.as_ref();
    let session = token.and_then(|token| context.state.oauth_sessions.of_token(token.reveal()));
    if session.is_none() {
        uia::authenticate(context, upload.auth.as_ref(), &[vec![AuthType::Password]])?;
        return Ok(());
    }
    let metadata = context.state.auth_metadata.as_ref();
    let account = metadata.and_then(|metadata| metadata["account_management_uri"].as_str());
    let url = format!(
        "{}?action=org.matrix.cross_signing_reset",
        account.unwrap_or_default()
    );
    let flows = RESET_STAGES.map(|stage| [AuthType::from(stage)]);
    let [stable, unstable] = &flows;
    let params = RESET_STAGES.map(|stage| (stage.to_owned(), json!({"url": url})));
    // No session is completed here: the client tries again once the user has approved.
    let challenge = ErrorResponse::uia("dummy", &[stable, unstable], &[]);
    let message = format!("approve at {url} that the keys are replaced, and try again");
    Err(challenge
        .with("params", &Object::from_iter(params))
        .with("msg", &message))
}

/// Whether keys are what they are for, and the master key vouches for the others.
fn check(
    context: &RequestContext<'_>,
    user_id: &UserId,
    keys: &[(KeyUsage, Object)],
) -> Result<(), ErrorResponse> {
    let new = keys.iter().find(|(usage, _)| *usage == KeyUsage::Master);
    let known = context.state.cross_signing.key(user_id, KeyUsage::Master);
    let master = new.map(|(_, key)| key).or(known).ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::MissingParam, "the user has no master key")
    })?;
    let master = PublicKey::of(master).ok_or_else(|| invalid("the master key is none"))?;
    for (usage, key) in keys {
        let name = usage.name();
        let is_for = |used: &Value| used.as_str() == Some(name);
        let usages = key.get("usage").and_then(Value::as_array);
        let is_theirs = key.get("user_id").and_then(Value::as_str) == Some(user_id.as_str());
        let is_right = usages.is_some_and(|usages| usages.iter().any(is_for));
        if !is_theirs || !is_right || PublicKey::of(key).is_none() {
            let message = format!("the {name} key is none of the user's");
            return Err(invalid(&message));
        }
        if *usage != KeyUsage::Master && master.signature(key, user_id).is_none() {
            return Err(ErrorResponse::bad_request(
                ErrorCode::InvalidSignature,
                &format!("the {name} key is not signed by the master key"),
            ));
        }
    }
    Ok(())
}
