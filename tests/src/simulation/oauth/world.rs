use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use bytes::Bytes;
use hardline::client_api::account::GetTokenOwner;
use hardline::flow::test_harness::START;
use hardline::flow::{OAuthSession, SessionTokens};
use hardline::oauth_api::RegisterClient;
use hardline::types::{AccessToken, ClientId, RefreshToken, Timestamp, UserId};
use hardline::wire::{self, BaseUrl, Credentials, Homeserver, Target};
use http::header::AUTHORIZATION;
use http::{Request, Response};
use serde_json::{Value, json};

use super::answers::{fields, json};
use super::authorization_server::AuthorizationServer;
use super::decision::{Browser, Decision};
use crate::simulation::BASE_URL;
use crate::simulation::personality::UNRECOGNIZED;
use crate::simulation::personality::oauth::{Discovery, OAuthPersonality};

/// A homeserver and its authorization server. Whatever a client sends to the wrong one of them, or elsewhere, is a panic.
pub struct OAuthWorld {
    personality: &'static OAuthPersonality,
    server: RefCell<AuthorizationServer>,
    /// The time of the last request.
    now: Cell<Timestamp>,
    /// What clients made that nobody else may see.
    made: RefCell<BTreeSet<String>>,
    /// The person.
    pub user_id: UserId,
}

impl OAuthWorld {
    /// A world where nobody is logged in.
    pub fn new(personality: &'static OAuthPersonality) -> Self {
        Self {
            personality,
            server: RefCell::new(AuthorizationServer::new(personality)),
            now: Cell::new(START),
            made: RefCell::default(),
            user_id: UserId::parse("@alice:example.org").expect("it is one"),
        }
    }

    /// The family.
    pub fn personality(&self) -> &'static OAuthPersonality {
        self.personality
    }

    /// The homeserver, of which nothing is known but where it is.
    pub fn homeserver(&self) -> Homeserver {
        Homeserver::new(BaseUrl::parse(BASE_URL).expect("it is a URL"))
    }

    /// Responds to a request, as whichever server it is for.
    ///
    /// # Panics
    /// If a secret is where it does not belong.
    pub fn handle(&self, now: Timestamp, request: &Request<Bytes>) -> Response<Bytes> {
        self.now.set(now);
        self.check(request);
        let path = request.uri().path();
        if path.starts_with("/_matrix/") || path.starts_with("/.well-known/matrix/") {
            return self.homeserver_answers(now, request);
        }
        self.server.borrow_mut().handle(now, request)
    }

    /// No secret goes anywhere but where it is from.
    fn check(&self, request: &Request<Bytes>) {
        let url = request.uri().to_string();
        let is_under = |base: &str| {
            let base = base.trim_end_matches('/');
            url.strip_prefix(base)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let is_matrix = is_under(BASE_URL) && request.uri().path().starts_with("/_matrix/");
        let is_well_known = is_under(BASE_URL);
        let is_oauth = is_under(self.personality.issuer);
        assert!(is_matrix || is_well_known || is_oauth, "{url} is elsewhere");
        if let Some(fields) = fields(request.body())
            && let Some(verifier) = fields.get("code_verifier")
        {
            self.made.borrow_mut().insert(verifier.clone());
        }
        let has_token = request.headers().contains_key(AUTHORIZATION);
        assert!(!has_token || is_matrix, "{url} has an access token");
        let body = String::from_utf8_lossy(request.body());
        let is_form = is_oauth && request.uri().path().starts_with("/oauth2/") && !is_matrix;
        for secret in self.secrets() {
            assert!(!url.contains(&secret), "a secret is in {url}");
            assert!(is_form || !body.contains(&secret), "{url} has a secret");
        }
    }

    fn homeserver_answers(&self, now: Timestamp, request: &Request<Bytes>) -> Response<Bytes> {
        let (personality, path) = (self.personality, request.uri().path());
        let metadata = match personality.discovery {
            Discovery::Stable => "/_matrix/client/v1/auth_metadata",
            Discovery::Unstable => "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
        };
        if path == metadata {
            return json(200, &self.server.borrow().metadata());
        }
        if path == "/_matrix/client/versions" {
            let is_unstable = personality.discovery == Discovery::Unstable;
            let features = json!({"org.matrix.msc2965": is_unstable});
            let versions = json!({"versions": personality.versions, "unstable_features": features});
            return json(200, &versions);
        }
        let mut legacy = personality.legacy.iter();
        if let Some((_, canned)) = legacy.find(|(end, _)| path.ends_with(end)) {
            return canned.response();
        }
        if !path.ends_with("/account/whoami") {
            return UNRECOGNIZED.response();
        }
        let token = request.headers().get(AUTHORIZATION);
        let token = token.and_then(|token| token.to_str().ok()?.strip_prefix("Bearer "));
        let Some(token) = token else {
            return json(401, &json!({"errcode": "M_MISSING_TOKEN", "error": "x"}));
        };
        match self.server.borrow_mut().introspect(now, token) {
            None => personality.unknown_token.response(),
            Some(active) => json(
                200,
                &json!({"user_id": self.user_id, "device_id": active.device_id, "is_guest": false}),
            ),
        }
    }

    /// A person opens the URL of an authorization in their browser and decides.
    pub fn browse(&self, url: &str, decision: Decision) -> Browser {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let state = fields(query.as_bytes()).and_then(|fields| fields.get("state").cloned());
        self.made.borrow_mut().extend(state);
        self.server
            .borrow_mut()
            .authorize(self.now.get(), url, decision)
    }

    /// A person types a device's code, and decides after the device has asked this often.
    ///
    /// # Panics
    /// If it is not the server's.
    pub fn type_code(&self, user_code: &str, decision: Decision, polls: u32) {
        let mut server = self.server.borrow_mut();
        server.type_code(user_code, decision, polls);
    }

    /// How often the code was sent that was sent most often.
    pub fn most_sent_code(&self) -> u32 {
        self.server.borrow().most_sent_code()
    }

    /// A session that somebody granted before.
    ///
    /// # Panics
    /// If the server declines.
    pub fn log_in(&self, client: &RegisterClient, device_id: &str) -> SessionTokens {
        let url = format!("{}oauth2/", self.personality.issuer);
        let body = serde_json::to_vec(client).expect("it is JSON");
        let request = Request::post(format!("{url}registration")).body(body.into());
        let registered = self.handle(START, &request.expect("it is a request"));
        let registered: Value = serde_json::from_slice(registered.body()).expect("it is JSON");
        let client_id = registered["client_id"].as_str().expect("it registers");
        let mut server = self.server.borrow_mut();
        let granted = server.begin_session(START, client_id, device_id);
        let granted: Value = serde_json::from_slice(granted.body()).expect("it is JSON");
        let access_token = granted["access_token"].as_str().expect("it is granted");
        let mut session = OAuthSession::new(
            ClientId::parse(client_id).expect("it is one"),
            format!("{url}token"),
        );
        session.revocation_endpoint = Some(format!("{url}revoke"));
        let mut tokens = SessionTokens::new(AccessToken::from(access_token)).granted_by(session);
        tokens.refresh_token = granted["refresh_token"].as_str().map(RefreshToken::from);
        tokens
    }

    /// Who the access token's session belongs to, and which device it has.
    pub fn owner(&self, tokens: &SessionTokens) -> Option<(UserId, String)> {
        let target = Target::Homeserver(self.homeserver());
        let credentials = Credentials::Token(tokens.access_token.clone());
        let request = wire::encode(&GetTokenOwner::new(), &target, &credentials);
        let request = request.expect("it can be sent").map(Bytes::from);
        let response = self.handle(self.now.get(), &request);
        let owner = wire::decode::<GetTokenOwner>(response).ok()?;
        Some((owner.user_id, owner.device_id?.to_string()))
    }

    /// Whether a refresh token works.
    pub fn refreshes(&self, token: &str) -> bool {
        self.server.borrow().refreshes(token)
    }

    /// Whether anybody is logged in.
    pub fn has_session(&self) -> bool {
        self.server.borrow().has_session()
    }

    /// Ends every session, as on an account's page.
    pub fn end_sessions(&self) {
        self.server.borrow_mut().end_sessions();
    }

    /// Forgets every client without a session, as servers may.
    pub fn forget_idle_clients(&self) {
        self.server.borrow_mut().forget_idle_clients();
    }

    /// Every secret that anybody has seen here: tokens, codes, verifiers, states.
    pub fn secrets(&self) -> Vec<String> {
        let server = self.server.borrow();
        let given = server.secrets().map(str::to_owned);
        given.chain(self.made.borrow().iter().cloned()).collect()
    }
}
