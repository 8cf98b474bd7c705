use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hardline::events::SignedThirdPartyInvite;
use hardline::types::{UserId, canonical_json};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use super::room::Room;

/// Base64 as keys and signatures come: padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whether an invitation to an address, which an identity server has bound to a user since, is one of the room's: the room
/// has its token, and a key that the room names has signed it.
pub(crate) fn is_invited_by_address(
    room: &Room,
    sender: &UserId,
    user_id: &UserId,
    invitation: &Value,
) -> bool {
    let Some(signed) = invitation.get("signed") else {
        return false;
    };
    let Ok(invite) = serde_json::from_value::<SignedThirdPartyInvite>(signed.clone()) else {
        return false;
    };
    let Some(open) = room.state("m.room.third_party_invite", &invite.token) else {
        return false;
    };
    if invite.mxid != *user_id || open.sender != *sender {
        return false;
    }
    let Some(message) = signed_text(signed) else {
        return false;
    };
    let content = Value::Object(open.content.clone());
    let keys = content.get("public_keys").and_then(Value::as_array);
    let keys = keys.into_iter().flatten().map(|key| &key["public_key"]);
    let keys = keys.chain([&content["public_key"]]);
    let keys: Vec<_> = keys
        .filter_map(|key| BASE64.decode(key.as_str()?).ok())
        .collect();
    let signatures = invite
        .signatures
        .values()
        .flat_map(|of_one| of_one.values());
    signatures
        .filter_map(|signature| BASE64.decode(signature).ok())
        .any(|signature| {
            keys.iter().any(|key| {
                let key = UnparsedPublicKey::new(&ED25519, key);
                key.verify(message.as_bytes(), &signature).is_ok()
            })
        })
}

/// What was signed: the canonical JSON of the object without its signatures.
fn signed_text(signed: &Value) -> Option<String> {
    let mut signed = signed.as_object()?.clone();
    signed.remove("signatures");
    signed.remove("unsigned");
    canonical_json(&Value::Object(signed).to_string()).ok()
}
