use std::time::Duration;

use bytes::Bytes;
use hardline::oauth_api::CodeChallenge;
use hardline::types::{CodeVerifier, Timestamp};
use http::Response;

use super::records::Code;
use super::state::AuthorizationServer;
use crate::simulation::oauth::answers::{Form, error, fields};
use crate::simulation::oauth::decision::{Browser, Decision};
use crate::simulation::personality::oauth::CodeReuse;

const CODE_LIFETIME: Duration = Duration::from_secs(600);

impl AuthorizationServer {
    /// A person opens the URL of an authorization and decides.
    pub(in crate::simulation::oauth) fn authorize(
        &mut self,
        now: Timestamp,
        url: &str,
        decision: Decision,
    ) -> Browser {
        let endpoint = format!("{}authorize?", self.manners.issuer);
        let Some(asked) = url.strip_prefix(&endpoint).map(str::as_bytes) else {
            return Browser::Lost(format!("{url} is not the page"));
        };
        let Some(asked) = fields(asked) else {
            return Browser::Lost("a parameter comes twice".to_owned());
        };
        let of = |name: &str| asked.get(name).map_or("", String::as_str);
        let client = self
            .clients
            .iter()
            .find(|client| client.id == of("client_id"));
        // What is wrong with these two, only the person is shown.
        let Some(client) = client else {
            return Browser::Lost("invalid_client".to_owned());
        };
        let redirect_uri = of("redirect_uri").to_owned();
        let fits =
            |known: &String| *known == redirect_uri || is_same_loopback(known, &redirect_uri);
        if !client.redirect_uris.iter().any(fits) {
            return Browser::Lost("invalid_redirect_uri".to_owned());
        }
        let client_id = client.id.clone();
        let device = self.device_of(of("scope"));
        let is_asked_well = of("response_type") == "code"
            && of("code_challenge_method") == "S256"
            && of("code_challenge").len() == 43
            && of("state").len() >= 22;
        let mut answer: Vec<(&str, String)> = match (decision, device) {
            _ if !is_asked_well => vec![("error", "invalid_request".to_owned())],
            (_, None) => vec![("error", "invalid_scope".to_owned())],
            (Decision::Deny, _) => vec![
                ("error", "access_denied".to_owned()),
                (
                    "error_description",
                    "End-User aborted interaction".to_owned(),
                ),
            ],
            (Decision::Fail(why), _) => vec![("error", why.to_owned())],
            (Decision::Allow, Some(device_id)) => {
                let text = self.make("code");
                self.codes.push(Code {
                    text: text.clone(),
                    client_id,
                    redirect_uri: redirect_uri.clone(),
                    challenge: of("code_challenge").to_owned(),
                    scope: of("scope").to_owned(),
                    device_id,
                    expires_at: now + CODE_LIFETIME,
                    sent: 0,
                    session: None,
                });
                vec![("code", text)]
            }
        };
        answer.push(("state", of("state").to_owned()));
        if self.manners.names_itself {
            answer.push(("iss", self.manners.issuer.to_owned()));
        }
        let answer = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(answer)
            .finish();
        let separator = match of("response_mode") {
            "fragment" => '#',
            _ => '?',
        };
        Browser::Redirected(format!("{redirect_uri}{separator}{answer}"))
    }

    pub(super) fn exchange_code(
        &mut self,
        now: Timestamp,
        client_id: &str,
        form: &Form,
    ) -> Response<Bytes> {
        let of = |name: &str| form.get(name).map_or("", String::as_str);
        let Ok(verifier) = CodeVerifier::parse(of("code_verifier")) else {
            return error(400, "invalid_request");
        };
        let found = self.codes.iter_mut().find(|code| code.text == of("code"));
        let Some(code) = found else {
            return error(400, "invalid_grant");
        };
        code.sent += 1;
        let session = code.session;
        let is_good = session.is_none()
            && code.client_id == client_id
            && code.redirect_uri == of("redirect_uri")
            && now < code.expires_at
            && CodeChallenge::s256(&verifier).to_string() == code.challenge;
        if !is_good {
            self.reuse_of_code(session);
            return error(400, "invalid_grant");
        }
        code.session = Some(self.sessions.len());
        let (device_id, scope) = (code.device_id.clone(), code.scope.clone());
        self.grant(now, client_id, device_id, &scope)
    }

    /// A code came twice.
    fn reuse_of_code(&mut self, session: Option<usize>) {
        if self.manners.code_reuse == CodeReuse::EndsSession
            && let Some(session) = session
        {
            self.sessions[session].end();
        }
    }
}

/// On the loopback, any port will do: RFC 8252.
fn is_same_loopback(known: &str, given: &str) -> bool {
    let (Ok(known), Ok(mut given)) = (url::Url::parse(known), url::Url::parse(given)) else {
        return false;
    };
    known.scheme() == "http" && given.set_port(known.port()).is_ok() && known == given
}
