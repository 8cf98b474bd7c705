//! A user with one device.

use std::cell::Cell;

use hardline::client::Transport;
use hardline::client_api::account::Register;
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::membership::JoinRoomById;
use hardline::client_api::rooms::{CreateRoom, RoomPreset};
use hardline::client_api::session::Login;
use hardline::client_api::sync::{Sync, SyncResponse};
use hardline::flow::RetryPolicy;
use hardline::types::{AccessToken, DeviceId, Password, RoomId, ServerName, TransactionId, UserId};
use hardline::wire::{
    self, ApiResponse, AuthData, Credentials, Endpoint, Error, Target, UserIdentifier,
};
use http::header::AUTHORIZATION;

use super::trial::{TestClient, Trial};
use crate::e2e::PASSWORD;

/// A user with one device.
pub(super) struct Person<'a> {
    pub(super) trial: &'a Trial<'a>,
    pub(super) client: TestClient,
    pub(super) user_id: UserId,
    pub(super) device_id: DeviceId,
    transactions: Cell<u64>,
}

impl<'a> Person<'a> {
    /// Registers an account whose name begins with this.
    pub(super) fn register(trial: &'a Trial<'a>, name: &str) -> Self {
        let client = trial.client();
        learn_versions(trial, &client);
        let mut register = Register::new();
        register.username = Some(format!("{name}-{}", trial.name));
        register.password = Some(Password::from(PASSWORD));
        register.auth = Some(AuthData::dummy());
        let registered = answered(trial, &client, register).unwrap().value;
        client.set_access_token(registered.access_token);
        let device_id = registered.device_id.unwrap();
        Self::new(trial, client, registered.user_id, device_id)
    }

    /// Another device of this user.
    pub(super) fn log_in_again(&self) -> Self {
        let client = self.trial.client();
        learn_versions(self.trial, &client);
        let user = UserIdentifier::user(self.user_id.as_str());
        let login = Login::password(user, Password::from(PASSWORD));
        let login = answered(self.trial, &client, login).unwrap().value;
        client.set_access_token(Some(login.access_token));
        let device_id = login.device_id.unwrap();
        Self::new(self.trial, client, login.user_id, device_id)
    }

    /// Whoever has this token.
    pub(super) fn with_token(trial: &'a Trial<'a>, user_id: UserId, token: &str) -> Self {
        let client = trial.client();
        client.set_access_token(Some(AccessToken::from(token)));
        let device_id = DeviceId::parse("NONE").unwrap();
        Self::new(trial, client, user_id, device_id)
    }

    fn new(trial: &'a Trial<'a>, client: TestClient, user_id: UserId, device_id: DeviceId) -> Self {
        Self {
            trial,
            client,
            user_id,
            device_id,
            transactions: Cell::new(0),
        }
    }

    /// The response to an operation that the homeserver does.
    pub(super) fn call<E: Endpoint>(&self, operation: E) -> E::Response {
        self.call_answer(operation).value
    }

    /// The same with the head of the response.
    pub(super) fn call_answer<E: Endpoint>(&self, operation: E) -> ApiResponse<E::Response> {
        let answer = answered(self.trial, &self.client, operation);
        answer.unwrap_or_else(|error| panic!("{}: {error}", E::OPERATION.id))
    }

    /// The response to an operation that not every homeserver has. One that is said to lack it is asked too, and
    /// refuses as it is said to.
    pub(super) fn call_if_there<E: Endpoint>(&self, operation: E) -> Option<E::Response> {
        let id = E::OPERATION.id;
        let Some(refusal) = self.trial.refusal(id) else {
            return Some(self.call(operation));
        };
        // By its versions the homeserver does not have it, so that nothing would be sent.
        let target = self.client.target();
        let base_url = target.base_url().unwrap().to_string();
        self.client
            .set_target(Target::homeserver(&base_url).unwrap());
        let answer = answered(self.trial, &self.client_of_one_attempt(), operation);
        self.client.set_target(target);
        let error = answer.err();
        let error = error.unwrap_or_else(|| panic!("{id} is there: {refusal:?} is outdated"));
        let refused = (
            error.status().map(|status| status.as_u16()),
            error.errcode().map(|errcode| errcode.as_str()),
        );
        assert_eq!(
            refused,
            (Some(refusal.status), refusal.errcode),
            "{id}: {error}"
        );
        None
    }

    /// The response to an operation that nobody but an application service sends a token with.
    pub(super) fn call_with_own_token<E: Endpoint>(&self, operation: E) -> E::Response {
        let target = self.client.target();
        let token = self.client.session().unwrap().access_token;
        let mut request = wire::encode(&operation, &target, &Credentials::None).unwrap();
        let token = format!("Bearer {}", token.reveal()).parse().unwrap();
        request.headers_mut().insert(AUTHORIZATION, token);
        let transport = self.trial.transport();
        let response = self.trial.runtime.block_on(transport.send(request));
        wire::decode::<E>(response.unwrap()).unwrap()
    }

    /// The status and the `errcode` with which the homeserver refuses this.
    pub(super) fn refused<E: Endpoint>(&self, operation: E) -> (u16, String) {
        let error = answered(self.trial, &self.client_of_one_attempt(), operation).err();
        let error = error.unwrap_or_else(|| panic!("{} should be refused", E::OPERATION.id));
        let status = error.status().map(|status| status.as_u16());
        let errcode = error.errcode().map(|errcode| errcode.as_str().to_owned());
        match (status, errcode) {
            (Some(status), Some(errcode)) => (status, errcode),
            _ => panic!("{}: {error}", E::OPERATION.id),
        }
    }

    /// The first response to a request is told, whatever it is.
    fn client_of_one_attempt(&self) -> TestClient {
        let mut policy = RetryPolicy::default();
        policy.attempts = 1;
        self.client.clone().with_policy(policy)
    }

    /// The response to an operation that asks for the password first.
    pub(super) fn call_with_password<E: Endpoint>(&self, operation: E) -> E::Response {
        let conversation = self.client.call_interactively(operation).map_flow(|flow| {
            flow.with_user(UserIdentifier::user(self.user_id.as_str()))
                .with_password(Password::from(PASSWORD))
        });
        let id = E::OPERATION.id;
        self.trial.note(id);
        let answer = self.trial.runtime.block_on(conversation.finish());
        let answer = answer.unwrap_or_else(|error| panic!("{id}: {error}"));
        self.trial.note_warnings(id, &answer.warnings);
        answer.value
    }

    /// Asks until the response is as it should be. In between it waits for news for a while, since what is awaited is
    /// something that the homeserver does when it has the time.
    pub(super) fn until<E: Endpoint + Clone>(
        &self,
        operation: E,
        is_right: impl Fn(&E::Response) -> bool,
    ) -> E::Response {
        let mut since = self.now();
        for _ in 0..PATIENCE {
            let response = self.call(operation.clone());
            if is_right(&response) {
                return response;
            }
            since = self.sync(&since, 500).next_batch;
        }
        panic!("{} does not come to what is awaited", E::OPERATION.id)
    }

    /// The place in the stream of news up to which everything is known.
    pub(super) fn now(&self) -> String {
        self.call(Sync::new()).next_batch
    }

    /// Waits for the news that `find` finds.
    pub(super) fn news<T>(&self, since: &str, find: impl Fn(&SyncResponse) -> Option<T>) -> T {
        let mut since = since.to_owned();
        for _ in 0..PATIENCE {
            let news = self.sync(&since, 5_000);
            if let Some(found) = find(&news) {
                return found;
            }
            since = news.next_batch;
        }
        panic!("{} hears nothing of it", self.user_id)
    }

    fn sync(&self, since: &str, timeout: u64) -> SyncResponse {
        let mut sync = Sync::new();
        sync.since = Some(since.to_owned());
        sync.timeout = Some(timeout);
        self.call(sync)
    }

    /// The server of this user.
    pub(super) fn server_name(&self) -> ServerName {
        self.user_id.server_name().unwrap()
    }

    /// A transaction ID that this device has not used.
    pub(super) fn transaction(&self) -> TransactionId {
        self.transactions.set(self.transactions.get() + 1);
        TransactionId::parse(format!("t{}", self.transactions.get())).unwrap()
    }

    /// A private room with this other user, who may do everything.
    pub(super) fn room_with(&self, other: &Person<'_>) -> RoomId {
        let mut create = CreateRoom::new();
        create.preset = Some(RoomPreset::TrustedPrivateChat);
        create.invite = Some(vec![other.user_id.clone()]);
        let room_id = self.call(create).room_id;
        other.call(JoinRoomById::new(room_id.clone()));
        room_id
    }
}

/// How often something is asked again before it counts as lost.
const PATIENCE: usize = 60;

fn learn_versions(trial: &Trial<'_>, client: &TestClient) {
    let versions = answered(trial, client, GetVersions::new()).unwrap().value;
    let Target::Homeserver(mut homeserver) = client.target() else {
        panic!("a client's target is a homeserver")
    };
    homeserver.supported = Some(versions.supported());
    client.set_target(Target::Homeserver(homeserver));
}

fn answered<E: Endpoint>(
    trial: &Trial<'_>,
    client: &TestClient,
    operation: E,
) -> Result<ApiResponse<E::Response>, Error> {
    let id = E::OPERATION.id;
    trial.note(id);
    let answer = trial.runtime.block_on(client.call_answer(operation))?;
    trial.note_warnings(id, &answer.warnings);
    Ok(answer)
}
