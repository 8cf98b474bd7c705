mod auth;
mod body;
mod credentials;
mod endpoint;
mod endpoint_visitor;
mod extra_params;
mod method;
mod msc;
mod operation_name;
mod operations;
mod request_meta;
#[cfg(feature = "proptest")]
mod request_strategy;
mod spec_version;
mod target;
mod target_kind;
mod with_options;

use http::uri::PathAndQuery;

pub use auth::Auth;
pub use body::{Body, ResponseBody};
pub use credentials::{Credentials, authorize};
pub use endpoint::Endpoint;
pub use endpoint_visitor::{EndpointVisitor, RegisteredEndpoint};
#[cfg(feature = "by-name")]
pub use endpoint_visitor::{ShapedEndpoint, ShapedEndpointVisitor};
pub use extra_params::ExtraParams;
pub use method::Method;
pub use msc::{Msc, MscSupport};
pub use operation_name::{Api, OperationName};
#[allow(unused_imports, reason = "without a section there is nothing to list")]
pub(crate) use operations::operations;
pub(crate) use request_meta::MaxResponseBytes;
pub use request_meta::RequestMeta;
#[cfg(feature = "proptest")]
pub use request_strategy::request_strategy;
pub use spec_version::SpecVersion;
pub use target::{Homeserver, SupportedVersions, Target};
pub use target_kind::TargetKind;
pub use with_options::WithOptions;

/// Everything that distinguishes one operation of an API, as a constant: its path, which field goes where in the
/// request, and what may be done with it.
///
/// ```
/// use hardline::wire::{Auth, Operation, SpecVersion};
///
/// const OPERATION: Operation = Operation::get("getDevices", "/_matrix/client/v3/devices")
///     .auth(Auth::Required)
///     .since(SpecVersion::v1(1))
///     .older(&[(SpecVersion::r0(4), "/_matrix/client/r0/devices")]);
/// assert_eq!(OPERATION.name().to_string(), "cs:getDevices");
/// assert!(OPERATION.repeatable);
/// ```
///
/// Each fact is a field, which the method with the same name sets.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The specification's `operationId`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path template in the newest version; empty if a server gives the whole URL.
    pub path: &'static str,
    /// Whether an access token is sent, and whose.
    pub auth: Auth,
    /// The field that may be empty although it is part of the path.
    pub may_be_empty: Option<&'static str>,
    /// The fields that are sent in the query string.
    pub query: &'static [&'static str],
    /// The field of the query string that is a map: each of its entries is a pair of its own.
    pub open_query: Option<&'static str>,
    /// The fields that always have the same value, with it. The type has no such fields, but every request has.
    pub fixed_fields: &'static [(&'static str, &'static str)],
    /// The field that tells it apart from operations with the same method and path, which do not require it.
    pub distinctive_field: Option<&'static str>,
    /// The kind of the request's body.
    pub body: Body,
    /// Fields that are given all or not at all.
    pub required_together: &'static [&'static str],
    /// The statuses of a successful response. If empty, these are all 2xx except 206. [`accepts`](Operation::accepts)
    /// decides.
    pub statuses: &'static [u16],
    /// The header fields of the response that carry a field of the response type: `(header, field)`.
    pub response_headers: &'static [(&'static str, &'static str)],
    /// The kind of the response's body.
    pub response_body: ResponseBody,
    /// Whether a response whose `success` is not true is an error.
    pub success_member: bool,
    /// Whether others than the server decide on the members of the response, so that an `errcode` in it means nothing.
    pub open_response: bool,
    /// Whether it is an authorization server's, whose errors are in OAuth's terms.
    pub oauth: bool,
    /// Whether the server may ask for user-interactive authentication.
    pub uia: bool,
    /// Whether the same request may be sent again if it is unknown what happened to the first.
    pub repeatable: bool,
    /// The version that introduced its current path.
    pub since: Option<SpecVersion>,
    /// Its paths in older versions, the oldest first.
    pub older: &'static [(SpecVersion, &'static str)],
    /// Its paths on servers that have an unstable feature: `(unstable feature, path)`. A feature that ends in `.stable` says
    /// that the server has the stable path though it does not advertise the version: see
    /// [`Msc`](crate::wire::Msc).
    pub unstable: &'static [(&'static str, &'static str)],
    /// Whether servers that advertise older versions alone may have it, so that they are asked.
    pub may_be_unadvertised: bool,
}

impl Operation {
    /// An operation with this `operationId`, method and path template.
    ///
    /// A `{placeholder}` in the template takes the field with the same name. Fields that are neither in the template
    /// nor in [`query`](Operation::query) are the members of the JSON body.
    pub const fn new(method: Method, id: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            auth: Auth::None,
            may_be_empty: None,
            query: &[],
            open_query: None,
            fixed_fields: &[],
            distinctive_field: None,
            body: match method {
                Method::Get | Method::Delete => Body::Empty,
                Method::Post | Method::Put => Body::Members,
            },
            required_together: &[],
            statuses: &[],
            response_headers: &[],
            response_body: ResponseBody::Object,
            success_member: false,
            open_response: false,
            oauth: false,
            uia: false,
            repeatable: matches!(method, Method::Get),
            since: None,
            older: &[],
            unstable: &[],
            may_be_unadvertised: false,
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

    /// A POST to a URL that a server gave; it can only be sent to a [`Target::Url`](crate::wire::Target::Url).
    pub const fn post_to_url(id: &'static str) -> Self {
        Self::new(Method::Post, id, "")
    }

    /// A request to an endpoint of an authorization server, at the URL that its metadata gives: it can only be sent to a
    /// [`Target::Url`](crate::wire::Target::Url). An error is read in OAuth's terms: see
    /// [`Error::oauth_error`](crate::wire::Error::oauth_error).
    ///
    /// ```
    /// use hardline::wire::{Body, Method, Operation};
    ///
    /// const OPERATION: Operation = Operation::oauth(Method::Post, "introspectToken").body(Body::Form);
    /// assert_eq!(OPERATION.name().to_string(), "oauth:introspectToken");
    /// ```
    pub const fn oauth(method: Method, id: &'static str) -> Self {
        let mut operation = Self::new(method, id, "");
        operation.oauth = true;
        operation
    }

    /// Whether an access token is sent, and whose.
    #[must_use]
    pub const fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// The field that may be empty although it is part of the path, such as a state key. The path has to end with it.
    ///
    /// ```
    /// use hardline::wire::{Auth, Operation};
    ///
    /// const OPERATION: Operation =
    ///     Operation::get("getRoomStateWithKey", "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}")
    ///         .auth(Auth::Required)
    ///         .may_be_empty("stateKey");
    /// assert_eq!(OPERATION.may_be_empty, Some("stateKey"));
    /// ```
    ///
    /// # Panics
    /// If the path does not end with the field. This happens at compile time, since operations are constants.
    #[must_use]
    pub const fn may_be_empty(mut self, field: &'static str) -> Self {
        assert!(
            ends_with_placeholder(self.path, field),
            "a path value may be empty only if the path ends with it"
        );
        self.may_be_empty = Some(field);
        self
    }

    /// The fields that are sent in the query string. A sequence repeats its key.
    #[must_use]
    pub const fn query(mut self, fields: &'static [&'static str]) -> Self {
        self.query = fields;
        self
    }

    /// The field of the query string that is a map: each of its entries is a pair of its own, under its own name. It has to
    /// be one of the fields that [`query`](Self::query) lists.
    ///
    /// ```
    /// use hardline::json::JsonMap;
    /// use hardline::wire::{self, Credentials, Endpoint, Operation, Target};
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// struct Find {
    ///     fields: JsonMap<String, String>,
    /// }
    ///
    /// impl Endpoint for Find {
    ///     const OPERATION: Operation = Operation::get("find", "/_matrix/client/v3/find")
    ///         .query(&["fields"])
    ///         .open_query("fields");
    ///     type Response = ();
    /// }
    ///
    /// let mut fields = JsonMap::new();
    /// fields.insert("channel".to_owned(), "#matrix".to_owned());
    /// let target = Target::homeserver("https://example.org")?;
    /// let request = wire::encode(&Find { fields }, &target, &Credentials::None)?;
    /// assert_eq!(request.uri().query(), Some("channel=%23matrix"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn open_query(mut self, field: &'static str) -> Self {
        self.open_query = Some(field);
        self
    }

    /// The fields that every request has, always with the same value: `(field, value)`. The type does not have them. They
    /// tell apart operations that share a method and a path or URL.
    ///
    /// ```
    /// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Body, Credentials, Endpoint, Method, Operation, Target};
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// struct RequestClientToken {
    ///     client_id: String,
    /// }
    ///
    /// impl Endpoint for RequestClientToken {
    ///     const OPERATION: Operation = Operation::oauth(Method::Post, "requestClientToken")
    ///         .body(Body::Form)
    ///         .fixed_fields(&[("grant_type", "client_credentials")]);
    ///     type Response = ();
    /// }
    ///
    /// let homeserver = BaseUrl::parse("https://example.org")?;
    /// let url = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/token")?;
    /// let operation = RequestClientToken { client_id: "abc".to_owned() };
    /// let request = wire::encode(&operation, &Target::Url(url), &Credentials::None)?;
    /// assert_eq!(request.body(), b"grant_type=client_credentials&client_id=abc");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn fixed_fields(mut self, fields: &'static [(&'static str, &'static str)]) -> Self {
        self.fixed_fields = fields;
        self
    }

    /// The field that tells it apart from operations with the same method and path: it is required here, and not there. A
    /// server goes by it.
    ///
    /// ```
    /// use hardline::wire::Operation;
    ///
    /// const BY_ID: Operation =
    ///     Operation::post("inviteUser", "/_matrix/client/v3/rooms/{roomId}/invite").distinctive_field("user_id");
    /// const BY_ADDRESS: Operation =
    ///     Operation::post("inviteBy3PID", "/_matrix/client/v3/rooms/{roomId}/invite").distinctive_field("address");
    /// assert_ne!(BY_ID.distinctive_field, BY_ADDRESS.distinctive_field);
    /// ```
    #[must_use]
    pub const fn distinctive_field(mut self, field: &'static str) -> Self {
        self.distinctive_field = Some(field);
        self
    }

    /// The kind of the request's body, if it is not the default of the method.
    #[must_use]
    pub const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Fields that are given all or not at all: with only some of them a request is refused before it is sent.
    ///
    /// ```
    /// use hardline::wire::{self, Credentials, Endpoint, Operation, Target};
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// struct Invite {
    ///     id_server: Option<String>,
    ///     id_access_token: Option<String>,
    /// }
    ///
    /// impl Endpoint for Invite {
    ///     const OPERATION: Operation = Operation::post("invite", "/_matrix/client/v3/invite")
    ///         .required_together(&["id_server", "id_access_token"]);
    ///     type Response = ();
    /// }
    ///
    /// let target = Target::homeserver("https://example.org")?;
    /// let invite = Invite { id_server: Some("example.org".into()), id_access_token: None };
    /// assert_eq!(
    ///     wire::encode(&invite, &target, &Credentials::None).unwrap_err().to_string(),
    ///     "id_server is given without id_access_token: give both or neither",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn required_together(mut self, fields: &'static [&'static str]) -> Self {
        self.required_together = fields;
        self
    }

    /// The statuses of a successful response, if they are not the default: all 2xx except 206.
    ///
    /// A 206 only answers a request for a range, and a response does not say what it answers. So make an operation that
    /// sends a `Range` a separate one that lists the status: `statuses(&[206, 200])`.
    #[must_use]
    pub const fn statuses(mut self, statuses: &'static [u16]) -> Self {
        self.statuses = statuses;
        self
    }

    /// The header fields of the response that carry a field of the response type: `(header, field)`.
    #[must_use]
    pub const fn response_headers(
        mut self,
        headers: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.response_headers = headers;
        self
    }

    /// The kind of the response's body, if it is not a JSON object.
    #[must_use]
    pub const fn response_body(mut self, body: ResponseBody) -> Self {
        self.response_body = body;
        self
    }

    /// The response has a member `success`, and an HTTP 200 is an error if that is there but not true.
    #[must_use]
    pub const fn success_member(mut self) -> Self {
        self.success_member = true;
        self
    }

    /// The response has members that others than the server choose: the content of an event or of account data, a
    /// profile, a preview of a web page.
    ///
    /// Everywhere else an `errcode` in a successful response makes it an error, since servers, and proxies in front of
    /// them, report errors with a status of 200 too. Here anybody could feign such an error, so it is part of the
    /// content.
    ///
    /// Capabilities, versions and the well-known files have members of
    /// their own too, but these are the operator's, who also decides what an error looks like.
    ///
    /// ```
    /// use hardline::wire::{Auth, Operation};
    ///
    /// const OPERATION: Operation =
    ///     Operation::get("getAccountData", "/_matrix/client/v3/user/{userId}/account_data/{type}")
    ///         .auth(Auth::Required)
    ///         .open_response();
    /// assert!(OPERATION.open_response);
    /// ```
    #[must_use]
    pub const fn open_response(mut self) -> Self {
        self.open_response = true;
        self
    }

    /// User-interactive authentication: the server may ask for stages first, and the request has a member `auth`.
    #[must_use]
    pub const fn uia(mut self) -> Self {
        self.uia = true;
        self
    }

    /// Sending the same request again does no harm, even if the server has already acted on it.
    #[must_use]
    pub const fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// The version that introduced its current path, if there were versions without it.
    #[must_use]
    pub const fn since(mut self, release: SpecVersion) -> Self {
        self.since = Some(release);
        self
    }

    /// Its paths in older versions, each with the first version that had it, the oldest first.
    #[must_use]
    pub const fn older(mut self, paths: &'static [(SpecVersion, &'static str)]) -> Self {
        self.older = paths;
        self
    }

    /// Its paths on servers that have an unstable feature: `(unstable feature, path)`.
    ///
    /// ```
    /// use hardline::wire::{Operation, SpecVersion, SupportedVersions};
    ///
    /// const OPERATION: Operation = Operation::get("getThing", "/_matrix/client/v1/thing")
    ///     .since(SpecVersion::v1(16))
    ///     .unstable(&[
    ///         ("org.example.thing", "/_matrix/client/unstable/org.example.thing"),
    ///         ("org.example.thing.stable", "/_matrix/client/v1/thing"),
    ///     ]);
    /// let supported = SupportedVersions::new(["v1.12"], [("org.example.thing", true)]);
    /// assert_eq!(supported.path_of(&OPERATION), Some("/_matrix/client/unstable/org.example.thing"));
    /// ```
    #[must_use]
    pub const fn unstable(mut self, paths: &'static [(&'static str, &'static str)]) -> Self {
        self.unstable = paths;
        self
    }

    /// Servers that advertise older versions alone may have it. Unless their unstable features name a path, they are
    /// asked at its oldest one, and respond with `M_UNRECOGNIZED` if they do not have it.
    ///
    /// ```
    /// use hardline::wire::{Operation, SpecVersion, SupportedVersions};
    ///
    /// const OPERATION: Operation =
    ///     Operation::get("getAuthMetadata", "/_matrix/client/v1/auth_metadata")
    ///         .since(SpecVersion::v1(15))
    ///         .may_be_unadvertised();
    /// let supported = SupportedVersions::new(["v1.12"], []);
    /// assert_eq!(supported.path_of(&OPERATION), Some("/_matrix/client/v1/auth_metadata"));
    /// ```
    #[must_use]
    pub const fn may_be_unadvertised(mut self) -> Self {
        self.may_be_unadvertised = true;
        self
    }

    /// Whether all fields are members of the body's object, under any path.
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

    /// Whether its response is bytes.
    pub(crate) const fn answers_bytes(&self) -> bool {
        matches!(self.response_body, ResponseBody::Bytes(_))
    }

    /// The path, if it depends on no field and can be used in a URL unchanged.
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

    /// The API it belongs to, according to its path.
    pub const fn api(&self) -> Api {
        if self.oauth {
            Api::OAuth
        } else if starts_with(self.path, "/_matrix/identity/") {
            Api::Identity
        } else {
            Api::ClientServer
        }
    }

    /// Its unambiguous name: `cs:logout`, `is:logout` or `oauth:revokeToken`.
    pub const fn name(&self) -> OperationName {
        OperationName {
            api: self.api(),
            id: self.id,
        }
    }

    /// Whether a response with this status is successful rather than an error.
    ///
    /// ```
    /// use hardline::wire::Operation;
    ///
    /// let operation = Operation::get("getThing", "/_matrix/client/v3/thing");
    /// assert!(operation.accepts(200) && operation.accepts(201) && operation.accepts(204));
    /// assert!(!operation.accepts(206) && !operation.accepts(302));
    /// assert!(operation.statuses(&[206, 200]).accepts(206));
    /// ```
    pub const fn accepts(&self, status: u16) -> bool {
        let mut named = self.statuses;
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

    /// The version that introduced the operation, under any path.
    pub const fn first_version(&self) -> Option<SpecVersion> {
        match self.older {
            [(release, _), ..] => Some(*release),
            [] => self.since,
        }
    }

    /// The kind of target that it is sent to.
    pub const fn target_kind(&self) -> TargetKind {
        if self.path.is_empty() {
            TargetKind::Url
        } else if starts_with(self.path, "/.well-known/") {
            TargetKind::ServerName
        } else {
            match self.api() {
                Api::ClientServer => TargetKind::Homeserver,
                Api::Identity => TargetKind::IdentityServer,
                Api::OAuth => TargetKind::Url,
            }
        }
    }
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
