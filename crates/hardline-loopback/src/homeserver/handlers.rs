use std::collections::BTreeMap;

use bytes::Bytes;
use hardline::types::{AccessToken, DeviceId, Timestamp, UserId};
use hardline::wire::server::Served;
use hardline::wire::server::{Refusal, Route, decode_request, encode_response};
use hardline::wire::{ErrorCode, Operation, OperationName};
use http::{Request, Response, StatusCode};

use super::pages::Page;
use super::{Homeserver, Login, Turn};

/// Who asks, and when.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Caller {
    /// The time now.
    pub now: Timestamp,
    /// The user whose access token the request carries, where the operation takes one.
    pub user_id: Option<UserId>,
    /// The device that the access token was given to.
    pub device_id: Option<DeviceId>,
    /// The access token.
    pub access_token: Option<AccessToken>,
}

impl Caller {
    pub(super) fn new(now: Timestamp, login: Option<Login>) -> Self {
        let Some(login) = login else {
            return Self {
                now,
                user_id: None,
                device_id: None,
                access_token: None,
            };
        };
        Self {
            now,
            user_id: Some(login.user_id),
            device_id: Some(login.device_id),
            access_token: Some(login.access_token),
        }
    }
}

type Handler = Box<
    dyn Fn(&Homeserver, &Caller, &Route, &Request<Bytes>) -> Result<Response<Vec<u8>>, Refusal>
        + Send
        + Sync,
>;

/// Who answers which operation.
#[derive(Default)]
pub(super) struct Handlers(BTreeMap<OperationName, Handler>);

impl Handlers {
    /// The operation `E` is decoded, answered by `answer`, and the answer encoded.
    pub(super) fn add<E: Served>(
        &mut self,
        answer: impl Fn(Exchange<'_>, &Caller, E) -> Result<E::Response, Refusal>
        + Send
        + Sync
        + 'static,
    ) {
        let handler: Handler = Box::new(move |homeserver, caller, route, request| {
            let operation = decode_request::<E>(route, request)?;
            // What a client would not have sent is not accepted from one that does.
            operation.check().map_err(|error| {
                Refusal::bad_request(ErrorCode::InvalidParam, &error.to_string())
            })?;
            let exchange = Exchange {
                homeserver,
                request,
            };
            let answer = answer(exchange, caller, operation)?;
            encode_response::<E>(&answer).map_err(|error| {
                Refusal::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    ErrorCode::Unknown,
                    &error.to_string(),
                )
            })
        });
        self.0.insert(E::OPERATION.name(), handler);
    }

    pub(super) fn of(&self, operation: &Operation) -> Option<&Handler> {
        self.0.get(&operation.name())
    }
}

/// A request under way, and where.
pub(super) struct Exchange<'a> {
    homeserver: &'a Homeserver,
    request: &'a Request<Bytes>,
}

impl Homeserver {
    /// Answers a page's request, whose fields stand in its query or in the form that it sends, with a function of the state.
    pub(super) fn show_with<E: Served>(
        &mut self,
        show: fn(&mut Turn<'_>, E) -> Result<Page, Refusal>,
    ) {
        self.router.add(const { &E::OPERATION });
        let handler: Handler = Box::new(move |homeserver, caller, route, request| {
            let operation = decode_request::<E>(route, &as_query(request))?;
            let mut turn = Turn {
                state: &mut homeserver.state(),
                homeserver,
                caller,
                request,
            };
            show(&mut turn, operation)
        });
        self.handlers.0.insert(E::OPERATION.name(), handler);
    }

    /// Answers an operation with a function of the state.
    pub(super) fn answer_with<E: Served>(
        &mut self,
        answer: fn(&mut Turn<'_>, E) -> Result<E::Response, Refusal>,
    ) {
        self.handlers.add(move |exchange, caller, operation| {
            let mut turn = Turn {
                state: &mut exchange.homeserver.state(),
                homeserver: exchange.homeserver,
                caller,
                request: exchange.request,
            };
            answer(&mut turn, operation)
        });
    }
}

/// The request with its form, where it has one, in place of its query: both are written alike.
fn as_query(request: &Request<Bytes>) -> Request<Bytes> {
    let form = std::str::from_utf8(request.body()).unwrap_or_default();
    let mut copy = Request::new(Bytes::new());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    if !form.is_empty()
        && let Ok(uri) = format!("{}?{form}", request.uri().path()).parse()
    {
        *copy.uri_mut() = uri;
    }
    copy
}
