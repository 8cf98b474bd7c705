use std::net::Ipv6Addr;

use hardline::wire::server::{Router, decode_request};
use hardline::wire::{
    self, AbsoluteUrl, BaseUrl, Credentials, EncodeError, Endpoint, Operation, Target,
};
use serde::{Deserialize, Serialize};

use super::input::Input;

/// An operation with a value in every part of a URL that can have one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Everywhere {
    /// In the path.
    pub first: String,
    /// In the path.
    pub second: String,
    /// In the query.
    pub text: Option<String>,
    /// In the query, each on its own.
    #[serde(default)]
    pub list: Vec<String>,
    /// In the query.
    pub number: Option<u64>,
    /// In the query.
    pub is_on: Option<bool>,
}

impl Endpoint for Everywhere {
    const OPERATION: Operation =
        Operation::get("everywhere", "/_matrix/client/v1/a/{first}/b/{second}")
            .query(&["text", "list", "number", "is_on"]);
    type Response = ();
}

/// A base URL and values, one on each line: a browser's parser reads the same from the resulting URL.
pub fn url(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let base = input.text();
    if let Ok(url) = BaseUrl::parse(&base) {
        assert_eq!(BaseUrl::parse(&url.to_string()).unwrap(), url);
        assert!(url.is_origin_of(&url.to_string().parse().unwrap()));
        let given = AbsoluteUrl::given_by(&url, &base).expect("it is of its own origin");
        assert!(url.is_origin_of(given.as_uri()));
    }
    let http = BaseUrl::parse("http://example.org").unwrap();
    if !is_international(&base)
        && let Ok(given) = AbsoluteUrl::given_by(&http, &base)
    {
        let parsed = url::Url::parse(&base).expect("a URL that is taken is one");
        assert_eq!(parsed.scheme(), given.as_uri().scheme_str().unwrap());
        assert_eq!(
            Some(parsed.host_str().unwrap()),
            host(given.as_uri()).as_deref()
        );
        assert_eq!(parsed.username(), "");
    }
    let mut operation = Everywhere {
        first: input.text().into_owned(),
        second: input.text().into_owned(),
        text: None,
        list: Vec::new(),
        number: None,
        is_on: None,
    };
    if !input.is_empty() {
        operation.text = Some(input.text().into_owned());
        operation.number = input.text().parse().ok();
        operation.is_on = input.text().parse().ok();
    }
    while !input.is_empty() {
        operation.list.push(input.text().into_owned());
    }
    urls_agree(&operation, &base);
}

/// Encodes the operation for this base URL, if it is one. Another parser accepts the URL unchanged, and the server half
/// gets the values back; or encoding reports that a value cannot be in a path.
pub fn urls_agree(operation: &Everywhere, base: &str) {
    let Ok(target) = Target::homeserver(base) else {
        return;
    };
    if is_international(base) {
        return;
    }
    let is_folded = |value: &str| matches!(value, "" | "." | "..");
    let has_folded = is_folded(&operation.first) || is_folded(&operation.second);
    let request = match wire::encode(operation, &target, &Credentials::None) {
        Ok(request) => request,
        Err(EncodeError::UnsendableSegment { .. }) => return assert!(has_folded),
        Err(EncodeError::Url(_)) => {
            // Longer than any URL that gets through: percent-encoding turns one byte into three.
            let list: usize = operation.list.iter().map(|text| 3 * text.len() + 6).sum();
            let values = operation.first.len() + operation.second.len();
            let text = operation.text.as_ref().map_or(0, String::len);
            let most = base.len() + 3 * (values + text) + list + 128;
            return assert!(most > 65_534, "at most {most} bytes are too long");
        }
        Err(error) => panic!("{error}"),
    };
    assert!(!has_folded);

    // A browser's parser reads the same URL.
    let text = request.uri().to_string();
    let parsed = url::Url::parse(&text).unwrap();
    assert_eq!(parsed.path(), request.uri().path());
    assert_eq!(parsed.query(), request.uri().query());
    assert_eq!(parsed.fragment(), None);
    assert_eq!(
        Some(parsed.host_str().unwrap()),
        host(request.uri()).as_deref()
    );
    assert_eq!(
        parsed.port_or_known_default(),
        request.uri().port_u16().or(parsed.port_or_known_default())
    );

    let mut router = Router::new();
    router.add(const { &Everywhere::OPERATION });
    let path = request.uri().path();
    let path = path
        .strip_prefix(BaseUrl::parse(base).unwrap().path())
        .expect("the base's path comes first");
    let route = router.find(request.method(), path).unwrap();
    let decoded: Everywhere = decode_request(&route, &request).unwrap();
    assert_eq!(&decoded, operation);
}

/// The host in the form that browsers use.
fn host(uri: &http::Uri) -> Option<String> {
    let host = uri.host()?.to_ascii_lowercase();
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let address = address.and_then(|address| address.parse::<Ipv6Addr>().ok());
    Some(address.map_or(host, |address| format!("[{address}]")))
}

/// Whether a host has a label in another alphabet. Validating those needs tables that the core does without.
fn is_international(base: &str) -> bool {
    base.to_ascii_lowercase().contains("xn--")
}
