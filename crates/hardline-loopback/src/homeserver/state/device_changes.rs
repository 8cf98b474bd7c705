use std::collections::BTreeSet;
use std::time::Duration;

use hardline::client_api::devices::Device;
use hardline::types::{ClientId, DeviceId, RefreshToken, Timestamp, UserId};

use super::{DehydratedDevice, IssuedTokens, Login, OAuthSession, State};

/// The devices of users, whichever way they come and go.
impl State {
    /// The devices of a user: those that logged in, and the dehydrated one.
    pub(crate) fn devices_of(&self, user_id: &UserId) -> Vec<Device> {
        let logins = self.devices.of_user(user_id);
        let sessions = self.oauth_sessions.of_user(user_id);
        let dehydrated = self.dehydrated.of(user_id).into_iter();
        logins
            .map(|login| (&login.device_id, &login.display_name))
            .chain(sessions.map(|session| (&session.device_id, &session.display_name)))
            .chain(dehydrated.map(|device| (&device.device_id, &device.display_name)))
            .map(|(device_id, display_name)| {
                let mut device = Device::new(device_id.clone());
                device.display_name.clone_from(display_name);
                if let Some(last) = self.connections.last(user_id, device_id) {
                    device.last_seen_ip = last.address.map(|address| address.to_string());
                    device.last_seen_ts = Some(last.last_seen);
                }
                device
            })
            .collect()
    }

    /// The name of a device; `None` if the user has no such device.
    pub(crate) fn device_name(
        &mut self,
        user_id: &UserId,
        device_id: &DeviceId,
    ) -> Option<&mut Option<String>> {
        let of_login = self.devices.name_of(user_id, device_id);
        of_login
            .or_else(|| self.oauth_sessions.name_of(user_id, device_id))
            .or_else(|| self.dehydrated.name_of(user_id, device_id))
    }

    /// Logs a device in: see [`Devices::log_in`](super::Devices::log_in).
    pub(crate) fn log_in(
        &mut self,
        now: Timestamp,
        user_id: UserId,
        device_id: Option<DeviceId>,
        display_name: Option<String>,
        can_refresh: bool,
    ) -> Login {
        self.change_devices(&user_id.clone(), |state| {
            if let Some(device_id) = &device_id {
                state.oauth_sessions.end_device(&user_id, device_id);
            }
            let entropy = &mut state.entropy;
            let devices = &mut state.devices;
            devices.log_in(now, entropy, user_id, device_id, display_name, can_refresh)
        })
    }

    /// Logs all devices of a user out but one.
    pub(crate) fn log_out_all(&mut self, user_id: &UserId, but: Option<&DeviceId>) {
        self.change_devices(user_id, |state| {
            state.devices.log_out_all(user_id, but);
            state.oauth_sessions.end_all(user_id, but);
            let stays = |device_id: &DeviceId| Some(device_id) == but;
            state.dehydrated.remove(user_id, stays);
            state.connections.retain(user_id, stays);
        });
    }

    /// Logs one device of a user out.
    pub(crate) fn log_out_device(&mut self, user_id: &UserId, device_id: &DeviceId) {
        self.change_devices(user_id, |state| {
            state.devices.remove(user_id, device_id);
            state.oauth_sessions.end_device(user_id, device_id);
            let stays = |other: &DeviceId| other != device_id;
            state.dehydrated.remove(user_id, stays);
            state.connections.retain(user_id, stays);
        });
    }

    /// Begins a session of the authorization server; it has no tokens yet.
    pub(crate) fn begin_oauth_session(&mut self, session: OAuthSession) -> String {
        self.change_devices(&session.user_id.clone(), |state| {
            state.devices.remove(&session.user_id, &session.device_id);
            state.oauth_sessions.begin(&mut state.entropy, session)
        })
    }

    /// The next tokens of a session: see [`OAuthSessions::refresh`](super::OAuthSessions::refresh).
    pub(crate) fn refresh_oauth_tokens(
        &mut self,
        now: Timestamp,
        lifetime: Duration,
        client_id: &ClientId,
        refresh_token: &RefreshToken,
    ) -> Option<IssuedTokens> {
        let user_id = self.oauth_sessions.user_of_refresh_token(refresh_token)?;
        // A token that is used twice ends the session.
        self.change_devices(&user_id, |state| {
            let entropy = &mut state.entropy;
            let sessions = &mut state.oauth_sessions;
            sessions.refresh(now, entropy, lifetime, client_id, refresh_token)
        })
    }

    /// Ends a session of the authorization server, and deletes its device.
    pub(crate) fn end_oauth_session(&mut self, id: &str) {
        if let Some(user_id) = self.oauth_sessions.user_of(id) {
            self.change_devices(&user_id, |state| state.oauth_sessions.end(id));
        }
    }

    /// Stores a dehydrated device, in place of the one that the user has.
    pub(crate) fn dehydrate(&mut self, user_id: &UserId, device: DehydratedDevice) {
        // Its keys and messages are not those of the one before, even of the same name.
        self.rehydrate(user_id);
        self.change_devices(user_id, |state| state.dehydrated.set(user_id, device));
    }

    /// Removes the dehydrated device of a user.
    pub(crate) fn rehydrate(&mut self, user_id: &UserId) {
        self.change_devices(user_id, |state| state.dehydrated.remove(user_id, |_| false));
    }

    /// Changes which devices a user has, with whatever follows from it: what belongs to those that are gone goes too, and
    /// everybody who shares a room with the user hears of it.
    fn change_devices<R>(&mut self, user_id: &UserId, change: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.device_ids(user_id);
        let made = change(self);
        let after = self.device_ids(user_id);
        for gone in before.difference(&after) {
            self.transactions.forget(user_id, gone);
            self.push.forget_device(user_id, gone);
            self.device_keys.forget(user_id, gone);
            self.cross_signing.forget_device(user_id, gone);
            self.to_device.forget(user_id, gone);
            self.sliding_connections.forget(user_id, gone);
        }
        if before != after {
            self.devices_changed(user_id);
        }
        made
    }

    fn device_ids(&self, user_id: &UserId) -> BTreeSet<DeviceId> {
        let devices = self.devices_of(user_id).into_iter();
        devices.map(|device| device.device_id).collect()
    }
}
