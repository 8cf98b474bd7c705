mod credentials;
mod endpoint;
mod registry;
mod request_meta;
mod spec_version;
mod target;
mod with_options;

use std::fmt;

use http::uri::PathAndQuery;

pub use credentials::{Credentials, authorize};
pub use endpoint::Endpoint;
#[allow(unused_imports, reason = "without a section there is nothing to list")]
pub(crate) use registry::operations;
#[cfg(feature = "proptest")]
pub use registry::{ArbitraryEndpoint, ArbitraryEndpointVisitor};
pub use registry::{EndpointVisitor, RegisteredEndpoint};
pub use request_meta::RequestMeta;
pub use spec_version::SpecVersion;
pub use target::{Homeserver, SupportedVersions, Target};
pub use with_options::{ExtraParams, WithOptions};

/// All that is particular to one operation of an API, as a constant: where it is, what goes where in the request, and
/// what may be done with it.
///
/// ```
/// use hardline::wire::{Auth, Operation, SpecVersion};
///
/// const OPERATION: Operation = Operation::get("getDevices", "/_matrix/client/v3/devices")
///     .auth(Auth::Required)
///     .since(SpecVersion::v1(1))
///     .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/devices")]);
/// assert_eq!(OPERATION.name().to_string(), "cs:getDevices");
/// assert!(OPERATION.is_repeatable());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    id: &'static str,
    method: Method,
    path: &'static str,
    auth: Auth,
    may_be_empty: Option<&'static str>,
    query: &'static [&'static str],
    body: Body,
    answer_statuses: &'static [u16],
    answer_headers: &'static [(&'static str, &'static str)],
    answer_body: ResponseBody,
    success_member: bool,
    uia: bool,
    repeatable: bool,
    since: Option<SpecVersion>,
    older: &'static [(SpecVersion, &'static str)],
    unstable: &'static [(&'static str, &'static str)],
}

impl Operation {
    /// An operation with this `operationId`, method and path template.
    ///
    /// A `{placeholder}` in the template takes the field of the same name; fields that neither the template nor
    /// [`query`](Operation::query) names are the members of the JSON body.
    pub const fn new(method: Method, id: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            auth: Auth::None,
            may_be_empty: None,
            query: &[],
            body: match method {
                Method::Get | Method::Delete => Body::Empty,
                Method::Post | Method::Put => Body::Members,
            },
            answer_statuses: &[],
            answer_headers: &[],
            answer_body: ResponseBody::Object,
            success_member: false,
            uia: false,
            repeatable: matches!(method, Method::Get),
            since: None,
            older: &[],
            unstable: &[],
        }
    }

    /// A GET, which is safe to repeat and has no body.
    pub const fn get(id: &'static str, path: &'static str) -> Self {
        Self::new(Method::Get, id, path)
    }

    /// A POST with a JSON body.
    pub const fn post(id: &'static str, path: &'static str) -> Self {
        Self::new(Method::Post, id, path)
    }

    /// A PUT with a JSON body.
    pub const fn put(id: &'static str, path: &'static str) -> Self {
        Self::new(Method::Put, id, path)
    }

    /// A DELETE without a body.
    pub const fn delete(id: &'static str, path: &'static str) -> Self {
        Self::new(Method::Delete, id, path)
    }

    /// A POST to a URL that a server gave; it goes to a [`Target::Url`](crate::wire::Target::Url) only.
    pub const fn post_to_url(id: &'static str) -> Self {
        Self::new(Method::Post, id, "")
    }

    /// Whether and whose access token goes with it.
    #[must_use]
    pub const fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// The field that may be empty although it stands in the path, of which it has to be the end: a state key.
    ///
    /// ```
    /// use hardline::wire::{Auth, Operation};
    ///
    /// const OPERATION: Operation =
    ///     Operation::get("getRoomStateWithKey", "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}")
    ///         .auth(Auth::Required)
    ///         .may_be_empty("stateKey");
    /// assert_eq!(OPERATION.may_be_empty_field(), Some("stateKey"));
    /// ```
    ///
    /// # Panics
    /// Where the path does not end with the field: as the program is compiled, since operations are constants.
    #[must_use]
    pub const fn may_be_empty(mut self, field: &'static str) -> Self {
        assert!(
            ends_with_placeholder(self.path, field),
            "a path value may be empty only where the path ends with it"
        );
        self.may_be_empty = Some(field);
        self
    }

    /// The fields that go into the query string. A sequence repeats its key.
    #[must_use]
    pub const fn query(mut self, fields: &'static [&'static str]) -> Self {
        self.query = fields;
        self
    }

    /// What the request's body is, where it is not the default of the method.
    #[must_use]
    pub const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// The statuses that are an answer rather than an error, where they are not the default: any 2xx but 206.
    ///
    /// A 206 answers a request for a range alone, and a response does not say what it answers. So an operation that
    /// sends a `Range` is one of its own, and names the status: `answers(&[206, 200])`.
    #[must_use]
    pub const fn answers(mut self, statuses: &'static [u16]) -> Self {
        self.answer_statuses = statuses;
        self
    }

    /// The header fields of the response that carry a field of the response type: `(header, field)`.
    #[must_use]
    pub const fn answer_headers(
        mut self,
        headers: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.answer_headers = headers;
        self
    }

    /// What the response's body is, where it is not a JSON object.
    #[must_use]
    pub const fn answer_body(mut self, body: ResponseBody) -> Self {
        self.answer_body = body;
        self
    }

    /// The response has a member `success`, and an HTTP 200 in which it is `false` is an error.
    #[must_use]
    pub const fn success_member(mut self) -> Self {
        self.success_member = true;
        self
    }

    /// User-interactive authentication: the server may ask for stages before it answers, and the request has a member `auth`.
    #[must_use]
    pub const fn uia(mut self) -> Self {
        self.uia = true;
        self
    }

    /// Sending the same request again does no harm even if the server has already acted on it.
    #[must_use]
    pub const fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// The release that brought its path as it is now, where there were releases without it.
    #[must_use]
    pub const fn since(mut self, release: SpecVersion) -> Self {
        self.since = Some(release);
        self
    }

    /// Its paths in older releases, each with the first release that had it, the oldest first.
    #[must_use]
    pub const fn older(mut self, paths: &'static [(SpecVersion, &'static str)]) -> Self {
        self.older = paths;
        self
    }

    /// Its paths while it was unstable: `(unstable feature, path)`.
    #[must_use]
    pub const fn unstable(mut self, paths: &'static [(&'static str, &'static str)]) -> Self {
        self.unstable = paths;
        self
    }

    /// No field has its place but in the body's object, under any path.
    pub(crate) const fn has_members_alone(&self) -> bool {
        let mut has_placeholder = has_placeholder(self.path);
        let mut older = self.older;
        while let [(_, path), rest @ ..] = older {
            has_placeholder |= self::has_placeholder(path);
            older = rest;
        }
        let mut unstable = self.unstable;
        while let [(_, path), rest @ ..] = unstable {
            has_placeholder |= self::has_placeholder(path);
            unstable = rest;
        }
        !has_placeholder && self.query.is_empty() && matches!(self.body, Body::Members)
    }

    /// Its answer is bytes.
    pub(crate) const fn answers_bytes(&self) -> bool {
        matches!(self.answer_body, ResponseBody::Bytes(_))
    }

    /// The path, where it depends on no field and stands for itself in a URL.
    pub(crate) const fn fixed_path(&self) -> Option<PathAndQuery> {
        let bytes = self.path.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !(bytes[at].is_ascii_alphanumeric()
                || matches!(bytes[at], b'/' | b'_' | b'.' | b'-'))
            {
                return None;
            }
            at += 1;
        }
        if bytes.is_empty() {
            None
        } else {
            Some(PathAndQuery::from_static(self.path))
        }
    }

    /// The specification's `operationId`.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The API it belongs to, read off its path.
    pub const fn api(&self) -> Api {
        if starts_with(self.path, "/_matrix/identity/") {
            Api::Identity
        } else {
            Api::ClientServer
        }
    }

    /// Its unambiguous name: `cs:logout` or `is:logout`.
    pub const fn name(&self) -> OperationName {
        OperationName {
            api: self.api(),
            id: self.id,
        }
    }

    /// The HTTP method.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The path template of the newest release; empty where a server gives the whole URL.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Whether and whose access token goes with it.
    pub const fn auth_mode(&self) -> Auth {
        self.auth
    }

    /// The field that may be empty although it stands in the path.
    pub const fn may_be_empty_field(&self) -> Option<&'static str> {
        self.may_be_empty
    }

    /// The fields that go into the query string.
    pub const fn query_fields(&self) -> &'static [&'static str] {
        self.query
    }

    /// What the request's body is.
    pub const fn body_kind(&self) -> Body {
        self.body
    }

    /// Whether a response with this status is an answer rather than an error.
    ///
    /// ```
    /// use hardline::wire::Operation;
    ///
    /// let operation = Operation::get("getThing", "/_matrix/client/v3/thing");
    /// assert!(operation.is_answer(200) && operation.is_answer(201) && operation.is_answer(204));
    /// assert!(!operation.is_answer(206) && !operation.is_answer(302));
    /// assert!(operation.answers(&[206, 200]).is_answer(206));
    /// ```
    pub const fn is_answer(&self, status: u16) -> bool {
        let mut named = self.answer_statuses;
        if named.is_empty() {
            return status >= 200 && status < 300 && status != PARTIAL_CONTENT;
        }
        while let [first, rest @ ..] = named {
            if *first == status {
                return true;
            }
            named = rest;
        }
        false
    }

    /// The statuses that [`answers`](Operation::answers) names. None: any 2xx but 206 is an answer.
    pub const fn answer_statuses(&self) -> &'static [u16] {
        self.answer_statuses
    }

    /// The header fields of the response that carry a field: `(header, field)`.
    pub const fn answer_header_fields(&self) -> &'static [(&'static str, &'static str)] {
        self.answer_headers
    }

    /// What the response's body is.
    pub const fn answer_body_kind(&self) -> ResponseBody {
        self.answer_body
    }

    /// Whether a `success` of `false` makes the answer an error.
    pub const fn has_success_member(&self) -> bool {
        self.success_member
    }

    /// Whether the server may ask for user-interactive authentication.
    pub const fn is_uia(&self) -> bool {
        self.uia
    }

    /// Whether the same request may be sent again when nobody knows what became of the first.
    pub const fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// The release that brought its path as it is now.
    pub const fn path_since(&self) -> Option<SpecVersion> {
        self.since
    }

    /// The release that brought the operation, under whatever path.
    pub const fn first_release(&self) -> Option<SpecVersion> {
        match self.older {
            [(release, _), ..] => Some(*release),
            [] => self.since,
        }
    }

    /// Its paths in older releases, the oldest first.
    pub const fn older_paths(&self) -> &'static [(SpecVersion, &'static str)] {
        self.older
    }

    /// Its paths while it was unstable: `(unstable feature, path)`.
    pub const fn unstable_paths(&self) -> &'static [(&'static str, &'static str)] {
        self.unstable
    }

    /// Where it is sent.
    pub const fn host(&self) -> TargetKind {
        if self.path.is_empty() {
            TargetKind::Url
        } else if starts_with(self.path, "/.well-known/") {
            TargetKind::ServerName
        } else {
            match self.api() {
                Api::ClientServer => TargetKind::Homeserver,
                Api::Identity => TargetKind::IdentityServer,
            }
        }
    }
}

/// An API of the Matrix specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Api {
    /// The Client-Server API: `cs`.
    ClientServer,
    /// The Identity Service API: `is`.
    Identity,
}

impl Api {
    /// `cs` or `is`, as in `cs:logout`.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ClientServer => "cs",
            Self::Identity => "is",
        }
    }
}

/// An operation's name with its API, since both APIs have a `logout`: displayed as `cs:logout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationName {
    /// The API.
    pub api: Api,
    /// The `operationId`.
    pub id: &'static str,
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.api.prefix(), self.id)
    }
}

/// The HTTP methods that the specification uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Delete => Self::DELETE,
        }
    }
}

/// Whether and whose access token an operation is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// None is sent, even where the caller has one.
    None,
    /// The homeserver's, where the caller has one.
    Optional,
    /// The homeserver's.
    Required,
    /// The identity server's.
    Identity,
}

/// What an operation is sent to; a [`Target`](crate::wire::Target) of another kind is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A homeserver's base URL.
    Homeserver,
    /// An identity server's base URL.
    IdentityServer,
    /// A bare server name.
    ServerName,
    /// An absolute URL that a server gave.
    Url,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// None.
    Empty,
    /// A JSON object of the fields that are neither in the path nor in the query.
    Members,
    /// The JSON value of this field.
    Whole(&'static str),
    /// The bytes of this field, with the content type that the field `content_type` gives. The field is of type
    /// [`RawBytes`](crate::types::RawBytes).
    Raw(&'static str),
    /// A form (`application/x-www-form-urlencoded`) of the fields that are neither in the path nor in the query. A
    /// sequence repeats its key.
    Form,
}

/// What the body of a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseBody {
    /// A JSON object.
    Object,
    /// A JSON list.
    List,
    /// The bytes of this field, which is of type [`RawBytes`](crate::types::RawBytes). What header fields carry, the
    /// content type for one, is said by [`Operation::answer_headers`].
    Bytes(&'static str),
    /// Nothing that counts: a page for people, or no body at all.
    Ignored,
}

const PARTIAL_CONTENT: u16 = 206;

/// Whether a path template ends with `/{field}`.
const fn ends_with_placeholder(path: &str, field: &str) -> bool {
    let (path, field) = (path.as_bytes(), field.as_bytes());
    let [beginning @ .., b'}'] = path else {
        return false;
    };
    if beginning.len() < field.len() + 2 {
        return false;
    }
    let (before, name) = beginning.split_at(beginning.len() - field.len());
    let mut at = 0;
    while at < name.len() {
        if name[at] != field[at] {
            return false;
        }
        at += 1;
    }
    matches!(before, [.., b'/', b'{'])
}

const fn has_placeholder(path: &str) -> bool {
    let mut path = path.as_bytes();
    while let [byte, rest @ ..] = path {
        if *byte == b'{' {
            return true;
        }
        path = rest;
    }
    false
}

const fn starts_with(text: &str, prefix: &str) -> bool {
    let (text, prefix) = (text.as_bytes(), prefix.as_bytes());
    if text.len() < prefix.len() {
        return false;
    }
    let mut i = 0;
    while i < prefix.len() {
        if text[i] != prefix[i] {
            return false;
        }
        i += 1;
    }
    true
}
