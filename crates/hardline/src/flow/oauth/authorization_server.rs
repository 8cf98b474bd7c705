//! Finds the authorization server of a homeserver and registers a client there: the first part of each login.
//!
//! ```text
//! new --> AskingForMetadata --404--> AskingUnstablePath --404--> NoOAuth
//!               |                          |
//!               '------- 200 --------------+--> Registering --201--> Registered
//!                                                    ^                   |
//!                                                    '---- anew ---------'
//! ```
//!
//! What is registered is in `registration.rs`.

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::discovery::{AuthMetadata, GetAuthMetadata};
use crate::flow::engine::{CallError, FlowContext};
use crate::flow::oauth::registration::Grant;
use crate::flow::{FlowError, OAuthGap, OAuthSession};
use crate::oauth_api::{RegisterClient, Scopes};
use crate::types::{ClientId, DeviceId};
use crate::wire::{
    AbsoluteUrl, BaseUrl, Credentials, EncodeError, Endpoint, Error, ErrorCode, Homeserver,
    SpecVersion, SupportedVersions, Target,
};

/// The authorization server of a homeserver, as far as it is known.
#[derive(Debug, Persist)]
pub(super) struct AuthorizationServer {
    homeserver: Target,
    grant: Grant,
    /// As the program describes it, and then as it is registered.
    client: RegisterClient,
    device_id: DeviceId,
    asks_unstable_path: bool,
    found: Option<Box<Found>>,
    client_id: Option<ClientId>,
    /// The server forgot a client that was registered for this login.
    is_registered_anew: bool,
}

/// An authorization server that this login can use.
#[derive(Debug, Persist)]
pub(super) struct Found {
    pub(super) metadata: AuthMetadata,
    pub(super) token_endpoint: Target,
    /// Where an authorization of this login begins.
    pub(super) authorization: AbsoluteUrl,
    pub(super) scopes: Scopes,
    registration: Target,
}

impl AuthorizationServer {
    pub(super) fn new(
        homeserver: Target,
        grant: Grant,
        client: RegisterClient,
        device_id: DeviceId,
    ) -> Self {
        Self {
            homeserver,
            grant,
            client,
            device_id,
            asks_unstable_path: false,
            found: None,
            client_id: None,
            is_registered_anew: false,
        }
    }

    /// Continues until the client is registered.
    pub(super) fn advance(&mut self, context: &mut FlowContext<'_>) -> Poll<Result<(), FlowError>> {
        loop {
            match (&self.found, &self.client_id) {
                (Some(_), Some(_)) => return Poll::Ready(Ok(())),
                (Some(found), None) => {
                    let answer =
                        context.call_as(&self.client, &found.registration, &Credentials::None);
                    let registered = ready!(answer)?;
                    self.grant.check(&registered)?;
                    self.client_id = Some(registered.client_id);
                }
                (None, _) => match ready!(self.ask(context))? {
                    Some(metadata) => self.found = Some(Box::new(self.check(metadata)?)),
                    None if self.asks_unstable_path => {
                        return Poll::Ready(Err(FlowError::NoOAuth(OAuthGap::Metadata)));
                    }
                    None => self.asks_unstable_path = true,
                },
            }
        }
    }

    /// The server and the client that is registered there.
    pub(super) fn registered(&self) -> Option<(&Found, &ClientId)> {
        Some((self.found.as_deref()?, self.client_id.as_ref()?))
    }

    /// Begins an authorization that has nothing to do with the last one: it has a client of its own.
    pub(super) fn begin_anew(&mut self) {
        self.client_id = None;
        self.is_registered_anew = false;
    }

    /// What a refusal of an authorization means for its client: if the server knows it no longer, it is registered anew,
    /// once. False if that does not help.
    pub(super) fn register_anew(&mut self, error: &Error) -> bool {
        use crate::wire::OAuthErrorCode::{InvalidClient, UnauthorizedClient};

        let is_unknown = matches!(
            error.oauth_error(),
            Some(InvalidClient | UnauthorizedClient)
        );
        if !is_unknown || self.is_registered_anew {
            return false;
        }
        self.client_id = None;
        self.is_registered_anew = true;
        true
    }

    pub(super) fn client(&self) -> &RegisterClient {
        &self.client
    }

    pub(super) fn client_mut(&mut self) -> &mut RegisterClient {
        &mut self.client
    }

    pub(super) fn device_id(&self) -> &DeviceId {
        &self.device_id
    }

    pub(super) fn set_device_id(&mut self, device_id: DeviceId) {
        self.device_id = device_id;
    }

    pub(super) fn homeserver(&self) -> &Target {
        &self.homeserver
    }

    pub(super) fn state(&self) -> &'static str {
        match (&self.found, &self.client_id) {
            (Some(_), Some(_)) => "Registered",
            (Some(_), None) => "Registering",
            (None, _) if self.asks_unstable_path => "AskingUnstablePath",
            (None, _) => "AskingForMetadata",
        }
    }

    /// The homeserver's metadata. `None`: it has none at this path.
    fn ask(&self, context: &mut FlowContext<'_>) -> Poll<Result<Option<AuthMetadata>, FlowError>> {
        let target = self.metadata_target();
        let operation = GetAuthMetadata::new();
        match ready!(context.attempt(&operation, &target, &Credentials::None)) {
            Ok(metadata) => Poll::Ready(Ok(Some(metadata))),
            Err(CallError { error, .. }) if is_absent(&error) => Poll::Ready(Ok(None)),
            Err(refusal) => {
                let operation = const { &GetAuthMetadata::OPERATION };
                let refusal = ready!(context.settle(operation, refusal, &Credentials::None));
                Poll::Ready(Err(refusal.into()))
            }
        }
    }

    /// The homeserver, whatever it advertises: each path is tried.
    fn metadata_target(&self) -> Target {
        let Target::Homeserver(homeserver) = &self.homeserver else {
            return self.homeserver.clone();
        };
        let mut homeserver = Homeserver::new(homeserver.base_url.clone());
        if self.asks_unstable_path {
            let features = GetAuthMetadata::OPERATION.unstable.iter();
            let features = features.map(|(feature, _)| (*feature, true));
            homeserver.supported = Some(SupportedVersions::new(["v1.1"], features));
        }
        Target::Homeserver(homeserver)
    }

    /// Checks that this login can use the server.
    fn check(&mut self, metadata: AuthMetadata) -> Result<Found, FlowError> {
        self.grant.check_offer(&metadata)?;
        let Some(registration) = &metadata.registration_endpoint else {
            return Err(FlowError::NoOAuth(OAuthGap::Registration));
        };
        let authorization = self.grant.endpoint(&metadata)?;
        self.url(&metadata.issuer)?;
        let scopes = self.scopes().map_err(refused)?;
        self.grant.complete(&mut self.client, &metadata);
        Ok(Found {
            token_endpoint: Target::Url(self.url(&metadata.token_endpoint)?),
            authorization: self.url(authorization)?,
            registration: Target::Url(self.url(registration)?),
            scopes,
            metadata,
        })
    }

    /// A URL that the server gave.
    pub(super) fn url(&self, text: &str) -> Result<AbsoluteUrl, FlowError> {
        let homeserver = self.homeserver.base_url().ok_or(EncodeError::WrongTarget {
            operation: GetAuthMetadata::OPERATION.name(),
            expected: GetAuthMetadata::OPERATION.target_kind(),
        });
        let homeserver: &BaseUrl = homeserver.map_err(refused)?;
        AbsoluteUrl::given_by(homeserver, text).map_err(|error| refused(error.into()))
    }

    /// What is asked for, by the names that the server knows.
    fn scopes(&self) -> Result<Scopes, EncodeError> {
        let is_older = match &self.homeserver {
            Target::Homeserver(Homeserver {
                supported: Some(supported),
                ..
            }) => supported
                .newest()
                .is_some_and(|newest| newest < SpecVersion::v1(15)),
            _ => false,
        };
        let device_id = self.device_id.clone();
        Ok(if self.asks_unstable_path || is_older {
            Scopes::of_unstable_device(device_id)?
        } else {
            Scopes::of_device(device_id)?
        })
    }
}

impl Found {
    /// What a session that this server grants to a client needs.
    pub(super) fn session(&self, client_id: &ClientId) -> OAuthSession {
        let metadata = &self.metadata;
        let mut session = OAuthSession::new(client_id.clone(), metadata.token_endpoint.clone());
        session
            .revocation_endpoint
            .clone_from(&metadata.revocation_endpoint);
        session
    }
}

/// Whether the homeserver has nothing at this path.
fn is_absent(error: &Error) -> bool {
    error.errcode() == Some(&ErrorCode::Unrecognized)
        || (error.status()).is_some_and(|status| matches!(status.as_u16(), 404 | 405 | 501))
}

fn refused(error: EncodeError) -> FlowError {
    FlowError::Refused {
        operation: GetAuthMetadata::OPERATION.name(),
        source: error.into(),
    }
}
