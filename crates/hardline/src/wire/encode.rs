mod by_name_error;
mod encode_error;
pub(crate) mod fields;
pub(crate) mod raw_body;
pub(crate) mod url_texts;

pub use by_name_error::ByNameError;
pub use encode_error::EncodeError;

use http::header::CONTENT_TYPE;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request};
use serde::Serialize;

use crate::json::{JsonWriter, scan};
use crate::wire::encode::fields::{Fields, StructFields};
use crate::wire::encode::raw_body::bytes_of;
use crate::wire::encode::url_texts::{Take, raw_texts, url_texts};
use crate::wire::url::{form_encode, percent_encode};
use crate::wire::{Body, Credentials, Endpoint, ExtraParams, InvalidUrl, Operation, Target};

/// Builds the HTTP request of an operation.
///
/// ```
/// use hardline::client_api::account::GetTokenOwner;
/// use hardline::types::AccessToken;
/// use hardline::wire::{self, Credentials, Target};
///
/// let target = Target::homeserver("https://example.org")?;
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&GetTokenOwner::new(), &target, &credentials)?;
/// assert_eq!(request.uri(), "https://example.org/_matrix/client/v3/account/whoami");
/// assert_eq!(request.headers()["authorization"], "Bearer syt_secret");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`EncodeError`] if the operation does not fit the target, needs a token that is missing, or has a value that cannot
/// be sent. A returned request is complete except for what HTTP libraries add: `Host` and `Content-Length`.
pub fn encode<E: Endpoint>(
    operation: &E,
    target: &Target,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, EncodeError> {
    operation.check()?;
    let route = |routed: &mut Routed| route(operation, routed);
    let fixed_path = const { E::OPERATION.fixed_path() };
    let extra_params = operation.extra_params();
    encode_with(
        const { &E::OPERATION },
        fixed_path,
        &route,
        extra_params,
        target,
        credentials,
    )
}

/// Builds the HTTP request of an operation whose fields the function `route` routes. It is separate from [`encode`]
/// since that is compiled for each operation.
pub(crate) fn encode_with(
    operation: &'static Operation,
    fixed_path: Option<PathAndQuery>,
    route: &dyn Fn(&mut Routed) -> Result<(), EncodeError>,
    extra_params: Option<&ExtraParams>,
    target: &Target,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, EncodeError> {
    let mut routed = Routed::new(operation, target.path_of(operation)?, fixed_path);
    route(&mut routed)?;
    routed.check_required_together()?;
    if let Some(extra_params) = extra_params {
        routed.add(extra_params)?;
    }
    routed.into_request(target, credentials)
}

/// Passes the fields of an operation on to be routed. Only the code that the operation needs is compiled for it.
pub(crate) fn route<E: Endpoint>(operation: &E, routed: &mut Routed) -> Result<(), EncodeError> {
    const fn kind(operation: &Operation) -> u8 {
        match operation.body {
            Body::Raw(_) => WITH_BYTES,
            Body::Members if operation.has_members_alone() => MEMBERS,
            _ => ANYWHERE,
        }
    }
    if const { kind(&E::OPERATION) == MEMBERS } {
        operation.serialize(StructFields(&mut Routing::<MEMBERS>(routed)))
    } else if const { kind(&E::OPERATION) == WITH_BYTES } {
        operation.serialize(StructFields(&mut Routing::<WITH_BYTES>(routed)))
    } else {
        operation.serialize(StructFields(&mut Routing::<ANYWHERE>(routed)))
    }
}

/// All fields are members of the body's object.
const MEMBERS: u8 = 0;
/// Fields can go anywhere.
const ANYWHERE: u8 = 1;
/// Fields can go anywhere, and the bytes of one are the body.
const WITH_BYTES: u8 = 2;

/// Routes the fields of an operation of one of these kinds.
struct Routing<'a, const KIND: u8>(&'a mut Routed);

impl<const KIND: u8> Fields for Routing<'_, KIND> {
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        // Only an inline constant decides before anything is compiled.
        if const { KIND == MEMBERS } {
            return Ok(self.0.json.member(name, value)?);
        }
        match self.0.place_of(name)? {
            Place::Member => Ok(self.0.json.member(name, value)?),
            Place::Whole => {
                self.0.body = JsonWriter::text_of(value)?;
                Ok(())
            }
            Place::Raw => {
                if const { KIND == WITH_BYTES } {
                    self.0.body = bytes_of(value)?.unwrap_or_default();
                }
                Ok(())
            }
            Place::Text(place) => self.0.put(name, place, &|take| url_texts(value, take)),
        }
    }
}

/// A request whose fields are being routed by name, each to the path, the query or the body.
pub(crate) struct Routed {
    operation: &'static Operation,
    template: &'static str,
    /// The operation's path at a base URL without a path, unless it depends on the fields.
    fixed_path: Option<PathAndQuery>,
    has_placeholders: bool,
    /// The placeholders of the template, each with the position in `values` where its percent-encoded value ends.
    segments: Vec<(&'static str, usize)>,
    values: String,
    query: String,
    json: JsonWriter,
    body: Vec<u8>,
    form: String,
    content_type: Option<HeaderValue>,
    headers: HeaderMap,
}

/// Where a field of an operation goes.
enum Place {
    /// It is a member of the body.
    Member,
    /// It is the body, as JSON.
    Whole,
    /// Its bytes are the body.
    Raw,
    /// It is written as a text.
    Text(TextPlace),
}

/// Where the text of a field goes.
enum TextPlace {
    Segment,
    Query,
    ContentType,
    Form,
}

impl Routed {
    fn new(
        operation: &'static Operation,
        template: &'static str,
        fixed_path: Option<PathAndQuery>,
    ) -> Self {
        // An older server has another path.
        let fixed_path = fixed_path.filter(|path| path.as_str() == template);
        let has_placeholders = fixed_path.is_none() && template.contains('{');
        Self {
            operation,
            template,
            fixed_path,
            has_placeholders,
            segments: Vec::new(),
            values: String::new(),
            query: String::new(),
            json: match operation.body {
                Body::Members => JsonWriter::object(),
                Body::Empty | Body::Whole(_) | Body::Raw(_) | Body::Form => JsonWriter::default(),
            },
            body: Vec::new(),
            form: String::new(),
            content_type: None,
            headers: HeaderMap::new(),
        }
    }

    /// Where the field of this name goes.
    fn place_of(&self, name: &str) -> Result<Place, EncodeError> {
        if self.has_placeholders && is_placeholder(self.template, name) {
            return Ok(Place::Text(TextPlace::Segment));
        }
        if self.operation.query.contains(&name) {
            return Ok(Place::Text(TextPlace::Query));
        }
        Ok(match self.operation.body {
            Body::Members => Place::Member,
            Body::Form => Place::Text(TextPlace::Form),
            Body::Whole(field) if field == name => Place::Whole,
            Body::Raw(field) if field == name => Place::Raw,
            Body::Raw(_) if name == "content_type" => Place::Text(TextPlace::ContentType),
            _ => {
                return Err(EncodeError::unencodable(format_args!(
                    "{name} has no place in {}",
                    self.operation.name()
                )));
            }
        })
    }

    /// Puts the texts of a field's value where the field goes.
    fn put(
        &mut self,
        name: &'static str,
        place: TextPlace,
        texts: &dyn Fn(Take<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        match place {
            TextPlace::Segment => self.segment(name, texts),
            TextPlace::Query => texts(&mut |text| {
                self.pair(name, text);
                Ok(())
            }),
            TextPlace::Form => texts(&mut |text| {
                self.form_pair(name, text);
                Ok(())
            }),
            TextPlace::ContentType => texts(&mut |text| {
                let content_type = HeaderValue::try_from(text);
                self.content_type = Some(content_type.map_err(EncodeError::unencodable)?);
                Ok(())
            }),
        }
    }

    fn segment(
        &mut self,
        name: &'static str,
        texts: &dyn Fn(Take<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let may_be_empty = self.operation.may_be_empty == Some(name);
        let values = &mut self.values;
        let mut count = 0;
        texts(&mut |text| {
            count += 1;
            if (text.is_empty() && !may_be_empty) || matches!(text, "." | "..") {
                return Err(EncodeError::UnsendableSegment { field: name });
            }
            percent_encode(text, values);
            Ok(())
        })?;
        if count != 1 {
            return Err(EncodeError::MissingSegment {
                field: name.to_owned(),
            });
        }
        self.segments.push((name, self.values.len()));
        Ok(())
    }

    /// The percent-encoded value of a placeholder.
    fn value_of(&self, placeholder: &str) -> Option<&str> {
        let at = self
            .segments
            .iter()
            .position(|(name, _)| *name == placeholder)?;
        let begin = match at {
            0 => 0,
            at => self.segments[at - 1].1,
        };
        Some(&self.values[begin..self.segments[at].1])
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.query
            .push(if self.query.is_empty() { '?' } else { '&' });
        percent_encode(name, &mut self.query);
        self.query.push('=');
        percent_encode(value, &mut self.query);
    }

    fn form_pair(&mut self, name: &str, value: &str) {
        if !self.form.is_empty() {
            self.form.push('&');
        }
        form_encode(name, &mut self.form);
        self.form.push('=');
        form_encode(value, &mut self.form);
    }

    /// Checks that the fields that belong together were all written, or none.
    fn check_required_together(&self) -> Result<(), EncodeError> {
        let fields = self.operation.required_together;
        if fields.is_empty() {
            return Ok(());
        }
        let (mut given, mut missing) = (None, None);
        for field in fields {
            let first = if self.is_written(field)? {
                &mut given
            } else {
                &mut missing
            };
            first.get_or_insert(*field);
        }
        match (given, missing) {
            (Some(given), Some(missing)) => Err(EncodeError::Incomplete { given, missing }),
            _ => Ok(()),
        }
    }

    /// Whether the field of this name had a value.
    fn is_written(&self, name: &str) -> Result<bool, EncodeError> {
        let has_pair = |pairs: &str, encode: fn(&str, &mut String)| {
            let mut encoded = String::new();
            encode(name, &mut encoded);
            let mut names = pairs
                .split(['?', '&'])
                .filter_map(|pair| pair.split_once('='));
            names.any(|(name, _)| name == encoded)
        };
        Ok(match self.place_of(name)? {
            Place::Member => scan::member(self.json.text(), name).is_some(),
            Place::Whole | Place::Raw => !self.body.is_empty(),
            Place::Text(TextPlace::Segment) => self.value_of(name).is_some(),
            Place::Text(TextPlace::Query) => has_pair(&self.query, percent_encode),
            Place::Text(TextPlace::Form) => has_pair(&self.form, form_encode),
            Place::Text(TextPlace::ContentType) => self.content_type.is_some(),
        })
    }

    fn add(&mut self, extra_params: &ExtraParams) -> Result<(), EncodeError> {
        for (name, value) in &extra_params.query {
            self.pair(name, value);
        }
        for (name, value) in extra_params.members.iter() {
            match self.operation.body {
                Body::Members => self.json.raw_member(name, value),
                Body::Form => raw_texts(value.as_bytes(), &mut |text| {
                    self.form_pair(name, text);
                    Ok(())
                })?,
                Body::Empty | Body::Whole(_) | Body::Raw(_) => {
                    return Err(EncodeError::unencodable(
                        "a member cannot be added to a body that is neither a JSON object nor a form",
                    ));
                }
            }
        }
        self.headers = extra_params.headers.clone();
        Ok(())
    }

    fn into_request(
        mut self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let uri = match target {
            Target::Url(_) if !self.query.is_empty() => {
                let why = "a query cannot be added to a URL that the server gave";
                return Err(EncodeError::unencodable(why));
            }
            Target::Url(url) => url.as_uri().clone(),
            Target::Homeserver(_) | Target::IdentityServer(_) | Target::ServerName(_) => {
                let base = target
                    .base_url()
                    .ok_or(InvalidUrl::new("target", "it has no base URL"))?;
                base.join(self.path_and_query(base.path())?)?
            }
        };
        let (content_type, body) = match self.operation.body {
            Body::Empty => (None, Vec::new()),
            Body::Members => (
                Some(HeaderValue::from_static("application/json")),
                self.json.end_object(),
            ),
            Body::Whole(_) => (
                Some(HeaderValue::from_static("application/json")),
                self.body,
            ),
            Body::Raw(_) => (self.content_type, self.body),
            Body::Form => (
                Some(HeaderValue::from_static(
                    "application/x-www-form-urlencoded",
                )),
                self.form.into_bytes(),
            ),
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.operation.method.into();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        if let Some(content_type) = content_type {
            request.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        credentials.apply(self.operation, &mut request)?;
        Ok(request)
    }

    fn path_and_query(&mut self, base: &str) -> Result<PathAndQuery, EncodeError> {
        if base.is_empty()
            && self.query.is_empty()
            && let Some(path) = self.fixed_path.take()
        {
            return Ok(path);
        }
        let length = base.len() + self.template.len() + self.values.len() + self.query.len();
        let mut path = String::with_capacity(length);
        path.push_str(base);
        let mut rest = self.template;
        while self.has_placeholders
            && let Some((literal, after)) = rest.split_once('{')
        {
            path.push_str(literal);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value = self.value_of(name);
            path.push_str(value.ok_or_else(|| EncodeError::MissingSegment {
                field: name.to_owned(),
            })?);
            rest = after;
        }
        path.push_str(rest);
        path.push_str(&self.query);
        PathAndQuery::try_from(path).map_err(|_| InvalidUrl::too_long().into())
    }
}

fn is_placeholder(template: &str, name: &str) -> bool {
    let begins = |(at, _): (usize, &str)| {
        let after = &template[at + 1..];
        after
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('}'))
    };
    template.match_indices('{').any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;
    use crate::types::RawBytes;
    use crate::wire::WithOptions;

    #[derive(Debug, PartialEq, Serialize)]
    #[cfg_attr(feature = "server", derive(serde::Deserialize))]
    struct GrantToken {
        grant_type: String,
        code: Option<String>,
        #[cfg_attr(feature = "server", serde(default))]
        scope: Vec<String>,
        lifetime: u64,
    }

    impl Endpoint for GrantToken {
        const OPERATION: Operation =
            Operation::post("grantToken", "/_matrix/client/v3/token").body(Body::Form);
        type Response = ();
    }

    #[derive(Debug, PartialEq, Serialize)]
    #[cfg_attr(feature = "server", derive(serde::Deserialize))]
    struct PutFile {
        id: String,
        name: Option<String>,
        content_type: Option<String>,
        data: RawBytes,
    }

    impl Endpoint for PutFile {
        const OPERATION: Operation = Operation::put("putFile", "/_matrix/client/v3/file/{id}")
            .query(&["name"])
            .body(Body::Raw("data"));
        type Response = ();
    }

    #[derive(Serialize)]
    struct PutNumbers {
        data: Vec<u8>,
    }

    impl Endpoint for PutNumbers {
        const OPERATION: Operation =
            Operation::put("putNumbers", "/_matrix/client/v3/numbers").body(Body::Raw("data"));
        type Response = ();
    }

    #[derive(Serialize)]
    struct Send {
        list: Vec<u64>,
        id: String,
        content: RawJson,
        room: String,
    }

    impl Endpoint for Send {
        const OPERATION: Operation = Operation::put("send", "/_matrix/client/v3/{room}/send/{id}")
            .query(&["list"])
            .body(Body::Whole("content"));
        type Response = ();
    }

    fn sent<E: Endpoint>(operation: &E) -> Request<Vec<u8>> {
        let target = Target::homeserver("https://example.org").unwrap();
        encode(operation, &target, &Credentials::None).unwrap()
    }

    fn grant() -> GrantToken {
        GrantToken {
            grant_type: "urn:ietf:params:oauth:grant-type:device_code".to_owned(),
            code: Some("a b+c&d=é~*\n".to_owned()),
            scope: vec!["x y".to_owned(), String::new()],
            lifetime: 7,
        }
    }

    #[test]
    fn a_form_follows_the_rules_of_forms() {
        let request = sent(&grant());
        assert_eq!(
            request.headers()["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert_eq!(
            String::from_utf8_lossy(request.body()),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&code=a+b%2Bc%26d%3D%C3%A9%7E*%0A\
             &scope=x+y&scope=&lifetime=7"
        );
        let nothing = GrantToken {
            code: None,
            scope: Vec::new(),
            ..grant()
        };
        let call = WithOptions::new(nothing)
            .member("org.example.more", "a b")
            .unwrap();
        assert!(
            sent(&call)
                .body()
                .ends_with(b"_code&lifetime=7&org.example.more=a+b")
        );
    }

    #[test]
    fn bytes_are_the_body_as_they_are() {
        let file = PutFile {
            id: "a/b".to_owned(),
            name: None,
            content_type: Some("image/png".to_owned()),
            data: b"[0,\xff\0"[..].into(),
        };
        let request = sent(&file);
        assert_eq!(request.body(), b"[0,\xff\0");
        assert_eq!(request.headers()["content-type"], "image/png");
        assert_eq!(request.uri().path(), "/_matrix/client/v3/file/a%2Fb");
        assert_eq!(sent(&PutNumbers { data: vec![0, 255] }).body(), b"\0\xff");
    }

    #[test]
    fn values_stand_in_the_url_in_the_order_of_the_template() {
        let request = sent(&Send {
            list: vec![1, 2],
            id: "m1".to_owned(),
            content: serde_json::from_str(r#"{ "body": "é" }"#).unwrap(),
            room: "!r:x".to_owned(),
        });
        assert_eq!(
            request.uri(),
            "https://example.org/_matrix/client/v3/%21r%3Ax/send/m1?list=1&list=2"
        );
        assert_eq!(request.body(), r#"{ "body": "é" }"#.as_bytes());
    }

    #[cfg(feature = "server")]
    fn received<E: Endpoint + serde::de::DeserializeOwned>(request: &Request<Vec<u8>>) -> E {
        let mut router = crate::wire::server::Router::new();
        router.add(const { &E::OPERATION });
        let route = router.find(request.method(), request.uri().path()).unwrap();
        crate::wire::server::decode_request(&route, request).unwrap()
    }

    #[cfg(feature = "server")]
    #[test]
    fn a_server_reads_forms_and_bytes_as_they_were_sent() {
        assert_eq!(received::<GrantToken>(&sent(&grant())), grant());
        for data in [&b""[..], b"\0\xff"] {
            let file = PutFile {
                id: "1".to_owned(),
                name: Some("a b".to_owned()),
                content_type: None,
                data: data.into(),
            };
            assert_eq!(received::<PutFile>(&sent(&file)), file);
        }
    }
}
