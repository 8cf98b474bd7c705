use hardline::json::JsonObject;
use hardline::types::{Medium, Password, ServerName, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::state::Accounts;
use crate::phone_number;

/// The user of the identifier, if that is their password. The error is the same for an unknown user and a wrong
/// password.
pub(super) fn user_with(
    accounts: &Accounts,
    server_name: &ServerName,
    identifier: &JsonObject,
    password: &Password,
) -> Result<Option<UserId>, ErrorResponse> {
    let user_id = user_of(accounts, server_name, identifier)?;
    Ok(user_id.filter(|user_id| accounts.has_password(user_id, password)))
}

/// The user of the identifier.
pub(super) fn user_of(
    accounts: &Accounts,
    server_name: &ServerName,
    identifier: &JsonObject,
) -> Result<Option<UserId>, ErrorResponse> {
    let text = |name: &str| {
        identifier.field::<String>(name).ok_or_else(|| {
            ErrorResponse::bad_request(
                ErrorCode::MissingParam,
                &format!("{name} is required in the identifier and missing"),
            )
        })
    };
    match text("type")?.as_str() {
        "m.id.user" => {
            let user = text("user")?;
            let (localpart, name) = match user.strip_prefix('@') {
                Some(user) => user.split_once(':').unwrap_or((user, "")),
                None => (user.as_str(), server_name.as_str()),
            };
            // New names have no capitals, so that one means the same with and without.
            let localpart = localpart.to_ascii_lowercase();
            Ok(UserId::parse(format!("@{localpart}:{name}")).ok())
        }
        "m.id.thirdparty" => {
            let (medium, address) = (Medium::from(text("medium")?), text("address")?);
            Ok(accounts.owner_of(&medium, &address).cloned())
        }
        "m.id.phone" => {
            // Clients of Synapse send the second name, without which it fails.
            let phone = text("phone").or_else(|refusal| text("number").map_err(|_| refusal))?;
            let msisdn = phone_number::msisdn(&text("country")?, &phone).ok_or_else(|| {
                ErrorResponse::bad_request(ErrorCode::InvalidParam, "unable to parse phone number")
            })?;
            Ok(accounts.owner_of(&Medium::Msisdn, &msisdn).cloned())
        }
        _ => Err(ErrorResponse::bad_request(
            ErrorCode::Unknown,
            "unknown login identifier type",
        )),
    }
}

/// The identifier made of these members.
pub(super) fn identifier(members: &[(&str, &str)]) -> Option<JsonObject> {
    let mut identifier = JsonObject::new();
    for (name, text) in members {
        identifier.insert(name, text).ok()?;
    }
    Some(identifier)
}
