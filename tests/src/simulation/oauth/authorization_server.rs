//! An authorization server with the manners of a family.

mod codes;
mod devices;
mod records;
mod registration;
mod sessions;
mod state;

use bytes::Bytes;
use hardline::types::Timestamp;
use http::{Method, Request, Response};
use serde_json::{Map, Value, json};

use super::answers::{Form, error, form, json, page};
use super::decision::Decision;
use records::Session;
use state::GRANT;

pub(super) use state::AuthorizationServer;

impl AuthorizationServer {
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
            Some(GRANT) => self.poll_device(now, client_id, form),
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
            grants.push(GRANT);
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
}
