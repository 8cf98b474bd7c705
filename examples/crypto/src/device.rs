//! One device: Hardline asks and answers, an `OlmMachine` encrypts and decrypts. What passes between them is JSON, as it
//! stands on the wire.

use std::collections::BTreeMap;

use bytes::Bytes;
use hardline::client::Client;
use hardline::client_api::sync::SyncResponse;
use hardline::events::RawEvent;
use hardline::json::{JsonObject, RawJson};
use hardline::types::UserId;
use hardline_hyper::{HyperTransport, TokioClock};
use matrix_sdk_crypto::types::requests::{AnyOutgoingRequest, ToDeviceRequest};
use matrix_sdk_crypto::{
    DecryptionSettings, EncryptionSettings, EncryptionSyncChanges, OlmMachine, TrustRequirement,
};
use ruma::api::IncomingResponse;
use ruma::api::client::keys::{claim_keys, get_keys, upload_keys, upload_signatures};
use ruma::api::client::sync::sync_events::DeviceLists;
use ruma::api::client::to_device::send_event_to_device;
use ruma::serde::Raw;
use ruma::{OneTimeKeyAlgorithm, OwnedUserId, RoomId, TransactionId, UInt};
use serde_json::value::{RawValue, to_raw_value};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Nobody has verified anybody here.
const DECRYPTION: DecryptionSettings = DecryptionSettings {
    sender_device_trust_requirement: TrustRequirement::Untrusted,
};

pub struct Device {
    pub client: Client<HyperTransport, TokioClock>,
    pub user_id: UserId,
    machine: OlmMachine,
}

impl Device {
    /// The device of a client that is logged in.
    pub async fn new(client: Client<HyperTransport, TokioClock>) -> Result<Self> {
        let (user_id, device_id) = (client.user_id(), client.device_id());
        let (user_id, device_id) = user_id.zip(device_id).ok_or("log in first")?;
        let owner: OwnedUserId = user_id.as_str().try_into()?;
        let machine = OlmMachine::new(&owner, device_id.as_str().into()).await;
        Ok(Self {
            client,
            user_id,
            machine,
        })
    }

    /// Sends what the machine has to say: keys to upload, users to ask about.
    pub async fn settle(&self) -> Result<()> {
        for request in self.machine.outgoing_requests().await? {
            let id = request.request_id();
            match request.request() {
                AnyOutgoingRequest::KeysUpload(upload) => {
                    let keys = object(&[
                        ("device_keys", to_raw_value(&upload.device_keys)?),
                        ("one_time_keys", to_raw_value(&upload.one_time_keys)?),
                        ("fallback_keys", to_raw_value(&upload.fallback_keys)?),
                    ])?;
                    let answer: upload_keys::v3::Response =
                        self.call("cs:uploadKeys", keys).await?;
                    self.machine.mark_request_as_sent(id, &answer).await?;
                }
                AnyOutgoingRequest::KeysQuery(query) => {
                    let users = object(&[("device_keys", to_raw_value(&query.device_keys)?)])?;
                    let answer: get_keys::v3::Response = self.call("cs:queryKeys", users).await?;
                    self.machine.mark_request_as_sent(id, &answer).await?;
                }
                AnyOutgoingRequest::KeysClaim(claim) => self.claim(id, claim).await?,
                AnyOutgoingRequest::ToDeviceRequest(request) => self.to_device(request).await?,
                AnyOutgoingRequest::SignatureUpload(upload) => {
                    let signed = object(&[("body", to_raw_value(&upload.signed_keys)?)])?;
                    let answer: upload_signatures::v3::Response =
                        self.call("cs:uploadCrossSigningSignatures", signed).await?;
                    self.machine.mark_request_as_sent(id, &answer).await?;
                }
                AnyOutgoingRequest::RoomMessage(_) => return Err("nobody is verified here".into()),
            }
        }
        Ok(())
    }

    /// Gives the machine what a sync brought for it. To-device messages come once: save the machine before the token.
    pub async fn on_sync(&self, sync: &SyncResponse) -> Result<()> {
        let mut changed_devices = DeviceLists::new();
        for user_id in &sync.device_lists.changed {
            changed_devices.changed.push(user_id.as_str().try_into()?);
        }
        for user_id in &sync.device_lists.left {
            changed_devices.left.push(user_id.as_str().try_into()?);
        }
        let counts = sync
            .device_one_time_keys_count
            .iter()
            .flat_map(|counts| counts.iter());
        let counts: BTreeMap<OneTimeKeyAlgorithm, UInt> = counts
            .filter_map(|(algorithm, count)| {
                Some((algorithm.as_str().into(), UInt::try_from(*count).ok()?))
            })
            .collect();
        let unused = sync.device_unused_fallback_key_types.as_ref();
        let unused: Option<Vec<OneTimeKeyAlgorithm>> = unused.map(|unused| {
            unused
                .iter()
                .map(|algorithm| algorithm.as_str().into())
                .collect()
        });
        let events = sync
            .to_device
            .events
            .iter()
            .filter_map(std::result::Result::ok);
        let changes = EncryptionSyncChanges {
            to_device_events: events
                .map(|event| Ok(Raw::from_json(raw(event.value.as_raw())?)))
                .collect::<Result<_>>()?,
            changed_devices: &changed_devices,
            one_time_keys_counts: &counts,
            unused_fallback_keys: unused.as_deref(),
            next_batch_token: Some(sync.next_batch.clone()),
        };
        self.machine
            .receive_sync_changes(changes, &DECRYPTION)
            .await?;
        self.settle().await
    }

    /// Sees to it that these users can read what is sent to the room from now on, and encrypts this content for it.
    pub async fn encrypt(
        &self,
        room_id: &str,
        readers: &[UserId],
        event_type: &str,
        content: &RawJson,
    ) -> Result<RawJson> {
        let room_id = <&RoomId>::try_from(room_id)?;
        let readers: Vec<&ruma::UserId> = readers
            .iter()
            .map(|user_id| user_id.as_str().try_into())
            .collect::<std::result::Result<_, _>>()?;
        self.machine
            .update_tracked_users(readers.iter().copied())
            .await?;
        self.settle().await?;
        if let Some((id, claim)) = self
            .machine
            .get_missing_sessions(readers.iter().copied())
            .await?
        {
            self.claim(&id, &claim).await?;
        }
        let settings = EncryptionSettings::default();
        let keys = self
            .machine
            .share_room_key(room_id, readers.into_iter(), settings)
            .await?;
        for request in keys {
            self.to_device(&request).await?;
        }
        let content = Raw::from_json(raw(content)?);
        let encrypted = self
            .machine
            .encrypt_room_event_raw(room_id, event_type, &content)
            .await?;
        Ok(serde_json::from_str(encrypted.content.json().get())?)
    }

    /// The event that an encrypted one holds: another user wrote it, so everything is held to the grammar.
    pub async fn decrypt(&self, room_id: &str, event: &RawEvent) -> Result<RawEvent> {
        let room_id = <&RoomId>::try_from(room_id)?;
        let event = Raw::from_json(raw(event.as_raw())?);
        let decrypted = self
            .machine
            .decrypt_room_event(&event, room_id, &DECRYPTION)
            .await?;
        Ok(RawEvent::from_untrusted(decrypted.event.json().get())?)
    }

    async fn claim(&self, id: &TransactionId, claim: &claim_keys::v3::Request) -> Result<()> {
        let keys = object(&[("one_time_keys", to_raw_value(&claim.one_time_keys)?)])?;
        let answer: claim_keys::v3::Response = self.call("cs:claimKeys", keys).await?;
        Ok(self.machine.mark_request_as_sent(id, &answer).await?)
    }

    async fn to_device(&self, request: &ToDeviceRequest) -> Result<()> {
        let messages = object(&[
            ("eventType", to_raw_value(&request.event_type)?),
            ("txnId", to_raw_value(&request.txn_id)?),
            ("messages", to_raw_value(&request.messages)?),
        ])?;
        let answer: send_event_to_device::v3::Response =
            self.call("cs:sendToDevice", messages).await?;
        Ok(self
            .machine
            .mark_request_as_sent(&request.txn_id, &answer)
            .await?)
    }

    /// Does an operation by its name: the machine speaks JSON, and so does this.
    async fn call<R: IncomingResponse>(&self, operation: &str, arguments: JsonObject) -> Result<R>
    where
        R::EndpointError: 'static,
    {
        let answer = self.client.call_by_name(operation, arguments).await?;
        let body = Bytes::from(answer.value.as_str().to_owned());
        Ok(R::try_from_http_response(http::Response::new(body))?)
    }
}

fn object(members: &[(&str, Box<RawValue>)]) -> Result<JsonObject> {
    let mut object = JsonObject::new();
    for (name, value) in members.iter().filter(|(_, value)| value.get() != "null") {
        object.insert_raw((*name).to_owned(), serde_json::from_str(value.get())?);
    }
    Ok(object)
}

fn raw(json: &RawJson) -> Result<Box<RawValue>> {
    Ok(RawValue::from_string(json.as_str().to_owned())?)
}
