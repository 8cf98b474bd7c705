//! An authorization server with the manners of a family.

mod codes;
mod devices;
mod registration;
mod sessions;

use std::time::Duration;

use bytes::Bytes;
use hardline::types::Timestamp;
use http::{Method, Request, Response};
use serde_json::{Map, Value, json};

use super::answers::{Form, error, form, json, page};
use super::person::{Browser, Decision};
use crate::simulation::personality::oauth::{CodeReuse, OAuthPersonality, ScopeNames};
use codes::Code;
use devices::DeviceRequest;
use registration::Client;
use sessions::Session;

pub(in crate::simulation::oauth) use sessions::Active;

/// An authorization server, a function of the time and a request, as the person in front of a browser sees it too.
pub(super) struct AuthorizationServer {
    manners: &'static OAuthPersonality,
    clients: Vec<Client>,
    codes: Vec<Code>,
    devices: Vec<DeviceRequest>,
    sessions: Vec<Session>,
    made: u32,
}

const CODE_LIFETIME: Duration = Duration::from_secs(600);
const API: &str = "urn:matrix:client:api:*";
const DEVICE: &str = "urn:matrix:client:device:";
const UNSTABLE_API: &str = "urn:matrix:org.matrix.msc2967.client:api:*";
const UNSTABLE_DEVICE: &str = "urn:matrix:org.matrix.msc2967.client:device:";

impl AuthorizationServer {
    pub(super) fn new(manners: &'static OAuthPersonality) -> Self {
        Self {
            manners,
            clients: Vec::new(),
            codes: Vec::new(),
            devices: Vec::new(),
            sessions: Vec::new(),
            made: 0,
        }
    }

    pub(super) fn handle(&mut self, now: Timestamp, request: &Request<Bytes>) -> Response<Bytes> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/.well-known/openid-configuration") => json(200, &self.metadata()),
            (&Method::GET, "/.well-known/oauth-authorization-server") => {
                json(200, &self.metadata())
            }
            (&Method::POST, "/oauth2/registration") => self.register(request),
            (&Method::POST, path @ ("/oauth2/token" | "/oauth2/device" | "/oauth2/revoke")) => {
                match form(request) {
                    Some(form) => self.answer(now, path, &form),
                    None => error(400, "invalid_request"),
                }
            }
            (&Method::GET, "/authorize" | "/link") => page(200, "Sign in"),
            _ => page(404, "Not Found"),
        }
    }

    fn answer(&mut self, now: Timestamp, path: &str, form: &Form) -> Response<Bytes> {
        if path == "/oauth2/revoke" {
            return self.revoke(now, form);
        }
        let Some(client_id) = form.get("client_id") else {
            return self.manners.no_client.response();
        };
        if !self.clients.iter().any(|client| client.id == *client_id) {
            return self.manners.unknown_client.response();
        }
        if path == "/oauth2/device" {
            return self.begin_device(now, client_id, form);
        }
        let grant = form.get("grant_type").map(String::as_str);
        if let Some(grant) = grant
            && !self.may_use(client_id, grant)
        {
            return self.manners.unregistered_grant.response();
        }
        match grant {
            Some("authorization_code") => self.exchange_code(now, client_id, form),
            Some("refresh_token") => self.refresh(now, client_id, form),
            Some(devices::GRANT) => self.poll_device(now, client_id, form),
            Some(_) => error(400, "unsupported_grant_type"),
            None => error(400, "invalid_request"),
        }
    }

    /// The metadata, as the homeserver passes it on.
    pub(super) fn metadata(&self) -> Value {
        let issuer = self.manners.issuer;
        let url = |path| format!("{issuer}{path}");
        let mut grants = vec!["authorization_code", "refresh_token"];
        let mut metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": url("authorize"),
            "token_endpoint": url("oauth2/token"),
            "registration_endpoint": url("oauth2/registration"),
            "revocation_endpoint": url("oauth2/revoke"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment"],
            "code_challenge_methods_supported": ["S256"],
        });
        if self.manners.device.is_some() {
            metadata["device_authorization_endpoint"] = json!(url("oauth2/device"));
            grants.push(devices::GRANT);
        }
        metadata["grant_types_supported"] = json!(grants);
        if self.manners.names_itself {
            metadata["authorization_response_iss_parameter_supported"] = json!(true);
        }
        let more: Map<String, Value> =
            serde_json::from_str(self.manners.metadata).expect("it is JSON");
        let members = metadata.as_object_mut().expect("it is an object");
        members.extend(more);
        members.retain(|_, value| !value.is_null());
        metadata
    }

    /// Another text that nobody can guess, though it is the same in each run.
    fn make(&mut self, what: &str) -> String {
        self.made += 1;
        format!("not-to-be-shown-{what}-{}", self.made)
    }

    /// The device of a scope; `None` if the policy refuses it.
    fn device_of(&self, scope: &str) -> Option<String> {
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

    /// A person opens the URL of an authorization and decides.
    pub(super) fn authorize(&mut self, now: Timestamp, url: &str, decision: Decision) -> Browser {
        codes::authorize(self, now, url, decision)
    }

    /// A person types a code, and decides after the device has asked this often.
    pub(super) fn type_code(&mut self, user_code: &str, decision: Decision, polls: u32) {
        let typed = self
            .devices
            .iter_mut()
            .find(|device| device.user_code == user_code)
            .expect("the code is the server's");
        typed.decides = Some((decision, polls));
    }

    /// How often the code was sent that was sent most often.
    pub(super) fn most_sent_code(&self) -> u32 {
        let sent = self.codes.iter().map(|code| code.sent);
        sent.max().unwrap_or_default()
    }

    /// What this access token is for, if it is active now. Whoever asks uses it.
    pub(super) fn introspect(&mut self, now: Timestamp, access_token: &str) -> Option<Active> {
        sessions::introspect(&mut self.sessions, now, access_token)
    }

    /// Begins a session, as if somebody had logged in.
    pub(super) fn begin_session(
        &mut self,
        now: Timestamp,
        client_id: &str,
        device_id: &str,
    ) -> Response<Bytes> {
        let scope = match self.manners.scopes {
            ScopeNames::Stable | ScopeNames::Either => format!("{API} {DEVICE}{device_id}"),
            ScopeNames::Unstable => format!("{UNSTABLE_API} {UNSTABLE_DEVICE}{device_id}"),
        };
        self.grant(now, client_id, device_id.to_owned(), &scope)
    }

    /// Whether a refresh token works.
    pub(super) fn refreshes(&self, token: &str) -> bool {
        let mut sessions = self.sessions.iter();
        sessions.any(|session| session.is_alive() && session.can_refresh(token))
    }

    /// Whether a session lives.
    pub(super) fn has_session(&self) -> bool {
        self.sessions.iter().any(Session::is_alive)
    }

    /// Ends every session, as on an account's page.
    pub(super) fn end_sessions(&mut self) {
        self.sessions.iter_mut().for_each(Session::end);
    }

    /// Every secret that it ever gave to a client.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let codes = self.codes.iter().map(|code| code.text.as_str());
        let devices = self.devices.iter();
        let devices = devices.map(|device| device.device_code.as_str());
        let tokens = self.sessions.iter().flat_map(Session::tokens);
        codes.chain(devices).chain(tokens)
    }

    fn reuse_of_code(&mut self, session: Option<usize>) {
        if self.manners.code_reuse == CodeReuse::EndsSession
            && let Some(session) = session
        {
            self.sessions[session].end();
        }
    }
}
