use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::records::Client;
use super::state::{AuthorizationServer, GRANT};
use crate::simulation::oauth::answers::{error, json};

impl AuthorizationServer {
    pub(super) fn register(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        let Ok(metadata) = serde_json::from_slice::<Map<String, Value>>(request.body()) else {
            return error(400, "invalid_request");
        };
        if let Some(broken) = broken_rule(&metadata) {
            return error(400, broken);
        }
        let mut grants = texts(&metadata, "grant_types", &["authorization_code"]);
        if self.manners.device.is_none() {
            // The server does not say that it drops one.
            grants.retain(|grant| grant != GRANT);
        }
        let known = self.clients.iter().find(|one| one.metadata == metadata);
        let id = match known.filter(|_| self.manners.knows_client_again) {
            Some(client) => client.id.clone(),
            None => {
                self.made += 1;
                format!("client-{}", self.made)
            }
        };
        let mut answer = metadata.clone();
        answer.insert("client_id".to_owned(), json!(id));
        answer.insert("grant_types".to_owned(), json!(grants));
        let redirect_uris = texts(&metadata, "redirect_uris", &[]);
        self.clients.push(Client {
            id,
            metadata,
            redirect_uris,
            grants,
        });
        json(201, &Value::Object(answer))
    }

    /// Whether the client has registered for a grant.
    pub(super) fn may_use(&self, client_id: &str, grant: &str) -> bool {
        let mut clients = self.clients.iter();
        clients.any(|client| {
            client.id == client_id && client.grants.iter().any(|known| known == grant)
        })
    }

    /// Forgets every client that has no session, as servers may.
    pub(in crate::simulation::oauth) fn forget_idle_clients(&mut self) {
        let sessions = &self.sessions;
        self.clients
            .retain(|client| sessions.iter().any(|one| one.client_id == client.id));
    }
}

/// The error of the first rule of the specification that this metadata breaks.
fn broken_rule(metadata: &Map<String, Value>) -> Option<&'static str> {
    let host = |url: &str| {
        let url = url::Url::parse(url).ok()?;
        let is_good = url.scheme() == "https" && url.username().is_empty();
        is_good.then(|| url.host_str().map(str::to_owned)).flatten()
    };
    let Some(client_host) = metadata
        .get("client_uri")
        .and_then(Value::as_str)
        .and_then(host)
    else {
        return Some("invalid_client_metadata");
    };
    // A public client names its method: without it, it would need a secret.
    if metadata.get("token_endpoint_auth_method") != Some(&json!("none")) {
        return Some("invalid_client_metadata");
    }
    let grants = texts(metadata, "grant_types", &["authorization_code"]);
    let responses = texts(metadata, "response_types", &["code"]);
    let redirect_uris = texts(metadata, "redirect_uris", &[]);
    if !responses.is_empty() && redirect_uris.is_empty() {
        return Some("invalid_redirect_uri");
    }
    if responses.is_empty() && grants.iter().any(|grant| grant == "authorization_code") {
        return Some("invalid_client_metadata");
    }
    let is_native = metadata.get("application_type") == Some(&json!("native"));
    let is_good = |uri: &String| {
        let Ok(url) = url::Url::parse(uri) else {
            return false;
        };
        match url.scheme() {
            _ if url.fragment().is_some() => false,
            "http" => {
                is_native
                    && url.port().is_none()
                    && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
            }
            _ => host(uri).is_some_and(|host| host.ends_with(&client_host)),
        }
    };
    (!redirect_uris.iter().all(is_good)).then_some("invalid_redirect_uri")
}

fn texts(metadata: &Map<String, Value>, name: &str, default: &[&str]) -> Vec<String> {
    match metadata.get(name).and_then(Value::as_array) {
        Some(values) => values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        None => default.iter().map(|text| (*text).to_owned()).collect(),
    }
}
