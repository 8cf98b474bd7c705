//! The state of an authorization server, and what all its endpoints need.

use crate::simulation::personality::oauth::{OAuthPersonality, ScopeNames};

use super::records::{Client, Code, DeviceRequest, Session};

/// An authorization server, a function of the time and a request, as the person in front of a browser sees it too.
pub(in crate::simulation::oauth) struct AuthorizationServer {
    pub(super) manners: &'static OAuthPersonality,
    pub(super) clients: Vec<Client>,
    pub(super) codes: Vec<Code>,
    pub(super) devices: Vec<DeviceRequest>,
    pub(super) sessions: Vec<Session>,
    pub(super) made: u32,
}

pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

const API: &str = "urn:matrix:client:api:*";
const DEVICE: &str = "urn:matrix:client:device:";
const UNSTABLE_API: &str = "urn:matrix:org.matrix.msc2967.client:api:*";
const UNSTABLE_DEVICE: &str = "urn:matrix:org.matrix.msc2967.client:device:";

impl AuthorizationServer {
    pub(in crate::simulation::oauth) fn new(manners: &'static OAuthPersonality) -> Self {
        Self {
            manners,
            clients: Vec::new(),
            codes: Vec::new(),
            devices: Vec::new(),
            sessions: Vec::new(),
            made: 0,
        }
    }

    /// Another text that nobody can guess, though it is the same in each run.
    pub(super) fn make(&mut self, what: &str) -> String {
        self.made += 1;
        format!("not-to-be-shown-{what}-{}", self.made)
    }

    /// The device of a scope; `None` if the policy refuses it.
    pub(super) fn device_of(&self, scope: &str) -> Option<String> {
        let scopes: Vec<_> = scope.split(' ').collect();
        let find = |api, device: &str| {
            let devices = scopes.iter().filter_map(|scope| scope.strip_prefix(device));
            match devices.collect::<Vec<_>>()[..] {
                [device] if scopes.contains(&api) => Some(device.to_owned()),
                _ => None,
            }
        };
        let stable = find(API, DEVICE);
        let unstable = find(UNSTABLE_API, UNSTABLE_DEVICE);
        let is_mixed = scopes.iter().any(|scope| scope.contains("msc2967"))
            && scopes
                .iter()
                .any(|scope| scope.starts_with("urn:matrix:client:"));
        let device = match self.manners.scopes {
            _ if is_mixed => None,
            ScopeNames::Stable => stable,
            ScopeNames::Unstable => unstable,
            ScopeNames::Either => stable.or(unstable),
        };
        let is_allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || b"._~!$&'()*+,;=:@/-".contains(&byte);
        device
            .filter(|device| device.len() >= self.manners.least_device_id)
            .filter(|device| device.bytes().all(is_allowed))
    }

    /// What a client asks for to be this device.
    pub(super) fn scope_of(&self, device_id: &str) -> String {
        match self.manners.scopes {
            ScopeNames::Stable | ScopeNames::Either => format!("{API} {DEVICE}{device_id}"),
            ScopeNames::Unstable => format!("{UNSTABLE_API} {UNSTABLE_DEVICE}{device_id}"),
        }
    }
}
