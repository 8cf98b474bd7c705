//! Finds the authorization server of a homeserver and registers a client there: the first part of each login.
//!
//! ```text
//! new --> AskingForMetadata --404--> AskingForIssuer --200--> AskingIssuer --404--> NoOAuth
//!                 |                       |                        |                   ^
//!                 | 200                   '----------- 404 --------|-------------------'
//!                 v                                                |
//!            Registering <------------------- 200 -----------------'
//!              |     ^
//!          201 |     | anew
//!              v     |
//!            Registered
//! ```
//!
//! What is registered is in `registration.rs`.

use std::task::{Poll, ready};

use hardline_derive::Persist;

use crate::client_api::discovery::{AuthMetadata, GetAuthMetadata};
use crate::flow::engine::effort::Effort;
use crate::flow::engine::{CallError, FlowContext};
use crate::flow::oauth::auth_issuer::GetAuthIssuer;
use crate::flow::oauth::registration::Grant;
use crate::flow::session::metadata_search::{MetadataSearch, is_absent};
use crate::flow::{FlowError, OAuthGap, OAuthSession};
use crate::oauth_api::{
    GetAuthorizationServerMetadata, GetOpenIdConfiguration, RegisterClient, Scope, Scopes,
};
use crate::types::{ClientId, DeviceId};
use crate::wire::{
    AbsoluteUrl, BaseUrl, Credentials, EncodeError, Endpoint, Error, InvalidUrl, OAuthErrorCode,
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
    source: Source,
    found: Option<Box<Found>>,
    client_id: Option<ClientId>,
    /// The server forgot a client that was registered for this login.
    is_registered_anew: bool,
}

/// Where the metadata is looked for.
#[derive(Debug, Persist)]
enum Source {
    Homeserver(MetadataSearch),
    /// The homeserver may name the issuer alone.
    AuthIssuer,
    OpenIdConfiguration {
        issuer: String,
    },
    AuthorizationServerMetadata {
        issuer: String,
    },
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
            source: Source::Homeserver(MetadataSearch::default()),
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
                    let target = &found.registration;
                    let answer = context.call_as(&self.client, target, &Credentials::None);
                    let registered = ready!(answer)?;
                    self.grant.check(&registered)?;
                    self.client_id = Some(registered.client_id);
                }
                (None, _) => {
                    if let Some(metadata) = ready!(self.look(context))? {
                        self.found = Some(Box::new(self.check(metadata)?));
                    }
                }
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
        use OAuthErrorCode::{InvalidClient, UnauthorizedClient};

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

    pub(super) fn client_mut(&mut self) -> &mut RegisterClient {
        &mut self.client
    }

    pub(super) fn client(&self) -> &RegisterClient {
        &self.client
    }

    pub(super) fn set_device_id(&mut self, device_id: DeviceId) {
        self.device_id = device_id;
    }

    pub(super) fn device_id(&self) -> &DeviceId {
        &self.device_id
    }

    pub(super) fn homeserver(&self) -> &Target {
        &self.homeserver
    }

    /// A URL that the server gave.
    pub(super) fn url(&self, text: &str) -> Result<AbsoluteUrl, FlowError> {
        AbsoluteUrl::given_by(base_url(&self.homeserver)?, text).map_err(unusable)
    }

    pub(super) fn state(&self) -> &'static str {
        match (&self.found, &self.client_id, &self.source) {
            (Some(_), Some(_), _) => "Registered",
            (Some(_), None, _) => "Registering",
            (None, _, Source::Homeserver(_)) => "AskingForMetadata",
            (None, _, Source::AuthIssuer) => "AskingForIssuer",
            (
                None,
                _,
                Source::OpenIdConfiguration { .. } | Source::AuthorizationServerMetadata { .. },
            ) => "AskingIssuer",
        }
    }

    /// Looks for the metadata. `None`: it is not there, and next it is looked for somewhere else.
    fn look(
        &mut self,
        context: &mut FlowContext<'_>,
    ) -> Poll<Result<Option<AuthMetadata>, FlowError>> {
        let base_url = base_url(&self.homeserver)?;
        let next = match &mut self.source {
            Source::Homeserver(search) => {
                match ready!(search.advance(context, Effort::USUAL, &self.homeserver)) {
                    Ok(metadata) => return Poll::Ready(Ok(Some(metadata))),
                    Err(refusal) if is_absent(&refusal.error) => Source::AuthIssuer,
                    Err(refusal) => {
                        let operation = const { &GetAuthMetadata::OPERATION };
                        let credentials = &Credentials::None;
                        let refusal = ready!(context.settle(operation, refusal, credentials));
                        return Poll::Ready(Err(refusal.into()));
                    }
                }
            }
            Source::AuthIssuer => {
                match ready!(ask(context, &GetAuthIssuer {}, &self.homeserver))? {
                    Some(named) => Source::OpenIdConfiguration {
                        issuer: named.issuer,
                    },
                    None => return Poll::Ready(Err(FlowError::NoOAuth(OAuthGap::Metadata))),
                }
            }
            Source::OpenIdConfiguration { issuer } => {
                let url = GetOpenIdConfiguration::url(base_url, issuer);
                let target = Target::Url(url.map_err(unusable)?);
                match ready!(ask(context, &GetOpenIdConfiguration::new(), &target))? {
                    Some(metadata) => return Poll::Ready(of_issuer(metadata, issuer).map(Some)),
                    None => Source::AuthorizationServerMetadata {
                        issuer: issuer.clone(),
                    },
                }
            }
            Source::AuthorizationServerMetadata { issuer } => {
                let url = GetAuthorizationServerMetadata::url(base_url, issuer);
                let target = Target::Url(url.map_err(unusable)?);
                let operation = GetAuthorizationServerMetadata::new();
                match ready!(ask(context, &operation, &target))? {
                    Some(metadata) => return Poll::Ready(of_issuer(metadata, issuer).map(Some)),
                    None => return Poll::Ready(Err(FlowError::NoOAuth(OAuthGap::Metadata))),
                }
            }
        };
        self.source = next;
        Poll::Ready(Ok(None))
    }

    /// Checks that this login can use the server.
    fn check(&mut self, metadata: AuthMetadata) -> Result<Found, FlowError> {
        self.grant.check_offer(&metadata)?;
        let Some(registration) = &metadata.registration_endpoint else {
            return Err(FlowError::NoOAuth(OAuthGap::Registration));
        };
        self.url(&metadata.issuer)?;
        let found = Found {
            token_endpoint: Target::Url(self.url(&metadata.token_endpoint)?),
            authorization: self.url(self.grant.endpoint(&metadata)?)?,
            registration: Target::Url(self.url(registration)?),
            scopes: self.scopes(&metadata).map_err(refused)?,
            metadata,
        };
        self.grant.complete(&mut self.client, &found.metadata);
        Ok(found)
    }

    /// What is asked for, by the names that the server knows.
    fn scopes(&self, metadata: &AuthMetadata) -> Result<Scopes, EncodeError> {
        let lists = |scope: Scope| {
            let mut listed = metadata.scopes_supported.iter().flatten();
            listed.any(|listed| Scope::from(listed.as_str()) == scope)
        };
        let is_unstable =
            !lists(Scope::Api) && (lists(Scope::UnstableApi) || self.is_from_before_the_names());
        let device_id = self.device_id.clone();
        Ok(match is_unstable {
            true => Scopes::of_unstable_device(device_id)?,
            false => Scopes::of_device(device_id)?,
        })
    }

    /// Whether the homeserver is from before v1.15, which named the scopes.
    fn is_from_before_the_names(&self) -> bool {
        let newest = match &self.homeserver {
            Target::Homeserver(homeserver) => homeserver.supported.as_ref(),
            _ => None,
        };
        let newest = newest.and_then(SupportedVersions::newest);
        let is_older = newest.is_some_and(|newest| newest < SpecVersion::v1(15));
        match &self.source {
            Source::Homeserver(search) => search.is_unstable || is_older,
            _ => true,
        }
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

/// Asks for what a server may not have: then it is `None`.
fn ask<E: Endpoint>(
    context: &mut FlowContext<'_>,
    operation: &E,
    target: &Target,
) -> Poll<Result<Option<E::Response>, FlowError>> {
    match ready!(context.attempt(operation, target, &Credentials::None)) {
        Ok(found) => Poll::Ready(Ok(Some(found))),
        Err(CallError { error, .. }) if is_absent(&error) => Poll::Ready(Ok(None)),
        Err(refusal) => {
            let operation = const { &E::OPERATION };
            let refusal = ready!(context.settle(operation, refusal, &Credentials::None));
            Poll::Ready(Err(refusal.into()))
        }
    }
}

fn base_url(homeserver: &Target) -> Result<&BaseUrl, FlowError> {
    homeserver.base_url().ok_or_else(|| {
        refused(EncodeError::WrongTarget {
            operation: GetAuthMetadata::OPERATION.name(),
            expected: GetAuthMetadata::OPERATION.target_kind(),
        })
    })
}

/// Checks that the metadata is that of the issuer which the homeserver named.
fn of_issuer(metadata: AuthMetadata, issuer: &str) -> Result<AuthMetadata, FlowError> {
    if metadata.issuer == issuer {
        return Ok(metadata);
    }
    Err(unusable(InvalidUrl::new(
        "document of the issuer that the homeserver named",
        "it is another issuer's, so tell the server's administrator",
    )))
}

fn unusable(error: InvalidUrl) -> FlowError {
    refused(error.into())
}

fn refused(error: EncodeError) -> FlowError {
    FlowError::Refused {
        operation: GetAuthMetadata::OPERATION.name(),
        source: error.into(),
    }
}
