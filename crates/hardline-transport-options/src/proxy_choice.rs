use std::fmt;

use http::Uri;

use crate::BuildError;

/// Which proxies a transport uses. `Debug` does not show the URL, which may hold a password.
#[derive(Clone, Default)]
pub enum ProxyChoice {
    /// None.
    #[default]
    None,
    /// Those of the environment.
    Environment,
    /// This one, for all requests.
    All(String),
}

impl ProxyChoice {
    /// The proxy for all requests, if there is one.
    ///
    /// # Errors
    /// If the proxy cannot be used.
    pub fn check(&self) -> Result<Option<Uri>, BuildError> {
        match self {
            Self::None | Self::Environment => Ok(None),
            Self::All(url) => check_proxy(url).map(Some),
        }
    }
}

/// Parses the URL of an HTTP proxy. The error does not show the URL, which may hold a password.
///
/// ```
/// use hardline_transport_options::check_proxy;
///
/// assert!(check_proxy("proxy.example:3128").is_ok());
/// let error = check_proxy("socks5://user:secret@proxy.example").unwrap_err();
/// assert!(!format!("{error} {error:?}").contains("secret"));
/// ```
///
/// # Errors
/// If it has no host or is not an HTTP proxy.
pub fn check_proxy(url: &str) -> Result<Uri, BuildError> {
    let uri: Uri = url
        .parse()
        .map_err(|error: http::uri::InvalidUri| BuildError::Proxy(error.into()))?;
    match uri.scheme_str() {
        None | Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        None | Some("http" | "https") => Err(BuildError::Proxy("it has no host".into())),
        Some(_) => Err(BuildError::Proxy(
            "only http and https proxies are supported".into(),
        )),
    }
}

impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Environment => "from the environment",
            Self::All(_) => "one for all",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_and_its_password_not_shown() {
        for url in [
            "socks5://user:secret@proxy.example",
            "http://user:secret @proxy.example",
            "/secret",
        ] {
            let choice = ProxyChoice::All(url.to_owned());
            let error = choice.check().expect_err(url);
            assert!(matches!(error, BuildError::Proxy(_)), "{url}");
            let shown = format!("{error} {error:?} {choice:?}");
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
