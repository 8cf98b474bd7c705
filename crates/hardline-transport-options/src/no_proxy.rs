use std::net::IpAddr;

use http::Uri;
use ipnet::IpNet;

/// The hosts of `no_proxy`, which are reached directly.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoProxy(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Clone, Debug)]
enum Hosts {
    All,
    /// A name and all below it.
    Domain(String),
    /// All below a name.
    Below(String),
    Net(IpNet),
}

impl NoProxy {
    /// Reads a list whose separators are commas and white space. What is not a host names none.
    pub(crate) fn parse(list: &str) -> Self {
        let entries = list.split([',', ' ', '\t', '\r', '\n']);
        Self(
            entries
                .filter(|entry| !entry.is_empty())
                .filter_map(Entry::parse)
                .collect(),
        )
    }

    pub(crate) fn names(&self, uri: &Uri) -> bool {
        let Some(host) = uri.host() else {
            return false;
        };
        let port = uri.port_u16().or(match uri.scheme_str() {
            Some("http") => Some(80),
            Some("https") => Some(443),
            _ => None,
        });
        let host = normal(host);
        let address = address(&host);
        self.0.iter().any(|entry| entry.names(&host, address, port))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        let (host, port) = split_port(text)?;
        let hosts = if host == "*" {
            Hosts::All
        } else if let Some(net) = net(host) {
            Hosts::Net(net)
        } else if let Some(below) = host.strip_prefix("*.") {
            Hosts::Below(normal(below))
        } else {
            Hosts::Domain(normal(host.trim_start_matches('.')))
        };
        Some(Self { hosts, port })
    }

    fn names(&self, host: &str, address: Option<IpAddr>, port: Option<u16>) -> bool {
        if self.port.is_some() && self.port != port {
            return false;
        }
        match (&self.hosts, address) {
            (Hosts::All, _) => true,
            (Hosts::Net(net), Some(address)) => net.contains(&address),
            (Hosts::Domain(domain), None) => host == domain || is_below(host, domain),
            (Hosts::Below(domain), None) => is_below(host, domain),
            _ => false,
        }
    }
}

/// The port is what follows the only colon, or the bracket of an IPv6 address.
fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if host.ends_with(']') || !host.contains(':') => (host, port),
        _ => return Some((text, None)),
    };
    if host.is_empty() {
        return None;
    }
    port.parse().ok().map(|port| (host, Some(port)))
}

fn net(text: &str) -> Option<IpNet> {
    let text = text.replace(['[', ']'], "");
    let net = text.parse().ok();
    net.or_else(|| text.parse().ok().map(|address: IpAddr| address.into()))
}

/// Without the dot that ends an absolute name, and in lower case.
fn normal(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn is_below(host: &str, domain: &str) -> bool {
    let Some(rest) = host.strip_suffix(domain) else {
        return false;
    };
    !domain.is_empty() && rest.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_hosts_as_people_write_them() {
        for (list, url, named) in [
            ("example.org", "https://example.org/", true),
            ("example.org", "https://matrix.example.org/", true),
            ("example.org", "https://notexample.org/", false),
            ("example.org", "https://example.org.evil/", false),
            (".example.org", "https://example.org/", true),
            (".example.org", "https://matrix.example.org/", true),
            ("*.example.org", "https://matrix.example.org/", true),
            ("*.example.org", "https://a.b.example.org/", true),
            ("*.example.org", "https://example.org/", false),
            ("EXAMPLE.org", "https://Matrix.Example.ORG/", true),
            ("example.org.", "https://example.org/", true),
            ("example.org", "https://example.org./", true),
            ("other.org, example.org", "https://example.org/", true),
            ("other.org example.org", "https://example.org/", true),
            ("other.org\texample.org", "https://example.org/", true),
            (",, ,example.org,", "https://example.org/", true),
            ("*", "https://example.org/", true),
            ("other.org,*", "https://example.org/", true),
            ("*", "http://192.0.2.1/", true),
            ("", "https://example.org/", false),
            (",", "https://example.org/", false),
            (".", "https://example.org/", false),
            ("example.org:8448", "https://example.org:8448/", true),
            ("example.org:8448", "https://example.org/", false),
            ("example.org:443", "https://example.org/", true),
            ("example.org:80", "http://example.org/", true),
            ("example.org:80", "https://example.org/", false),
            ("example.org:port", "https://example.org/", false),
            ("*:8448", "https://example.org:8448/", true),
            ("192.0.2.1", "http://192.0.2.1:8008/", true),
            ("192.0.2.1:8008", "http://192.0.2.1:8008/", true),
            ("192.0.2.1:80", "http://192.0.2.1:8008/", false),
            ("192.0.2.0/24", "http://192.0.2.77/", true),
            ("192.0.2.0/24", "http://192.0.3.1/", false),
            ("192.0.2.1", "http://10.192.0.2.1.example/", false),
            ("0.2.1", "http://192.0.2.1/", false),
            ("2001:db8::1", "http://[2001:db8::1]/", true),
            ("[2001:db8::1]", "http://[2001:db8::1]:8008/", true),
            ("[2001:db8::1]:8008", "http://[2001:DB8:0::1]:8008/", true),
            ("[2001:db8::1]:80", "http://[2001:db8::1]:8008/", false),
            ("2001:db8::/32", "http://[2001:db8:1::1]/", true),
            ("[2001:db8::]/32", "http://[2001:db8:1::1]/", true),
            ("2001:db8::/32", "http://[2001:db9::1]/", false),
        ] {
            let uri = url.parse().unwrap();
            assert_eq!(NoProxy::parse(list).names(&uri), named, "{list:?}, {url}");
        }
    }
}
