use hardline::wire::is_loopback;
use hardline_transport_options::{BuildError, ProxyChoice, check_proxy};
use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// Which proxy a connection uses.
#[derive(Default)]
pub(crate) struct Proxies {
    matcher: Option<Matcher>,
    /// Proxies from the environment are for remote hosts; a proxy that the program sets is for all.
    spare_this_machine: bool,
}

impl Proxies {
    pub(crate) fn new(choice: &ProxyChoice) -> Result<Self, BuildError> {
        match choice {
            ProxyChoice::None => Ok(Self::default()),
            ProxyChoice::Environment => Self::of_environment(|name| std::env::var(name).ok()),
            ProxyChoice::All(url) => {
                check_proxy(url)?;
                Ok(Self {
                    matcher: Some(Matcher::builder().all(url.as_str()).build()),
                    spare_this_machine: false,
                })
            }
        }
    }

    fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, BuildError> {
        // In a CGI program this is the header field `Proxy` of the request.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let value = |names: &[&str]| {
            let mut found = names.iter().filter_map(|name| variable(name));
            found.find(|value| !value.is_empty()).unwrap_or_default()
        };
        let http = value(if is_cgi {
            &["http_proxy"]
        } else {
            &["http_proxy", "HTTP_PROXY"]
        });
        let https = value(&["https_proxy", "HTTPS_PROXY"]);
        let all = value(&["all_proxy", "ALL_PROXY"]);
        // A proxy that cannot be used must not become no proxy: it is set for a reason.
        for url in [&http, &https, &all] {
            if !url.is_empty() {
                check_proxy(url)?;
            }
        }
        let matcher = Matcher::builder().http(http).https(https).all(all);
        let matcher = matcher.no(value(&["no_proxy", "NO_PROXY"])).build();
        Ok(Self {
            matcher: Some(matcher),
            spare_this_machine: true,
        })
    }

    /// The proxy for this URL.
    pub(crate) fn of(&self, uri: &Uri) -> Option<Intercept> {
        let matcher = self.matcher.as_ref()?;
        if self.spare_this_machine && is_loopback(uri) {
            return None;
        }
        matcher.intercept(uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: &str = "http://matrix.example.org/";
    const HTTPS: &str = "https://matrix.example.org:8448/";

    fn environment(variables: &[(&str, &str)]) -> Result<Proxies, BuildError> {
        Proxies::of_environment(|wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn proxy(proxies: &Proxies, url: &str) -> Option<String> {
        let uri = Uri::try_from(url).unwrap();
        proxies.of(&uri).map(|proxy| proxy.uri().to_string())
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
            let proxies = environment(&[(variable, "proxy.example:3128")]).unwrap();
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
            ])
            .unwrap();
            assert_eq!(proxy(&proxies, HTTPS), None);
            assert_eq!(proxy(&proxies, "http://192.0.2.1:8008/"), None);
            assert!(proxy(&proxies, "https://notexample.org/").is_some());
        }
    }

    #[test]
    fn this_machine_is_reached_through_no_proxy_of_the_environment() {
        let environment = environment(&[("all_proxy", "http://proxy.example:3128")]).unwrap();
        let named = Proxies::new(&ProxyChoice::All("http://proxy.example:3128".into())).unwrap();
        for url in ["http://localhost:8008/", "https://[::1]/"] {
            assert_eq!(proxy(&environment, url), None);
            assert!(proxy(&named, url).is_some());
        }
    }

    #[test]
    fn an_environment_that_names_no_proxy_leads_through_none() {
        let proxies = environment(&[("http_proxy", "")]).unwrap();
        assert_eq!(proxy(&proxies, HTTP), None);
        assert_eq!(proxy(&proxies, HTTPS), None);
    }

    #[test]
    fn a_header_field_of_a_cgi_request_is_not_taken_for_a_proxy() {
        let cgi = ("REQUEST_METHOD", "GET");
        let proxies = environment(&[cgi, ("HTTP_PROXY", "http://evil.example")]).unwrap();
        assert_eq!(proxy(&proxies, HTTP), None);
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_and_its_password_not_told() {
        for url in [
            "socks5://user:secret@proxy.example",
            "http://user:secret @proxy.example",
            "/secret",
        ] {
            for refused in [
                environment(&[("https_proxy", url)]).err(),
                Proxies::new(&ProxyChoice::All(url.to_owned())).err(),
            ] {
                let error = refused.unwrap();
                assert!(matches!(error, BuildError::Proxy(_)), "{url}");
                assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
            }
        }
    }
}
