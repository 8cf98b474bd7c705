use std::collections::BTreeMap;

use hardline::client_api::e2ee::{
    SignatureFailure, UploadCrossSigningSignatures, UploadCrossSigningSignaturesResponse,
};
use hardline::types::{DeviceId, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde_json::Value;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::{CrossSigning, DeviceKeys, KeySignature, KeyUsage, Object};
use super::verification::{PublicKey, signatures_of, unsigned};
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(upload);
}

/// New signatures of one key, by their key IDs.
type New = BTreeMap<String, String>;

fn upload(
    context: &mut RequestContext<'_>,
    _: UploadCrossSigningSignatures,
) -> Result<UploadCrossSigningSignaturesResponse, ErrorResponse> {
    let signer = context.user_id()?;
    let mut response = UploadCrossSigningSignaturesResponse::default();
    for (user_id, targets) in context.members()? {
        let (Ok(user_id), Value::Object(targets)) = (UserId::parse(user_id), targets) else {
            continue;
        };
        let mut failures = BTreeMap::new();
        let mut is_signed = false;
        for (target, key) in targets {
            let found = Signing {
                signer: &signer,
                device_keys: &context.state.device_keys,
                cross_signing: &context.state.cross_signing,
            }
            .new_signatures(&user_id, &target, &key);
            match found {
                Ok(new) => {
                    is_signed |= !new.is_empty();
                    for (key_id, signature) in &new {
                        context.state.cross_signing.sign(&KeySignature {
                            user_id: &user_id,
                            target: &target,
                            signer: &signer,
                            key_id,
                            signature,
                        });
                    }
                }
                Err(refusal) => {
                    failures.insert(target, refusal.into_failure());
                }
            }
        }
        if is_signed && user_id == signer {
            context.state.devices_changed(&user_id);
        } else if is_signed {
            context.state.keys_changed_for(&signer, &user_id);
        }
        if !failures.is_empty() {
            response
                .failures
                .insert(user_id, failures.into_iter().collect());
        }
    }
    Ok(response)
}

/// Why a signature is not taken.
struct Refusal {
    status: u16,
    errcode: ErrorCode,
    message: String,
}

impl Refusal {
    fn invalid() -> Self {
        Self {
            status: 400,
            errcode: ErrorCode::InvalidSignature,
            message: "the signature is not there, or not valid".to_owned(),
        }
    }

    fn not_found(message: impl Into<String>) -> Self {
        Self {
            status: 404,
            errcode: ErrorCode::NotFound,
            message: message.into(),
        }
    }

    fn into_failure(self) -> SignatureFailure {
        let mut failure = SignatureFailure::default();
        failure.status = Some(self.status);
        failure.errcode = Some(self.errcode);
        failure.error = Some(self.message.clone());
        failure.message = Some(self.message);
        failure
    }
}

/// Who signs, and what there is to sign.
struct Signing<'a> {
    signer: &'a UserId,
    device_keys: &'a DeviceKeys,
    cross_signing: &'a CrossSigning,
}

impl Signing<'_> {
    /// The signatures in a key that are valid, and not known yet.
    fn new_signatures(&self, user_id: &UserId, target: &str, key: &Value) -> Result<New, Refusal> {
        let Value::Object(key) = key else {
            return Err(Refusal::invalid());
        };
        if user_id != self.signer {
            return self.of_other(user_id, target, key);
        }
        let (_, self_signing) = self.key(user_id, KeyUsage::SelfSigning)?;
        let (master, public) = self.key(user_id, KeyUsage::Master)?;
        if public.name() == target {
            return self.of_own_master(key, master);
        }
        let known = DeviceId::parse(target).ok();
        let known = known.and_then(|device_id| self.device_keys.identity(user_id, &device_id));
        self.of_key(&self_signing, key, known, "device")
    }

    /// The signature of another user's master key, by the key for that.
    fn of_other(&self, user_id: &UserId, target: &str, key: &Object) -> Result<New, Refusal> {
        let (_, user_signing) = self.key(self.signer, KeyUsage::UserSigning)?;
        let (master, public) = self.key(user_id, KeyUsage::Master)?;
        let known = (public.name() == target).then_some(master);
        self.of_key(&user_signing, key, known, "master key")
    }

    /// The signature by a key of what is known.
    fn of_key(
        &self,
        signing: &PublicKey,
        key: &Object,
        known: Option<&Object>,
        what: &str,
    ) -> Result<New, Refusal> {
        let signatures = signatures_of(key, self.signer);
        if !signatures.is_some_and(|signatures| signatures.contains_key(signing.id())) {
            return Err(Refusal::invalid());
        }
        let known = known.ok_or_else(|| Refusal::not_found(format!("there is no such {what}")))?;
        is_same(key, known)?;
        let signature = signing.signature(key, self.signer);
        let signature = signature.ok_or_else(Refusal::invalid)?;
        Ok(New::from([(signing.id().to_owned(), signature.to_owned())]))
    }

    /// The signatures of the user's own master key, by the user's devices.
    fn of_own_master(&self, key: &Object, master: &Object) -> Result<New, Refusal> {
        is_same(key, master)?;
        let signatures = signatures_of(key, self.signer).ok_or_else(Refusal::invalid)?;
        let mut new = New::new();
        for key_id in signatures.keys() {
            // Nobody can check those of other algorithms.
            if let Some(device_id) = key_id.strip_prefix("ed25519:") {
                let device = self.device_key(device_id, key_id);
                let device = device.ok_or_else(Refusal::invalid)?;
                let signature = device.signature(key, self.signer);
                let signature = signature.ok_or_else(Refusal::invalid)?;
                new.insert(key_id.clone(), signature.to_owned());
            }
        }
        Ok(new)
    }

    fn device_key(&self, device_id: &str, key_id: &str) -> Option<PublicKey> {
        let device_id = DeviceId::parse(device_id).ok()?;
        let device = self.device_keys.identity(self.signer, &device_id)?;
        let public = device.get("keys")?.get(key_id)?;
        PublicKey::new(key_id, public.as_str()?)
    }

    fn key(&self, user_id: &UserId, usage: KeyUsage) -> Result<(&Object, PublicKey), Refusal> {
        let key = self.cross_signing.key(user_id, usage);
        key.and_then(|key| Some((key, PublicKey::of(key)?)))
            .ok_or_else(|| Refusal::not_found(format!("{user_id} has no {} key", usage.name())))
    }
}

/// Whether a key is the one that is known, whoever signed it.
fn is_same(key: &Object, known: &Object) -> Result<(), Refusal> {
    match unsigned(key) == unsigned(known) {
        true => Ok(()),
        false => Err(Refusal {
            status: 400,
            errcode: ErrorCode::Unknown,
            message: "the key is not the one that is known".to_owned(),
        }),
    }
}
