use std::time::Duration;

use bytes::Bytes;
use hardline::types::Timestamp;
use http::Response;
use serde_json::json;

use super::records::{Active, Pair, Session};
use super::state::AuthorizationServer;
use crate::simulation::oauth::answers::{Form, error, json};
use crate::simulation::personality::oauth::RefreshReuse;

impl AuthorizationServer {
    /// Begins a session, as if somebody had logged in.
    pub(in crate::simulation::oauth) fn begin_session(
        &mut self,
        now: Timestamp,
        client_id: &str,
        device_id: &str,
    ) -> Response<Bytes> {
        let scope = self.scope_of(device_id);
        self.grant(now, client_id, device_id.to_owned(), &scope)
    }

    /// What this access token is for, if it is active now. Whoever asks uses it.
    pub(in crate::simulation::oauth) fn introspect(
        &mut self,
        now: Timestamp,
        access_token: &str,
    ) -> Option<Active> {
        let sessions = self.sessions.iter_mut();
        let mut living = sessions.filter(|session| session.is_alive());
        living.find_map(|session| {
            let is_this = |pair: &Pair| pair.access_token == access_token && now < pair.expires_at;
            let index = session.pairs.iter().position(is_this)?;
            session.used(index);
            let device_id = session.device_id.clone();
            Some(Active { device_id })
        })
    }

    /// Begins a session; one device has one.
    pub(super) fn grant(
        &mut self,
        now: Timestamp,
        client_id: &str,
        device_id: String,
        scope: &str,
    ) -> Response<Bytes> {
        let before = self.sessions.iter_mut();
        before
            .filter(|session| session.device_id == device_id)
            .for_each(Session::end);
        self.sessions.push(Session {
            client_id: client_id.to_owned(),
            device_id,
            scope: scope.to_owned(),
            pairs: Vec::new(),
            is_over: false,
        });
        self.issue(now, self.sessions.len() - 1)
    }

    fn issue(&mut self, now: Timestamp, session: usize) -> Response<Bytes> {
        let (lifetime, tells_lifetime) = self.manners.access_lifetime;
        let access_token = self.make("access");
        let newest = self.sessions[session].pairs.last();
        let kept = newest.and_then(|pair| pair.refresh_token.clone());
        let client_id = self.sessions[session].client_id.clone();
        let is_asked =
            self.manners.refresh.is_given_unasked || self.may_use(&client_id, "refresh_token");
        let refresh_token = match kept {
            Some(kept) if !self.manners.refresh.rotates => Some(kept),
            _ => is_asked.then(|| self.make("refresh")),
        };
        let mut answer = json!({
            "access_token": access_token,
            "token_type": self.manners.token_type,
        });
        if tells_lifetime {
            answer["expires_in"] = json!(lifetime);
        }
        if let Some(refresh_token) = &refresh_token {
            answer["refresh_token"] = json!(refresh_token);
        }
        let session = &mut self.sessions[session];
        if self.manners.tells_scope {
            answer["scope"] = json!(session.scope);
        }
        session.pairs.push(Pair {
            access_token,
            refresh_token,
            expires_at: now + Duration::from_secs(lifetime),
            is_replaced: false,
        });
        json(200, &answer)
    }

    pub(super) fn refresh(
        &mut self,
        now: Timestamp,
        client_id: &str,
        form: &Form,
    ) -> Response<Bytes> {
        let Some(token) = form.get("refresh_token") else {
            return error(400, "invalid_request");
        };
        let is_this = |pair: &Pair| pair.refresh_token.as_ref() == Some(token);
        let found = self.sessions.iter().enumerate().find_map(|(at, session)| {
            let is_its = session.client_id == client_id && !session.is_over;
            // Without rotation, all of them have the same.
            let index = session.pairs.iter().rposition(is_this);
            index.filter(|_| is_its).map(|index| (at, index))
        });
        let Some((at, index)) = found else {
            return error(400, "invalid_grant");
        };
        let session = &mut self.sessions[at];
        if session.pairs[index].is_replaced {
            session.is_over = self.manners.refresh.reuse == RefreshReuse::EndsSession;
            return error(400, "invalid_grant");
        }
        // Its successors, which nobody used, are good for nothing more; it is used itself.
        session.pairs.truncate(index + 1);
        session.used(index);
        self.issue(now, at)
    }

    pub(super) fn revoke(&mut self, now: Timestamp, form: &Form) -> Response<Bytes> {
        let Some(token) = form.get("token") else {
            return error(400, "invalid_request");
        };
        let manners = self.manners.revocation;
        let client_id = form.get("client_id");
        match client_id {
            None => {
                if let Some(refusal) = manners.no_client {
                    return refusal.response();
                }
            }
            Some(id) if !self.clients.iter().any(|client| client.id == *id) => {
                return self.manners.unknown_client.response();
            }
            Some(_) => {}
        }
        let hint = form.get("token_type_hint").map(String::as_str);
        for session in &mut self.sessions {
            if client_id.is_some_and(|id| *id != session.client_id) {
                continue;
            }
            let is_found = session.pairs.iter().any(|pair| {
                let is_refresh = pair.refresh_token.as_ref() == Some(token);
                let is_access = pair.access_token == *token
                    && (manners.by_expired_token || now < pair.expires_at);
                let fits = match hint {
                    Some("refresh_token") => is_refresh,
                    Some("access_token") => is_access,
                    _ => true,
                };
                (is_refresh || is_access) && (fits || !manners.believes_hints)
            });
            session.is_over |= is_found;
        }
        // Whether there was such a token is nobody's business.
        Response::new(Bytes::new())
    }
}
