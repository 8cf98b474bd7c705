use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hardline::identity_api::Signatures;
use hardline::identity_api::invitation::SigningKey;
use hardline::identity_api::public_keys::{
    GetPubKeyV2, GetPubKeyV2Response, IsEphemeralPubKeyValidV2, IsPubKeyValidV2, KeyValidity,
};
use hardline::types::{ServerName, SigningKeyId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;

use super::{IdentityServer, RequestContext};

/// The key that the identity server signs with has this ID.
const KEY_ID: &str = "ed25519:0";

pub(super) fn install(server: &mut IdentityServer) {
    server.answer_with(public_key);
    server.answer_with::<IsPubKeyValidV2>(|context, asked| {
        Ok(KeyValidity::new(
            context.state.key.public() == asked.public_key,
        ))
    });
    server.answer_with::<IsEphemeralPubKeyValidV2>(|context, asked| {
        Ok(KeyValidity::new(
            context.state.invitations.has_key(&asked.public_key),
        ))
    });
}

fn public_key(context: &mut RequestContext<'_>, asked: GetPubKeyV2) -> Result<GetPubKeyV2Response, ErrorResponse> {
    if asked.key_id.as_str() != KEY_ID {
        return Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "the public key was not found",
        ));
    }
    Ok(GetPubKeyV2Response::new(context.state.key.public()))
}

/// An ed25519 key.
pub(super) struct Key(Ed25519KeyPair);

impl Key {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed"))
    }

    /// The key that a client sends, if it is one.
    pub(super) fn parse(key: &SigningKey) -> Option<Self> {
        let seed = STANDARD_NO_PAD.decode(key.reveal()).ok()?;
        Some(Self::from_seed(&seed.try_into().ok()?))
    }

    /// The public half, in unpadded base64.
    pub(super) fn public(&self) -> String {
        STANDARD_NO_PAD.encode(self.0.public_key())
    }

    /// Signs a JSON object without objects in it, whose canonical form this is: members sorted, no spaces.
    ///
    /// Specification: [signing JSON](https://spec.matrix.org/v1.19/appendices/#signing-json).
    pub(super) fn sign(&self, server: &ServerName, object: &BTreeMap<&str, Value>) -> Signatures {
        let text = serde_json::to_vec(object).expect("names and values have a JSON form");
        let signature = self.0.sign(&text);
        let key_id = SigningKeyId::parse(KEY_ID).expect("the ID follows the grammar");
        let signatures = [(key_id, STANDARD_NO_PAD.encode(signature))];
        Signatures::from([(server.clone(), signatures.into())])
    }
}
