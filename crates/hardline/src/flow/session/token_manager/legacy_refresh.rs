use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::client_api::session::Refresh;
use crate::flow::session::session_tokens::expiry;
use crate::flow::{RefreshMethod, SessionTokens};
use crate::types::{RefreshToken, Timestamp};
use crate::wire::{
    self, Credentials, EncodeError, Endpoint, Error, ErrorCode, ErrorKind, Homeserver, Operation,
    SpecVersion, SupportedVersions, Target,
};

/// The homeserver's own `POST /refresh`, for the tokens that it granted itself.
///
/// A server that gave a refresh token takes it back, whatever versions it advertises: if it advertises none with
/// `/refresh`, or what it advertises is unknown, and one path is not there, the request goes to the other one.
///
/// Specification: [refreshing access tokens](https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens).
#[derive(Debug, Default)]
pub struct LegacyRefresh {
    /// The path that seemed less likely to be there is in use.
    is_at_other: bool,
}

impl RefreshMethod for LegacyRefresh {
    fn operation(&self) -> &'static Operation {
        const { &Refresh::OPERATION }
    }

    fn encode(
        &self,
        target: &Target,
        refresh_token: &RefreshToken,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let operation = Refresh::new(refresh_token.clone());
        let is_unstable = prefers_unstable(target) != self.is_at_other;
        let target = match target {
            Target::Homeserver(homeserver) => {
                Target::Homeserver(advertising(homeserver, is_unstable))
            }
            other => other.clone(),
        };
        wire::encode(&operation, &target, &Credentials::None)
    }

    fn decode(
        &mut self,
        sent: Timestamp,
        response: Response<Bytes>,
    ) -> Result<SessionTokens, Error> {
        let response = wire::decode::<Refresh>(response)?;
        let mut tokens = SessionTokens::new(response.access_token);
        tokens.refresh_token = response.refresh_token;
        tokens.expires_at = expiry(sent, response.expires_in_ms);
        Ok(tokens)
    }

    fn is_final(&self, error: &Error) -> bool {
        let ErrorKind::Server(refusal) = error.kind() else {
            return false;
        };
        match &refusal.errcode {
            Some(ErrorCode::UnknownToken) => !refusal.status.is_server_error(),
            // Some servers say this of a refresh token that they do not know.
            Some(ErrorCode::Forbidden) => refusal.status == StatusCode::FORBIDDEN,
            _ => false,
        }
    }

    fn has_another_address(&mut self, target: &Target, error: &Error, tried: u32) -> bool {
        let is_missing = error.errcode() == Some(&ErrorCode::Unrecognized)
            || matches!(
                error.status(),
                Some(StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED)
            );
        if !is_missing || is_advertised(target) {
            return false;
        }
        // After both it is the first one again, for the next time.
        self.is_at_other = !self.is_at_other;
        tried < 2
    }
}

/// Whether the server advertises a version that has `/refresh`.
fn is_advertised(target: &Target) -> bool {
    supported_by(target).is_some_and(|supported| {
        let newest = supported.newest();
        newest.is_some_and(|newest| newest >= SpecVersion::v1(3))
    })
}

/// Whether the server advertises its versions, and `/refresh` is in none of them.
fn prefers_unstable(target: &Target) -> bool {
    let operation = const { &Refresh::OPERATION };
    supported_by(target)
        .is_some_and(|supported| supported.path_of(operation) != Some(operation.path))
}

fn supported_by(target: &Target) -> Option<&SupportedVersions> {
    match target {
        Target::Homeserver(homeserver) => homeserver.supported.as_ref(),
        _ => None,
    }
}

/// The same homeserver as one that has the operation at its stable or its unstable path alone.
fn advertising(homeserver: &Homeserver, is_unstable: bool) -> Homeserver {
    let mut homeserver = homeserver.clone();
    homeserver.supported = is_unstable.then(|| {
        let features = const { &Refresh::OPERATION }.unstable.iter();
        SupportedVersions::new(["v1.1"], features.map(|(feature, _)| (*feature, true)))
    });
    homeserver
}
