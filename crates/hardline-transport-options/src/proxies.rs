use std::fmt;

use hardline::wire::is_loopback;
use http::Uri;

use crate::no_proxy::NoProxy;
use crate::{BuildError, Proxy};

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

/// Which proxy a request goes through: one rule for every transport.
///
/// ```
/// use hardline_transport_options::{Proxies, ProxyChoice};
///
/// let proxies = Proxies::new(&ProxyChoice::All("http://proxy.example:3128".into()))?;
/// let proxy = proxies.of(&"https://matrix.org/".parse()?)?;
/// assert_eq!(proxy.map(|proxy| proxy.port()), Some(3128));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<Result<Proxy, UnusableProxy>>,
    https: Option<Result<Proxy, UnusableProxy>>,
    /// None: even this machine is reached through the proxy, which the program has set for all.
    no: Option<NoProxy>,
}

/// A variable of the environment whose proxy cannot be used. It is told when a request needs the proxy: requests that
/// need none do not suffer from it, and one that does must not go without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusableProxy {
    variable: &'static str,
    why: String,
}

impl Proxies {
    /// The proxies of this choice. The environment is read now.
    ///
    /// # Errors
    /// If the one for all requests cannot be used.
    pub fn new(choice: &ProxyChoice) -> Result<Self, BuildError> {
        match choice {
            ProxyChoice::None => Ok(Self::default()),
            ProxyChoice::Environment => Ok(Self::of_environment(|name| {
                let value = std::env::var_os(name)?;
                Some(value.to_string_lossy().into_owned())
            })),
            ProxyChoice::All(url) => {
                let proxy = Proxy::parse(url)?;
                Ok(Self {
                    http: Some(Ok(proxy.clone())),
                    https: Some(Ok(proxy)),
                    no: None,
                })
            }
        }
    }

    fn of_environment(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        // In a CGI program `HTTP_PROXY` is the header field `Proxy` of the request.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let value = |names: &[&'static str]| {
            let mut found = names
                .iter()
                .filter_map(|name| Some((*name, variable(name)?)));
            found.find(|(_, value)| !value.trim().is_empty())
        };
        let proxy = |names: &[&'static str]| {
            let (variable, url) = value(names)?;
            Some(match Proxy::parse(&url) {
                Ok(proxy) => Ok(proxy.of_variable(variable)),
                Err(error) => Err(UnusableProxy {
                    variable,
                    why: error.to_string(),
                }),
            })
        };
        let http: &[_] = if is_cgi {
            &["http_proxy"]
        } else {
            &["http_proxy", "HTTP_PROXY"]
        };
        let all = || proxy(&["all_proxy", "ALL_PROXY"]);
        let no = value(&["no_proxy", "NO_PROXY"]);
        Self {
            http: proxy(http).or_else(all),
            https: proxy(&["https_proxy", "HTTPS_PROXY"]).or_else(all),
            no: Some(no.map_or_else(NoProxy::default, |(_, list)| NoProxy::parse(&list))),
        }
    }

    /// The proxy for this URL. Proxies of the environment are for remote hosts, this machine is reached without.
    ///
    /// # Errors
    /// If the environment's proxy cannot be used.
    pub fn of(&self, uri: &Uri) -> Result<Option<&Proxy>, UnusableProxy> {
        let proxy = match uri.scheme_str() {
            Some("http") => &self.http,
            Some("https") => &self.https,
            _ => return Ok(None),
        };
        let Some(proxy) = proxy else {
            return Ok(None);
        };
        if self
            .no
            .as_ref()
            .is_some_and(|no| is_loopback(uri) || no.names(uri))
        {
            return Ok(None);
        }
        proxy.as_ref().map(Some).map_err(Clone::clone)
    }
}

impl fmt::Display for UnusableProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "correct or unset the variable {}: {}",
            self.variable, self.why
        )
    }
}

impl std::error::Error for UnusableProxy {}

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

    const HTTP: &str = "http://matrix.example.org/";
    const HTTPS: &str = "https://matrix.example.org:8448/";

    fn environment(variables: &[(&str, &str)]) -> Proxies {
        Proxies::of_environment(|wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn proxy(proxies: &Proxies, url: &str) -> Option<String> {
        let proxy = proxies.of(&url.parse().unwrap()).unwrap();
        proxy.map(|proxy| proxy.uri().to_string())
    }

    #[test]
    fn each_scheme_has_its_variable_in_either_case() {
        for (variable, http, https) in [
            ("http_proxy", true, false),
            ("HTTP_PROXY", true, false),
            ("https_proxy", false, true),
            ("HTTPS_PROXY", false, true),
            ("all_proxy", true, true),
            ("ALL_PROXY", true, true),
        ] {
            let proxies = environment(&[(variable, "proxy.example:3128")]);
            let through = Some("http://proxy.example:3128/".to_owned());
            assert_eq!(proxy(&proxies, HTTP), through.clone().filter(|_| http));
            assert_eq!(proxy(&proxies, HTTPS), through.filter(|_| https));
        }
    }

    #[test]
    fn what_no_proxy_names_is_reached_directly() {
        for variable in ["no_proxy", "NO_PROXY"] {
            let proxies = environment(&[
                ("all_proxy", "http://proxy.example:3128"),
                (variable, "example.org, 192.0.2.0/24"),
            ]);
            assert_eq!(proxy(&proxies, HTTPS), None);
            assert_eq!(proxy(&proxies, "http://192.0.2.1:8008/"), None);
            assert!(proxy(&proxies, "https://notexample.org/").is_some());
        }
    }

    #[test]
    fn this_machine_is_reached_through_no_proxy_of_the_environment() {
        let environment = environment(&[("all_proxy", "http://proxy.example:3128")]);
        let named = Proxies::new(&ProxyChoice::All("http://proxy.example:3128".into())).unwrap();
        for url in ["http://localhost:8008/", "https://[::1]/"] {
            assert_eq!(proxy(&environment, url), None);
            assert!(proxy(&named, url).is_some());
        }
    }

    #[test]
    fn an_environment_that_names_no_proxy_leads_through_none() {
        let proxies = environment(&[("http_proxy", ""), ("all_proxy", " ")]);
        assert_eq!(proxy(&proxies, HTTP), None);
        assert_eq!(proxy(&proxies, HTTPS), None);
    }

    #[test]
    fn a_header_field_of_a_cgi_request_is_not_taken_for_a_proxy() {
        let cgi = ("REQUEST_METHOD", "GET");
        let proxies = environment(&[cgi, ("HTTP_PROXY", "http://evil.example")]);
        assert_eq!(proxy(&proxies, HTTP), None);
    }

    #[test]
    fn only_who_needs_a_proxy_that_cannot_be_used_is_told_so() {
        let proxies = environment(&[
            ("https_proxy", "socks4://user:secret@proxy.example"),
            ("no_proxy", "elsewhere.example"),
        ]);
        for direct in [HTTP, "https://localhost/", "https://elsewhere.example/"] {
            assert_eq!(proxy(&proxies, direct), None);
        }
        let uri = HTTPS.parse().unwrap();
        let error = proxies.of(&uri).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("https_proxy") && !shown.contains("secret"),
            "{shown}"
        );
    }

    #[test]
    fn the_proxy_of_a_variable_names_it() {
        let proxies = environment(&[("all_proxy", "socks://proxy.example:1080/")]);
        let uri = HTTPS.parse().unwrap();
        let proxy = proxies.of(&uri).unwrap().unwrap();
        let named = "the proxy proxy.example:1080 of the variable all_proxy";
        assert_eq!(proxy.to_string(), named);
    }
}
