//! What a person does on the pages of their account.

use hardline::client::Next;
use hardline::client_api::discovery::GetAuthMetadata;
use hardline::client_api::e2ee::{
    CrossSigningKey, CrossSigningKeyUsage, QueryKeys, UploadCrossSigningKeys,
};
use hardline::flow::{FlowEvent, Prompt, Reply, UiaCapabilities};
use hardline::json::JsonMap;
use hardline::oauth_api::AccountManagementLink;
use hardline::types::{CrossSigningKeyId, KeyAlgorithm, UserId};
use hardline::wire::AuthType;

use crate::trial::{Trial, over_every_transport};

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn a_device_that_is_deleted_on_the_page_of_the_account_is_logged_out() {
    over_every_transport("deleted", async |trial| {
        let device_id = trial.log_in().await.device_id;
        let metadata = trial.client.call(GetAuthMetadata::new()).await.unwrap();
        let homeserver = trial.client.homeserver().unwrap();
        let page = |link| {
            let page = metadata.account_management_url(&homeserver.base_url, Some(&link));
            page.unwrap()
        };
        let view = page(AccountManagementLink::DeviceView(device_id.clone()));
        trial.server.confirm(&view, &trial.name);
        trial.whoami().await.unwrap();
        let delete = page(AccountManagementLink::DeviceDelete(device_id));
        trial.server.confirm(&delete, &trial.name);
        trial.assert_logged_out().await;
    });
}

/// A master key of this user, which the letter tells from others.
fn master_key(user_id: &UserId, letter: &str) -> CrossSigningKey {
    let key = letter.repeat(43);
    let id = CrossSigningKeyId::from_parts(&KeyAlgorithm::Ed25519, &key).unwrap();
    let usage = vec![CrossSigningKeyUsage::Master];
    CrossSigningKey::new(user_id.clone(), usage, JsonMap::from([(id, key)]))
}

/// The master key that the homeserver has of this user.
async fn stored_master_key(trial: &Trial, user_id: &UserId) -> CrossSigningKey {
    let wanted = JsonMap::from([(user_id.clone(), Vec::new())]);
    let found = trial
        .client
        .call_answer(QueryKeys::new(wanted))
        .await
        .unwrap();
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let key = found.value.master_keys.get(user_id.as_str()).unwrap();
    let key = key.unwrap();
    assert!(key.warnings.is_empty(), "{:?}", key.warnings);
    key.value
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn keys_are_replaced_after_the_person_has_approved_it_on_a_page() {
    over_every_transport("keys", async |trial| {
        let user_id = trial.log_in().await.user_id;
        let upload = |letter| {
            let mut can = UiaCapabilities::default();
            can.browser = true;
            let mut upload = UploadCrossSigningKeys::new();
            upload.master_key = Some(master_key(&user_id, letter));
            let conversation = trial.client.call_interactively(upload);
            conversation.map_flow(|flow| flow.with_uia_capabilities(can))
        };
        // The first are nobody's loss.
        upload("A").await.unwrap();
        let first = master_key(&user_id, "A");
        assert_eq!(stored_master_key(&trial, &user_id).await, first);

        let mut without_person = UploadCrossSigningKeys::new();
        without_person.master_key = Some(master_key(&user_id, "B"));
        let refused = trial.client.call(without_person).await.unwrap_err();
        let challenge = refused.uia().unwrap();
        let mut stages = challenge.flows.iter().map(|flow| &flow.stages[..]);
        assert!(
            stages.any(|stages| stages == [AuthType::from("m.oauth")]),
            "{challenge:?}"
        );

        let mut conversation = upload("B");
        let event = conversation.next().await;
        let Next::Event(FlowEvent::Asks(Prompt::Browser { url })) = event else {
            panic!("{event:?}")
        };
        let page = format!(
            "{}/account/?action=org.matrix.cross_signing_reset",
            trial.server.0
        );
        assert_eq!(url, page);
        // Whoever says so without having done it is asked again.
        conversation.reply(Reply::Done).unwrap();
        let event = conversation.next().await;
        let is_asked = matches!(
            &event,
            Next::Event(FlowEvent::Asks(Prompt::Browser { .. }) | FlowEvent::Rejected { .. })
        );
        assert!(is_asked, "{event:?}");
        assert_eq!(stored_master_key(&trial, &user_id).await, first);
        trial.server.confirm(&url, &trial.name);
        conversation.reply(Reply::Done).unwrap();
        conversation.finish().await.unwrap();
        let second = master_key(&user_id, "B");
        assert_eq!(stored_master_key(&trial, &user_id).await, second);
    });
}
