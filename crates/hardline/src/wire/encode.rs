use http::header::CONTENT_TYPE;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request};
use serde::Serialize;
use serde::ser::{self, Impossible};

use crate::wire::json::Json;
use crate::wire::reader::Reader;
use crate::wire::url::percent_encode;
use crate::wire::{
    Body, Credentials, EncodeError, Endpoint, ExtraParams, InvalidUrl, Operation, Target, scan,
};

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
/// [`EncodeError`] where the operation does not fit the target, needs a token that is not there, or has a value that
/// cannot be sent. A request that is returned is complete but for what HTTP libraries add: `Host` and `Content-Length`.
pub fn encode<E: Endpoint>(
    operation: &E,
    target: &Target,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, EncodeError> {
    operation.check()?;
    let route = |routed: &mut Routed| operation.serialize(routed);
    let fixed_path = const { E::OPERATION.fixed_path() };
    let extras = operation.extras();
    encode_with(
        const { &E::OPERATION },
        fixed_path,
        &route,
        extras,
        target,
        credentials,
    )
}

/// Builds the HTTP request of an operation whose fields this function routes. It is apart from [`encode`] since that is
/// compiled for each operation.
pub(crate) fn encode_with(
    operation: &'static Operation,
    fixed_path: Option<PathAndQuery>,
    route: &dyn Fn(&mut Routed) -> Result<(), EncodeError>,
    extras: Option<&ExtraParams>,
    target: &Target,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, EncodeError> {
    let mut routed = Routed::new(operation, target.path_of(operation)?, fixed_path);
    route(&mut routed)?;
    if let Some(extras) = extras {
        routed.add(extras)?;
    }
    routed.into_request(target, credentials)
}

/// A request while its fields are being routed: each to the path, the query or the body, by its name.
pub(crate) struct Routed {
    operation: &'static Operation,
    template: &'static str,
    /// The path that the operation has at a base URL without one, unless that depends on its fields.
    fixed_path: Option<PathAndQuery>,
    has_placeholders: bool,
    /// No field has its place but in the body's object.
    has_members_alone: bool,
    /// The placeholders of the template with their percent-encoded values.
    segments: Vec<(&'static str, String)>,
    query: String,
    json: Json,
    body: Vec<u8>,
    content_type: Option<HeaderValue>,
    headers: HeaderMap,
}

/// Where a field of an operation goes that is no member of the body.
enum Place {
    Segment,
    Query,
    /// It is the body, as JSON.
    Whole,
    /// Its bytes are the body.
    Raw,
    ContentType,
}

impl Routed {
    fn new(
        operation: &'static Operation,
        template: &'static str,
        fixed_path: Option<PathAndQuery>,
    ) -> Self {
        // An older server has another.
        let fixed_path = fixed_path.filter(|path| path.as_str() == template);
        let has_placeholders = fixed_path.is_none() && template.contains('{');
        Self {
            operation,
            template,
            fixed_path,
            has_placeholders,
            has_members_alone: !has_placeholders
                && operation.query_fields().is_empty()
                && operation.body_kind() == Body::Members,
            segments: Vec::new(),
            query: String::new(),
            json: match operation.body_kind() {
                Body::Members => Json::object(),
                Body::Empty | Body::Whole(_) | Body::Raw(_) => Json::default(),
            },
            body: Vec::new(),
            content_type: None,
            headers: HeaderMap::new(),
        }
    }

    /// Where the field of this name goes; `None`: it is a member of the body.
    fn place_of(&self, name: &str) -> Result<Option<Place>, EncodeError> {
        if self.has_placeholders && is_placeholder(self.template, name) {
            return Ok(Some(Place::Segment));
        }
        if self.operation.query_fields().contains(&name) {
            return Ok(Some(Place::Query));
        }
        Ok(Some(match self.operation.body_kind() {
            Body::Members => return Ok(None),
            Body::Whole(field) if field == name => Place::Whole,
            Body::Raw(field) if field == name => Place::Raw,
            Body::Raw(_) if name == "content_type" => Place::ContentType,
            _ => {
                return Err(EncodeError::unencodable(format_args!(
                    "{name} has no place in {}",
                    self.operation.name()
                )));
            }
        }))
    }

    /// Puts a field where it goes, by the JSON form of its value.
    fn put(&mut self, name: &'static str, place: Place, json: Vec<u8>) -> Result<(), EncodeError> {
        match place {
            Place::Segment => self.segment(name, texts(&json)?)?,
            Place::Query => self.pairs(name, texts(&json)?),
            Place::Whole => self.body = json,
            // Bytes are written as a JSON list of numbers.
            Place::Raw => {
                self.body = Reader::decode_all(&json).map_err(EncodeError::unencodable)?;
            }
            Place::ContentType => {
                let content_type = texts(&json)?.pop();
                self.content_type = content_type
                    .map(HeaderValue::try_from)
                    .transpose()
                    .map_err(EncodeError::unencodable)?;
            }
        }
        Ok(())
    }

    fn segment(&mut self, name: &'static str, values: Vec<String>) -> Result<(), EncodeError> {
        let [value] = &values[..] else {
            return Err(EncodeError::MissingSegment {
                field: name.to_owned(),
            });
        };
        // The one segment that the specification allows to be empty.
        let may_be_empty = name == "state_key";
        if (value.is_empty() && !may_be_empty) || matches!(value.as_str(), "." | "..") {
            return Err(EncodeError::UnsendableSegment { field: name });
        }
        let mut encoded = String::with_capacity(value.len() + 16);
        percent_encode(value, &mut encoded);
        self.segments.push((name, encoded));
        Ok(())
    }

    fn pairs(&mut self, name: &str, values: Vec<String>) {
        for value in values {
            self.query
                .push(if self.query.is_empty() { '?' } else { '&' });
            percent_encode(name, &mut self.query);
            self.query.push('=');
            percent_encode(&value, &mut self.query);
        }
    }

    fn add(&mut self, extras: &ExtraParams) -> Result<(), EncodeError> {
        for (name, value) in &extras.query {
            self.pairs(name, vec![value.clone()]);
        }
        if !extras.members.is_empty() && self.operation.body_kind() != Body::Members {
            return Err(EncodeError::unencodable(
                "a member is added to a body that is no JSON object",
            ));
        }
        for (name, value) in extras.members.iter() {
            self.json.raw_member(name, value);
        }
        self.headers = extras.headers.clone();
        Ok(())
    }

    fn into_request(
        mut self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let uri = match target {
            Target::Url(_) if !self.query.is_empty() => {
                let why = "a query is added to a URL that is used as the server gave it";
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
        let (content_type, body) = match self.operation.body_kind() {
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
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.operation.method().into();
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
        let values: usize = self.segments.iter().map(|(_, value)| value.len()).sum();
        let mut path =
            String::with_capacity(base.len() + self.template.len() + values + self.query.len());
        path.push_str(base);
        let mut rest = self.template;
        while self.has_placeholders
            && let Some((literal, after)) = rest.split_once('{')
        {
            path.push_str(literal);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value = self.segments.iter().find(|(segment, _)| *segment == name);
            let (_, value) = value.ok_or_else(|| EncodeError::MissingSegment {
                field: name.to_owned(),
            })?;
            path.push_str(value);
            rest = after;
        }
        path.push_str(rest);
        path.push_str(&self.query);
        PathAndQuery::try_from(path).map_err(|_| InvalidUrl::too_long().into())
    }
}

impl ser::SerializeStruct for &mut Routed {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        if self.has_members_alone {
            return self.json.member(name, value);
        }
        match self.place_of(name)? {
            None => self.json.member(name, value),
            Some(place) => self.put(name, place, Json::text_of(value)?),
        }
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
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

/// The texts that stand for a value in a path or a query, read off its JSON form: none for `None`, several for a list.
fn texts(json: &[u8]) -> Result<Vec<String>, EncodeError> {
    let text = |json: &[u8]| match json.first() {
        Some(b'"') => Reader::decode_all(json).map_err(EncodeError::unencodable),
        Some(b'{' | b'[') => Err(EncodeError::unencodable(
            "a list or an object has no form in a URL",
        )),
        _ => String::from_utf8(json.to_vec()).map_err(EncodeError::unencodable),
    };
    match json.first() {
        None => Ok(Vec::new()),
        Some(b'[') => scan::elements(json).map(text).collect(),
        Some(_) => Ok(vec![text(json)?]),
    }
}

macro_rules! not_a_struct {
    ($($method:ident($($argument:ty),*) -> $answer:ty;)+) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$answer, EncodeError> {
            Err(EncodeError::unencodable("an operation is a struct with named fields"))
        })+
    };
}

impl<'a> ser::Serializer for &'a mut Routed {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Impossible<(), EncodeError>;
    type SerializeTuple = Impossible<(), EncodeError>;
    type SerializeTupleStruct = Impossible<(), EncodeError>;
    type SerializeTupleVariant = Impossible<(), EncodeError>;
    type SerializeMap = Impossible<(), EncodeError>;
    type SerializeStruct = &'a mut Routed;
    type SerializeStructVariant = Impossible<(), EncodeError>;

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Self, EncodeError> {
        Ok(self)
    }

    not_a_struct! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }
}
