mod accounts;
mod application_services;
mod backups;
mod connections;
mod cross_signing;
mod dehydrated;
mod delayed_events;
mod delayed_sending;
mod device_changes;
mod device_keys;
mod device_list_news;
mod device_lists;
mod devices;
mod filters;
mod hierarchies;
mod login_tokens;
mod media;
mod moderation;
mod oauth_sessions;
mod openid_tokens;
mod password_hash;
mod people;
mod profiles;
mod push;
mod registration;
mod rendezvous;
mod rooms;
mod sending;
mod sliding_connections;
mod stream;
mod switches;
mod thread_subscriptions;
mod to_device;
mod transactions;
mod uia_sessions;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use hardline::client_api::discovery::{GetWellknownPolicyResponse, GetWellknownSupportResponse};
use hardline::client_api::integrations::GetTurnServerResponse;
use hardline::client_api::unstable::msc4143::RtcTransport;
use hardline::types::{
    AccessToken, DeviceId, Password, RefreshToken, RoomId, ServerName, Timestamp, UserId,
};
use hardline::wire::server::ErrorResponse;
use http::Request;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use accounts::Accounts;
use application_services::ApplicationServices;
pub(super) use application_services::instance_id;
pub(super) use backups::{Backup, Backups};
pub(super) use connections::Connection;
use connections::Connections;
pub(super) use cross_signing::{CrossSigning, KeySignature, KeyUsage};
pub(super) use dehydrated::{DehydratedDevice, DehydratedDevices};
use delayed_events::DelayedEvents;
pub(super) use delayed_events::{DelayedEvent, MOST_OF_USER as MOST_DELAYED_EVENTS, Outcome};
pub(super) use device_keys::{ClaimableKey, DeviceKeys};
use device_lists::DeviceLists;
use devices::Devices;
pub(super) use devices::Login;
use filters::Filters;
use hierarchies::Hierarchies;
pub(super) use hierarchies::Walk;
pub(super) use login_tokens::LoginTokens;
pub(super) use media::{File, Media};
use moderation::Moderation;
pub use moderation::{Report, ReportSubject};
use oauth_sessions::OAuthSessions;
pub(crate) use oauth_sessions::{IssuedTokens, OAuthSession};
pub(super) use openid_tokens::OpenIdTokens;
use password_hash::PasswordHash;
use people::People;
pub(super) use people::{Receipt, Status, told_of_presence};
pub(super) use profiles::Profiles;
use push::Push;
pub(super) use push::{Beside, Counts, PusherOfDevice, RuleError};
pub(crate) use push::{OutgoingPush, PusherId};
use registration::Registration;
pub(super) use rendezvous::{RendezvousSession, RendezvousSessions};
pub(super) use rooms::{
    Alias, DEEPEST, Event, EventDraft, Object, Room, Rooms, STRIPPED, Viewer, decoded, stripped,
    stripped_state,
};
pub(super) use sliding_connections::{SlidingConnections, ToldRoom};
pub(super) use stream::{Cause, Stream};
pub(super) use switches::Switches;
use thread_subscriptions::ThreadSubscriptions;
pub(super) use thread_subscriptions::{Subscription, SubscriptionKind};
pub(super) use to_device::{MOST_WAITING, ToDevice};
pub(super) use transactions::Transactions;
use uia_sessions::UiaSessions;
pub(super) use uia_sessions::{BoundRequest, NO_SESSION, Proof};

use crate::ApplicationService;
use crate::entropy::Entropy;
use crate::validations::Validations;

/// Everything that the homeserver remembers: a part for each thing, and what concerns several of them.
///
/// Snapshots have all of it but what it was set up to do. A part that comes later has a `#[serde(default)]`, so that older
/// snapshots can still be read.
#[derive(Serialize, Deserialize)]
pub(super) struct State {
    pub(super) entropy: Entropy,
    #[serde(skip)]
    pub(super) switches: Switches,
    pub(super) accounts: Accounts,
    pub(super) devices: Devices,
    pub(super) oauth_sessions: OAuthSessions,
    pub(super) registration: Registration,
    pub(super) login_tokens: LoginTokens,
    pub(super) openid_tokens: OpenIdTokens,
    pub(super) uia: UiaSessions,
    /// The addresses to which single sign-on sends the browsers that are on its page now, by session.
    pub(super) sso: BTreeMap<String, String>,
    pub(super) validations: Validations,
    /// The validation sessions at the identity server, with the access tokens of the identity server that began them.
    pub(super) delegated: BTreeMap<String, AccessToken>,
    pub(super) support: Option<GetWellknownSupportResponse>,
    pub(super) policy: Option<GetWellknownPolicyResponse>,
    /// The document of the authorization server that the homeserver delegates to.
    #[serde(skip)]
    pub(super) auth_metadata: Option<Value>,
    /// Whether clients may log in, register and log out here, without the authorization server.
    #[serde(skip)]
    pub(super) legacy_authentication: bool,
    /// Until when users may replace their cross-signing keys, as they have approved.
    pub(super) cross_signing_resets: BTreeMap<UserId, Timestamp>,
    pub(super) stream: Stream,
    pub(super) rooms: Rooms,
    pub(super) transactions: Transactions,
    pub(super) profiles: Profiles,
    pub(super) filters: Filters,
    pub(super) sliding_connections: SlidingConnections,
    pub(super) hierarchies: Hierarchies,
    pub(super) media: Media,
    pub(super) device_keys: DeviceKeys,
    pub(super) cross_signing: CrossSigning,
    pub(super) device_lists: DeviceLists,
    pub(super) to_device: ToDevice,
    pub(super) dehydrated: DehydratedDevices,
    pub(super) backups: Backups,
    pub(super) people: People,
    pub(super) moderation: Moderation,
    pub(super) connections: Connections,
    pub(super) delayed_events: DelayedEvents,
    pub(super) thread_subscriptions: ThreadSubscriptions,
    /// The ways to make calls by.
    pub(super) rtc_transports: Vec<RtcTransport>,
    pub(super) rendezvous: RendezvousSessions,
    pub(super) application_services: ApplicationServices,
    pub(super) turn_server: Option<GetTurnServerResponse>,
    pub(super) push: Push,
}

/// The device that an access token was given to.
pub(super) struct TokenOwner {
    pub(super) user_id: UserId,
    pub(super) device_id: DeviceId,
    pub(super) is_expired: bool,
}

impl State {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self {
            entropy: Entropy::new(seed),
            switches: Switches::default(),
            accounts: Accounts::default(),
            devices: Devices::default(),
            oauth_sessions: OAuthSessions::default(),
            registration: Registration::default(),
            login_tokens: LoginTokens::default(),
            openid_tokens: OpenIdTokens::default(),
            uia: UiaSessions::default(),
            sso: BTreeMap::new(),
            validations: Validations::default(),
            delegated: BTreeMap::new(),
            support: None,
            policy: None,
            auth_metadata: None,
            legacy_authentication: true,
            cross_signing_resets: BTreeMap::new(),
            stream: Stream::default(),
            rooms: Rooms::default(),
            transactions: Transactions::default(),
            profiles: Profiles::default(),
            filters: Filters::default(),
            sliding_connections: SlidingConnections::default(),
            hierarchies: Hierarchies::default(),
            media: Media::default(),
            device_keys: DeviceKeys::default(),
            cross_signing: CrossSigning::default(),
            device_lists: DeviceLists::default(),
            to_device: ToDevice::default(),
            dehydrated: DehydratedDevices::default(),
            backups: Backups::default(),
            people: People::default(),
            moderation: Moderation::default(),
            connections: Connections::default(),
            delayed_events: DelayedEvents::default(),
            thread_subscriptions: ThreadSubscriptions::default(),
            rtc_transports: Vec::new(),
            rendezvous: RendezvousSessions::default(),
            application_services: ApplicationServices::default(),
            turn_server: None,
            push: Push::default(),
        }
    }

    /// Adds an application service, whose own user may be there from before a restart.
    pub(super) fn add_application_service(
        &mut self,
        server_name: &ServerName,
        service: ApplicationService,
    ) -> Result<(), ErrorResponse> {
        let known = UserId::parse(format!("@{}:{server_name}", service.sender)).ok();
        let is_new = self.application_services.with_id(&service.id).is_none();
        let is_restored = is_new && known.is_some_and(|known| self.accounts.is_bridged(&known));
        if !is_restored {
            let user_id = self.accounts.new_user_id(server_name, &service.sender)?;
            self.accounts.add_bridged(user_id);
        }
        self.application_services.add(service);
        Ok(())
    }

    /// Remembers what a snapshot has, and goes on doing what it was set up to do.
    pub(super) fn restore(&mut self, server_name: &ServerName, mut restored: Self) {
        let services = std::mem::take(&mut self.application_services);
        for service in services.iter() {
            // A service that came later has its user all the same.
            let user_id = restored.accounts.new_user_id(server_name, &service.sender);
            if let Ok(user_id) = user_id {
                restored.accounts.add_bridged(user_id);
            }
        }
        let listed = std::mem::replace(&mut restored.application_services, services);
        restored.application_services.restore(listed);
        restored.switches = self.switches;
        restored.auth_metadata = self.auth_metadata.take();
        restored.legacy_authentication = self.legacy_authentication;
        *self = restored;
    }

    pub(super) fn add_account(&mut self, user_id: UserId, password: &Password) {
        let hash = PasswordHash::new(self.entropy.bytes(), password);
        // Until they say more, users are called by their names.
        let name = user_id.localpart().into();
        self.profiles.set(&user_id, "displayname", Some(name));
        self.push.rules.begin(&user_id);
        self.accounts.add(user_id, hash);
    }

    /// Adds the account of a guest, who has no password.
    pub(super) fn add_guest(&mut self, server_name: &ServerName) -> Result<UserId, ErrorResponse> {
        let localpart = self.entropy.letters(12).to_ascii_lowercase();
        let user_id = self.accounts.new_user_id(server_name, &localpart)?;
        self.accounts.add_guest(user_id.clone());
        Ok(user_id)
    }

    pub(super) fn set_password(&mut self, user_id: &UserId, password: &Password) {
        let hash = PasswordHash::new(self.entropy.bytes(), password);
        self.accounts.set_password(user_id, hash);
    }

    /// A request with the members that the first one of its authentication session had, if it has none but `auth`.
    pub(super) fn completed(&self, session: &str, request: &Request<Bytes>) -> Request<Bytes> {
        let remembered = self.switches.remembers_request;
        let body = remembered.then(|| self.uia.completed(session, request));
        let body = body.flatten();
        let body = body.unwrap_or_else(|| request.body().clone());
        let mut completed = Request::new(body);
        *completed.method_mut() = request.method().clone();
        *completed.uri_mut() = request.uri().clone();
        *completed.headers_mut() = request.headers().clone();
        *completed.extensions_mut() = request.extensions().clone();
        completed
    }

    /// Removes everything of an account but its name, which stays taken. The user leaves their rooms.
    pub(super) fn deactivate(&mut self, now: Timestamp, user_id: &UserId) {
        self.leave_all_rooms(now, user_id);
        self.delayed_events.cancel_all_of(now, user_id);
        self.thread_subscriptions.forget(user_id);
        self.accounts.deactivate(user_id);
        self.log_out_all(user_id, None);
        self.login_tokens.forget(user_id);
        self.openid_tokens.forget(user_id);
        self.profiles.forget(user_id);
        self.cross_signing.forget(user_id);
        self.cross_signing_resets.remove(user_id);
        self.backups.forget(user_id);
        self.people.account_data.forget(user_id);
        self.people.presence.forget(user_id);
        self.push.forget(user_id);
    }

    /// The users whom a user does not want to hear of.
    pub(super) fn ignored_by(&self, user_id: &UserId) -> BTreeSet<String> {
        let data = &self.people.account_data;
        let list = data.get(user_id, None, "m.ignored_user_list");
        let users = list.and_then(|list| list.get("ignored_users")?.as_object());
        users
            .into_iter()
            .flatten()
            .map(|(user, _)| user.clone())
            .collect()
    }

    /// The rooms in which a user talks to one other user.
    pub(super) fn direct_rooms_of(&self, user_id: &UserId) -> BTreeSet<RoomId> {
        let data = &self.people.account_data;
        let rooms = data.get(user_id, None, "m.direct");
        let rooms = rooms.into_iter().flat_map(|by_user| by_user.values());
        let rooms = rooms.filter_map(Value::as_array).flatten();
        let rooms = rooms.filter_map(|room| RoomId::parse(room.as_str()?).ok());
        rooms.collect()
    }

    /// The tags that a user has given a room.
    pub(super) fn tags_of(&self, user_id: &UserId, room_id: &RoomId) -> BTreeSet<String> {
        let data = &self.people.account_data;
        let tags = data.get(user_id, Some(room_id), "m.tag");
        let tags = tags.and_then(|content| content.get("tags")?.as_object());
        let tags = tags.into_iter().flat_map(|tags| tags.keys());
        tags.cloned().collect()
    }

    /// The device of an access token, which then is in use.
    pub(super) fn owner_of(
        &mut self,
        now: Timestamp,
        access_token: &AccessToken,
    ) -> Option<TokenOwner> {
        if let Some(login) = self.devices.login_of(access_token) {
            return Some(TokenOwner {
                is_expired: login.is_expired(now),
                user_id: login.user_id,
                device_id: login.device_id,
            });
        }
        let login = self.oauth_sessions.login_of(access_token)?;
        Some(TokenOwner {
            is_expired: login.is_expired(now),
            user_id: login.user_id,
            device_id: login.device_id,
        })
    }

    /// Its first tokens: see [`OAuthSessions::issue`].
    pub(super) fn issue_oauth_tokens(
        &mut self,
        now: Timestamp,
        lifetime: Duration,
        session: &str,
    ) -> Option<IssuedTokens> {
        self.oauth_sessions
            .issue(now, &mut self.entropy, lifetime, session)
    }

    /// The device's next access token for a refresh token; `None` if it is not valid.
    pub(super) fn refresh(
        &mut self,
        now: Timestamp,
        refresh_token: &RefreshToken,
    ) -> Option<Login> {
        self.devices.refresh(now, &mut self.entropy, refresh_token)
    }
}
