use hardline_derive::Persist;
use http::Uri;

use crate::client_api::discovery::AuthMetadata;
use crate::flow::{FlowError, OAuthGap};
use crate::oauth_api::{
    GrantType, RegisterClient, RegisterClientResponse, ResponseType, TokenEndpointAuthMethod,
};

/// How a login gets its tokens, and with it what the server has to offer and what the client is registered for.
#[derive(Clone, Copy, Debug, Persist)]
pub(super) enum Grant {
    AuthorizationCode,
    DeviceCode,
}

impl Grant {
    /// Checks that the server offers this grant.
    pub(super) fn check_offer(self, metadata: &AuthMetadata) -> Result<(), FlowError> {
        // A list that is left out says nothing.
        let offers = |list: &[String], wanted: &str| {
            list.is_empty() || list.iter().any(|offered| offered == wanted)
        };
        if !offers(&metadata.grant_types_supported, self.grant_type().as_str()) {
            return Err(FlowError::NoOAuth(self.gap()));
        }
        if matches!(self, Self::DeviceCode) {
            return Ok(());
        }
        if !offers(
            &metadata.response_types_supported,
            ResponseType::Code.as_str(),
        ) {
            return Err(FlowError::NoOAuth(self.gap()));
        }
        if !offers(&metadata.code_challenge_methods_supported, "S256") {
            return Err(FlowError::NoOAuth(OAuthGap::CodeChallenge));
        }
        Ok(())
    }

    /// Where an authorization begins.
    pub(super) fn endpoint(self, metadata: &AuthMetadata) -> Result<&str, FlowError> {
        let endpoint = match self {
            Self::AuthorizationCode => &metadata.authorization_endpoint,
            Self::DeviceCode => &metadata.device_authorization_endpoint,
        };
        endpoint.as_deref().ok_or(FlowError::NoOAuth(self.gap()))
    }

    /// Adds to a client's description what this grant needs, and leaves out what the server would refuse.
    pub(super) fn complete(self, client: &mut RegisterClient, metadata: &AuthMetadata) {
        let grant_types = client.grant_types.get_or_insert_default();
        for wanted in [self.grant_type(), GrantType::RefreshToken] {
            let offered = &metadata.grant_types_supported;
            let is_offered =
                offered.is_empty() || offered.iter().any(|name| name == wanted.as_str());
            if is_offered && !grant_types.contains(&wanted) {
                grant_types.push(wanted);
            }
        }
        let response_types = client.response_types.get_or_insert_default();
        if matches!(self, Self::AuthorizationCode) && !response_types.contains(&ResponseType::Code)
        {
            response_types.push(ResponseType::Code);
        }
        client
            .token_endpoint_auth_method
            .get_or_insert(TokenEndpointAuthMethod::None);
        for uri in [
            &mut client.logo_uri,
            &mut client.tos_uri,
            &mut client.policy_uri,
        ] {
            uri.take_if(|uri| !is_within(uri, &client.client_uri));
        }
    }

    /// Checks that the client may use this grant: servers drop silently what is switched off.
    pub(super) fn check(self, registered: &RegisterClientResponse) -> Result<(), FlowError> {
        match &registered.grant_types {
            Some(grant_types) if !grant_types.contains(&self.grant_type()) => {
                Err(FlowError::NoOAuth(self.gap()))
            }
            _ => Ok(()),
        }
    }

    fn grant_type(self) -> GrantType {
        match self {
            Self::AuthorizationCode => GrantType::AuthorizationCode,
            Self::DeviceCode => GrantType::DeviceCode,
        }
    }

    fn gap(self) -> OAuthGap {
        match self {
            Self::AuthorizationCode => OAuthGap::Authorization,
            Self::DeviceCode => OAuthGap::DeviceAuthorization,
        }
    }
}

/// Whether a page about the client is where servers want it: on the host of the client's own page or below.
fn is_within(uri: &str, client_uri: &str) -> bool {
    let (Ok(uri), Ok(client_uri)) = (uri.parse::<Uri>(), client_uri.parse::<Uri>()) else {
        return false;
    };
    let (Some(host), Some(own)) = (uri.host(), client_uri.host()) else {
        return false;
    };
    let (host, own) = (host.to_ascii_lowercase(), own.to_ascii_lowercase());
    let is_below =
        (host.strip_suffix(&own)).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    is_below && uri.scheme_str() == Some("https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_on_another_host_are_not_registered() {
        let client_uri = "https://example.com:8443/app";
        for uri in [
            "https://example.com/logo.png",
            "https://EXAMPLE.com:1/?a=b",
            "https://www.app.example.com/",
        ] {
            assert!(is_within(uri, client_uri), "{uri}");
        }
        for uri in [
            "https://example.org/logo.png",
            "https://notexample.com/",
            "https://com/",
            "http://example.com/",
            "/logo.png",
            "example.com",
            "",
        ] {
            assert!(!is_within(uri, client_uri), "{uri}");
        }
        assert!(!is_within("https://example.com/", "app"));
    }
}
