use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use hardline::types::{AccessToken, DeviceId, Timestamp, UserId};
use hardline::wire::server::{
    ErrorResponse, Route, Router, ServerEndpoint, decode_request, encode_response,
};
use hardline::wire::{Api, Body, EncodeError, ErrorCode, OAuthErrorCode, Operation, OperationName};
use http::{Method, Request, Response, StatusCode};

use crate::cors::allow as allow_browsers;
use crate::json_depth::json_depth;

/// The size of the largest body that is read, but for files.
pub(crate) const MAX_BODY: usize = 1 << 20;
/// How deep the JSON of a body may be nested: snapshots, in which it is deeper, are read to 128.
const MAX_DEPTH: usize = 100;
/// The size of the largest file that is read.
pub(crate) const MAX_FILE: usize = 50 << 20;

/// Who sends a request, and when.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Caller {
    /// The time now.
    pub now: Timestamp,
    /// The user whose access token the request has, if the operation takes one.
    pub user_id: Option<UserId>,
    /// The device of the access token.
    pub device_id: Option<DeviceId>,
    /// The access token.
    pub access_token: Option<AccessToken>,
    /// The ID of the application service whose token it is. Then the device is the one as which it acts, if it acts as one.
    pub application_service: Option<String>,
}

impl Caller {
    /// A caller without an access token.
    pub(crate) fn anonymous(now: Timestamp) -> Self {
        Self {
            now,
            user_id: None,
            device_id: None,
            access_token: None,
            application_service: None,
        }
    }
}

/// The handler of an operation.
pub(crate) type Handler<S> = Box<
    dyn Fn(Exchange<'_, S>, &Caller, &Route) -> Result<Response<Vec<u8>>, ErrorResponse>
        + Send
        + Sync,
>;

/// What is done around every handler: it calls the handler, or answers in its place.
type Around<S> =
    fn(Exchange<'_, S>, &Caller, &Route, &Handler<S>) -> Result<Response<Vec<u8>>, ErrorResponse>;

/// The handlers of a server's operations, and how any request is handled.
pub(crate) struct Handlers<S> {
    router: Router,
    handlers: BTreeMap<OperationName, Handler<S>>,
    around: Option<Around<S>>,
}

impl<S: 'static> Handlers<S> {
    /// The operations of a registry's router, without handlers yet.
    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            handlers: BTreeMap::new(),
            around: None,
        }
    }

    /// Sets what is done around every handler.
    pub(crate) fn surround(&mut self, around: Around<S>) {
        self.around = Some(around);
    }

    /// Adds an operation that is in no registry.
    pub(crate) fn route(&mut self, operation: &'static Operation) {
        self.router.add(operation);
    }

    /// Adds a handler: the operation `E` is decoded, `answer` handles it, and its response is encoded.
    pub(crate) fn add<E: ServerEndpoint>(
        &mut self,
        answer: impl Fn(Exchange<'_, S>, &Caller, E) -> Result<E::Response, ErrorResponse>
        + Send
        + Sync
        + 'static,
    ) {
        let handler: Handler<S> = Box::new(move |exchange, caller, route| {
            let request = exchange.request;
            if matches!(E::OPERATION.body, Body::Members | Body::Whole(_))
                && json_depth(request.body()) > MAX_DEPTH
            {
                return Err(ErrorResponse::bad_request(
                    ErrorCode::BadJson,
                    "the body is nested too deep",
                ));
            }
            let operation = decode_request::<E>(route, request)?;
            // Refuses requests that the client half would not have sent.
            operation
                .check()
                .map_err(|error| unsendable(const { &E::OPERATION }, &error))?;
            let answer = answer(exchange, caller, operation)?;
            encode_response::<E>(&answer).map_err(|error| {
                ErrorResponse::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    ErrorCode::Unknown,
                    &error.to_string(),
                )
            })
        });
        self.handlers.insert(E::OPERATION.name(), handler);
    }

    /// Adds a page: its request, with fields in the query or in a form, is decoded, and `show` handles it.
    pub(crate) fn show<E: ServerEndpoint>(
        &mut self,
        show: impl Fn(Exchange<'_, S>, &Caller, E) -> Result<Response<Vec<u8>>, ErrorResponse>
        + Send
        + Sync
        + 'static,
    ) {
        self.route(const { &E::OPERATION });
        let handler: Handler<S> = Box::new(move |exchange, caller, route| {
            let operation = decode_request::<E>(route, &as_query(exchange.request))?;
            show(exchange, caller, operation)
        });
        self.handlers.insert(E::OPERATION.name(), handler);
    }

    /// Whether the operation has a handler.
    #[cfg(test)]
    pub(crate) fn has(&self, operation: &Operation) -> bool {
        self.handlers.contains_key(&operation.name())
    }

    /// Responds to a request. There is always a response, whatever is wrong with the request.
    ///
    /// `path` is the request's path below the base URL, `None` if it is not the server's; `who` says who calls, or why
    /// they may not.
    pub(crate) fn answer(
        &self,
        server: &S,
        path: Option<&str>,
        request: &Request<Bytes>,
        who: impl FnOnce(&Operation) -> Result<Caller, ErrorResponse>,
    ) -> Response<Vec<u8>> {
        let mut response = if request.method() == Method::OPTIONS {
            // Browsers send a preflight request first, which must do nothing.
            let mut response = Response::new(Vec::new());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        } else {
            self.call(server, path, request, who)
                .unwrap_or_else(ErrorResponse::into_response)
        };
        if request.method() == Method::HEAD {
            response.body_mut().clear();
        }
        allow_browsers(&mut response);
        response
    }

    /// Calls the handler of a request.
    pub(crate) fn call(
        &self,
        server: &S,
        path: Option<&str>,
        request: &Request<Bytes>,
        who: impl FnOnce(&Operation) -> Result<Caller, ErrorResponse>,
    ) -> Result<Response<Vec<u8>>, ErrorResponse> {
        let unrecognized = || {
            ErrorResponse::new(
                StatusCode::NOT_FOUND,
                ErrorCode::Unrecognized,
                "unrecognized request",
            )
        };
        let path = path.ok_or_else(unrecognized)?;
        let route = self.router.route(&routable(path, request))?;
        let name = route.operation.name();
        let handler = self.handlers.get(&name).ok_or_else(unrecognized)?;
        let limit = largest_body(route.operation);
        if request.body().len() > limit {
            return Err(ErrorResponse::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                ErrorCode::TooLarge,
                &format!("the body is larger than {} MiB", limit >> 20),
            ));
        }
        let caller = who(route.operation)?;
        let (wait, errand) = (Cell::new(None), Cell::new(None));
        let exchange = Exchange {
            server,
            request,
            wait: &wait,
            errand: &errand,
        };
        let outcome = match self.around {
            Some(around) => around(exchange, &caller, &route, handler),
            None => handler(exchange, &caller, &route),
        };
        let (wait, errand) = (wait.into_inner(), errand.into_inner());
        if wait.is_none() && errand.is_none() {
            return outcome;
        }
        // What has nothing to say yet may be a refusal as well.
        let mut response = outcome.unwrap_or_else(ErrorResponse::into_response);
        if let Some(wait) = wait {
            response.extensions_mut().insert(wait);
        }
        if let Some(errand) = errand {
            response.extensions_mut().insert(errand);
        }
        Ok(response)
    }

    /// The name of the operation that a request is taken for.
    pub(crate) fn operation(
        &self,
        path: Option<&str>,
        request: &Request<Bytes>,
    ) -> Option<OperationName> {
        let route = self.router.route(&routable(path?, request)).ok()?;
        Some(route.operation.name())
    }

    /// The size of the largest body that a request may have.
    pub(crate) fn largest_body(&self, method: &Method, path: &str) -> usize {
        let route = self.router.find(method, path);
        route.map_or(MAX_BODY, |route| largest_body(route.operation))
    }
}

fn largest_body(operation: &Operation) -> usize {
    match operation.body {
        Body::Raw(_) => MAX_FILE,
        _ => MAX_BODY,
    }
}

/// The refusal of what the client half would not have sent.
fn unsendable(operation: &Operation, error: &EncodeError) -> ErrorResponse {
    let message = error.to_string();
    match operation.api() {
        // Scopes are all that it checks.
        Api::OAuth => ErrorResponse::oauth(
            StatusCode::BAD_REQUEST,
            OAuthErrorCode::InvalidScope,
            &message,
        ),
        _ => ErrorResponse::bad_request(ErrorCode::InvalidParam, &message),
    }
}

/// A request under way, and its server.
pub(crate) struct Exchange<'a, S> {
    pub(crate) server: &'a S,
    pub(crate) request: &'a Request<Bytes>,
    /// Where a handler says that it would rather respond later.
    pub(crate) wait: &'a Cell<Option<Wait>>,
    /// Where a handler says that it has to ask another server first.
    pub(crate) errand: &'a Cell<Option<Errand>>,
}

/// An extension of a response that has nothing to say yet: the request is worth asking again.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    /// Whose changes it waits for.
    pub(crate) user_id: UserId,
    /// The position in the stream of changes up to which there was nothing.
    pub(crate) position: u64,
    /// When it is to respond, whatever comes.
    pub(crate) until: Timestamp,
}

/// An extension of a response that depends on another server: whoever has sockets sends this request to it, and handles the
/// client's request again with the [`Reports`].
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    pub(crate) request: Request<Vec<u8>>,
    /// The size of the largest response.
    pub(crate) limit: usize,
    pub(crate) time_limit: Duration,
}

/// An extension of a request that is asked again: what became of the [`Errand`]s so far, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reports(pub(crate) Vec<Result<Response<Bytes>, Undelivered>>);

/// Why an [`Errand`] has no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// The address is not one of this machine's own.
    Elsewhere,
    /// Nobody responds there.
    Unreachable,
    /// The response took too long.
    TimedOut,
    /// The response is too large.
    TooLarge,
}

/// An extension of a request that came through a socket: where it came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// An extension of a request that is asked again: when it arrived.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrived(pub(crate) Timestamp);

/// The request as the router knows it: below the base URL, and with a `HEAD` for what a `GET` has.
fn routable(path: &str, request: &Request<Bytes>) -> Request<Bytes> {
    let mut copy = Request::new(request.body().clone());
    *copy.method_mut() = match *request.method() {
        Method::HEAD => Method::GET,
        _ => request.method().clone(),
    };
    let query = request.uri().query().unwrap_or_default();
    // What is a part of a URI is one again.
    *copy.uri_mut() = format!("{path}?{query}")
        .parse()
        .unwrap_or_else(|_| request.uri().clone());
    copy
}

/// The request with its form, if it has one, as its query: both are encoded alike.
fn as_query(request: &Request<Bytes>) -> Request<Bytes> {
    let form = std::str::from_utf8(request.body()).unwrap_or_default();
    let mut copy = Request::new(Bytes::new());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    if request.method() == Method::POST
        && !form.is_empty()
        && let Ok(uri) = format!("{}?{form}", request.uri().path()).parse()
    {
        *copy.uri_mut() = uri;
    }
    copy
}
