//! What a person does on the pages of their account.

use hardline::client::Next;
use hardline::client_api::discovery::GetAuthMetadata;
use hardline::flow::{FlowEvent, Prompt, Reply, UiaCapabilities};
use hardline::oauth_api::AccountManagementLink;
use hardline::types::UserId;
use hardline::wire::{Auth, Endpoint, Operation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::trial::over_every_transport;

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

/// `POST /keys/device_signing/upload`, as far as the test needs it.
#[derive(Serialize)]
struct UploadCrossSigningKeys {
    master_key: Value,
}

impl UploadCrossSigningKeys {
    /// A key of this user.
    fn new(user_id: &UserId, letter: &str) -> Self {
        let key = letter.repeat(43);
        let keys = json!({format!("ed25519:{key}"): key});
        Self {
            master_key: json!({"user_id": user_id, "usage": ["master"], "keys": keys}),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Uploaded {}

impl Endpoint for UploadCrossSigningKeys {
    const OPERATION: Operation = Operation::post(
        "uploadCrossSigningKeys",
        "/_matrix/client/v3/keys/device_signing/upload",
    )
    .auth(Auth::Required)
    .uia();
    type Response = Uploaded;
}

#[test]
#[ignore = "needs the real servers: tests/homeserver/up.sh"]
fn keys_are_replaced_after_the_person_has_approved_it_on_a_page() {
    over_every_transport("keys", async |trial| {
        let user_id = trial.log_in().await.user_id;
        let upload = |letter| {
            let mut can = UiaCapabilities::default();
            can.browser = true;
            let upload = UploadCrossSigningKeys::new(&user_id, letter);
            let conversation = trial.client.call_interactively(upload);
            conversation.map_flow(|flow| flow.with_uia_capabilities(can))
        };
        // The first are nobody's loss.
        upload("A").await.unwrap();

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
        trial.server.confirm(&url, &trial.name);
        conversation.reply(Reply::Done).unwrap();
        conversation.finish().await.unwrap();
    });
}
