use std::borrow::Cow;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};

use super::{ErrorResponse, Route};
use crate::json::{JsonMap, Mismatch, Reader, WarningReason, is_json, scan};
use crate::types::{AccessToken, DeviceId, UserId};
use crate::wire::decode::plain_value::PlainValue;
use crate::wire::url::pairs;
use crate::wire::{Body, EncodeError, Endpoint, ErrorCode, OAuthErrorCode, Operation};

/// Reads the request of an operation, written by [`encode`](crate::wire::encode) or any other client.
///
/// ```
/// use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
/// use hardline::client_api;
/// use hardline::wire::server::{Router, decode_request};
///
/// let mut router = Router::new();
/// client_api::visit(&mut router);
/// let request = http::Request::post("/_matrix/client/v3/account/3pid/msisdn/requestToken")
///     .body(br#"{"client_secret": "s", "country": "GB", "phone_number": "07700900001", "send_attempt": 1}"#.to_vec())?;
/// let route = router.find(request.method(), request.uri().path()).unwrap();
/// let operation = decode_request::<RequestTokenTo3pidMsisdn>(&route, &request).unwrap();
/// assert_eq!(operation.country.as_str(), "GB");
/// # Ok::<(), http::Error>(())
/// ```
///
/// # Errors
/// `M_NOT_JSON`, `M_BAD_JSON` or `M_MISSING_PARAM`, with status 400. Of an authorization server's operation
/// `invalid_request`, `invalid_client_metadata`, `unsupported_grant_type` or `unsupported_response_type`.
pub fn decode_request<E: Endpoint + DeserializeOwned>(
    route: &Route,
    request: &Request<impl AsRef<[u8]>>,
) -> Result<E, ErrorResponse> {
    let mut fields = fields(route, request)?;
    take_fixed_fields(route.operation, &mut fields)?;
    let decoded = E::deserialize(MapDeserializer::new(fields.into_iter()));
    decoded.map_err(|mismatch| match route.operation.body {
        Body::Members if is_blank(request.body().as_ref()) => not_json(route.operation),
        _ => refusal(route.operation, mismatch),
    })
}

/// Real clients send no body where no member is required.
fn is_blank(body: &[u8]) -> bool {
    scan::trim(body).is_empty()
}

fn not_json(operation: &Operation) -> ErrorResponse {
    bad_request(operation, ErrorCode::NotJson, "the body is not JSON")
}

/// Whether a request has the operation's [fixed fields](Operation::fixed_fields) and its
/// [distinctive field](Operation::distinctive_field).
pub(super) fn is_meant(route: &Route, request: &Request<impl AsRef<[u8]>>) -> bool {
    fields(route, request).is_ok_and(|mut fields| {
        let distinctive = route.operation.distinctive_field;
        distinctive.is_none_or(|field| fields.iter().any(|(name, _)| name == field))
            && take_fixed_fields(route.operation, &mut fields).is_ok()
    })
}

/// Takes out the fields that always have the same value.
fn take_fixed_fields(operation: &Operation, fields: &mut Fields<'_>) -> Result<(), ErrorResponse> {
    for (name, expected) in operation.fixed_fields {
        let Some(at) = fields.iter().position(|(known, _)| known == name) else {
            return Err(missing(operation, name));
        };
        let (_, value) = fields.swap_remove(at);
        if String::deserialize(value).is_ok_and(|value| value == *expected) {
            continue;
        }
        let message = format!("{name} has a value that is not supported");
        let error = match *name {
            "grant_type" => OAuthErrorCode::UnsupportedGrantType,
            "response_type" => OAuthErrorCode::UnsupportedResponseType,
            _ => OAuthErrorCode::InvalidRequest,
        };
        return Err(if operation.oauth {
            ErrorResponse::oauth(StatusCode::BAD_REQUEST, error, &message)
        } else {
            ErrorResponse::bad_request(ErrorCode::InvalidParam, &message)
        });
    }
    Ok(())
}

/// Refuses a request with some of the [fields that belong together](crate::wire::Operation::required_together) and
/// without others. [`decode_request`] does not: a server may do with what it is given.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::server::{Router, check_required_together};
///
/// let mut router = Router::new();
/// client_api::visit(&mut router);
/// let request = http::Request::post("/_matrix/client/v3/account/3pid/msisdn/requestToken")
///     .body(br#"{"id_server": "is.example.org"}"#.to_vec())?;
/// let route = router.find(request.method(), request.uri().path()).unwrap();
/// assert!(check_required_together(&route, &request).is_err());
/// # Ok::<(), http::Error>(())
/// ```
///
/// # Errors
/// `M_INVALID_PARAM`, with status 400; the errors of [`decode_request`] if the body cannot be read.
pub fn check_required_together(
    route: &Route,
    request: &Request<impl AsRef<[u8]>>,
) -> Result<(), ErrorResponse> {
    let fields = fields(route, request)?;
    let is_given = |name: &&&str| {
        let mut fields = fields.iter().filter(|(known, _)| known == **name);
        fields.any(|(_, value)| !matches!(value, Value::Json(b"null")))
    };
    let mut together = route.operation.required_together.iter();
    let given = together.clone().find(is_given);
    match (given, together.find(|name| !is_given(name))) {
        (Some(given), Some(missing)) => {
            let error = EncodeError::Incomplete { given, missing };
            let message = error.to_string();
            Err(ErrorResponse::bad_request(
                ErrorCode::InvalidParam,
                &message,
            ))
        }
        _ => Ok(()),
    }
}

/// The access token that a request carries: in its `Authorization` header or, deprecated, in its query.
pub fn access_token<B>(request: &Request<B>) -> Option<AccessToken> {
    if let Some(value) = request.headers().get(AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| AccessToken::from(token.trim()));
    }
    let mut pairs = pairs(request.uri().query().unwrap_or_default());
    pairs
        .find(|(name, _)| name == "access_token")
        .map(|(_, token)| AccessToken::from(token))
}

/// The user and the device as whom an application service acts, from the query of its request: what
/// [`WithOptions::acting_as`](crate::wire::WithOptions::acting_as) writes.
///
/// ```
/// use hardline::wire::server::acting_as;
///
/// let path = "/_matrix/client/v3/joined_rooms?user_id=%40irc_fox%3Aexample.org";
/// let (user_id, device_id) = acting_as(&http::Request::get(path).body(())?).unwrap();
/// assert_eq!(user_id.unwrap().as_str(), "@irc_fox:example.org");
/// assert_eq!(device_id, None);
/// # Ok::<(), http::Error>(())
/// ```
///
/// # Errors
/// `M_INVALID_PARAM`, with status 400.
pub fn acting_as<B>(
    request: &Request<B>,
) -> Result<(Option<UserId>, Option<DeviceId>), ErrorResponse> {
    let invalid = |_| {
        let message = "user_id or device_id is not valid";
        ErrorResponse::bad_request(ErrorCode::InvalidParam, message)
    };
    let parameter = |asked: &str| {
        let mut pairs = pairs(request.uri().query().unwrap_or_default());
        pairs
            .find(|(name, _)| name == asked)
            .map(|(_, value)| value)
    };
    let user_id = parameter("user_id").map(UserId::parse);
    let device_id = parameter("device_id").map(DeviceId::parse);
    Ok((
        user_id.transpose().map_err(invalid)?,
        device_id.transpose().map_err(invalid)?,
    ))
}

type Fields<'de> = Vec<(Cow<'de, str>, Value<'de>)>;

/// The fields of the request, from the path, the query and the body.
fn fields<'de>(
    route: &Route,
    request: &'de Request<impl AsRef<[u8]>>,
) -> Result<Fields<'de>, ErrorResponse> {
    let captures = route.captures.iter();
    let mut fields: Fields<'de> = captures
        .map(|(name, text)| (Cow::Borrowed(*name), text_value(text.clone())))
        .collect();
    // To an authorization server, a parameter without a value is one that was left out.
    let is_given = |(_, text): &(String, String)| !(route.operation.oauth && text.is_empty());
    let query = pairs(request.uri().query().unwrap_or_default()).filter(is_given);
    let open_query = route.operation.open_query;
    let is_known = |name: &str| route.operation.query.contains(&name) && open_query != Some(name);
    let (known, others): (Vec<_>, Vec<_>) = query.partition(|(name, _)| is_known(name));
    add_texts(&mut fields, known.into_iter());
    if let Some(field) = open_query {
        // Who asks is no matter of the operation.
        let is_caller = |name: &str| matches!(name, "access_token" | "user_id" | "device_id");
        let others: Vec<_> = others
            .into_iter()
            .filter(|(name, _)| !is_caller(name))
            .collect();
        if !others.is_empty() {
            fields.push((
                Cow::Borrowed(field),
                Value::Plain(PlainValue::Pairs(others)),
            ));
        }
    }
    let body = request.body().as_ref();
    let refused = |code, message| bad_request(route.operation, code, message);
    let not_json = || not_json(route.operation);
    match route.operation.body {
        Body::Empty => {}
        Body::Whole(field) => {
            if !is_json(body) {
                return Err(not_json());
            }
            fields.push((Cow::Borrowed(field), Value::Json(body)));
        }
        Body::Raw(field) => {
            let bytes = Value::Plain(PlainValue::Bytes(body));
            fields.push((Cow::Borrowed(field), bytes));
            if let Some(content_type) = request
                .headers()
                .get(CONTENT_TYPE)
                .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
            {
                fields.push((
                    Cow::Borrowed("content_type"),
                    text_value(content_type.to_owned()),
                ));
            }
        }
        Body::Form => {
            let form = std::str::from_utf8(body)
                .map_err(|_| refused(ErrorCode::BadJson, "the body is not a form"))?;
            // The path and the query take precedence.
            let known: Vec<_> = fields.iter().map(|(name, _)| name.clone()).collect();
            let pairs = pairs(form)
                .filter(is_given)
                .filter(|(name, _)| !known.iter().any(|known| known == name));
            add_texts(&mut fields, pairs);
        }
        Body::Members if is_blank(body) => {}
        Body::Members => {
            if !is_json(body) {
                return Err(not_json());
            }
            if scan::trim(body).first() != Some(&b'{') {
                return Err(refused(ErrorCode::BadJson, "the body is not a JSON object"));
            }
            let mut members = JsonMap::new();
            for (name, value) in scan::members(body) {
                let name: String = Reader::decode_all(name).map_err(|_| not_json())?;
                members.insert(name, value);
            }
            // The path and the query take precedence.
            for (known, _) in &fields {
                members.remove(known);
            }
            let members = members.into_iter();
            fields.extend(members.map(|(name, value)| (Cow::Owned(name), Value::Json(value))));
        }
    }
    Ok(fields)
}

fn text_value<'de>(text: String) -> Value<'de> {
    Value::Plain(PlainValue::text(text))
}

/// Adds pairs whose names may repeat.
fn add_texts(fields: &mut Fields<'_>, pairs: impl Iterator<Item = (String, String)>) {
    for (name, text) in pairs {
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, Value::Plain(value))) => value.and(text),
            _ => fields.push((Cow::Owned(name), text_value(text))),
        }
    }
}

fn refusal(operation: &Operation, mismatch: Mismatch) -> ErrorResponse {
    match mismatch.reason() {
        WarningReason::Missing(name) => missing(operation, &name),
        WarningReason::Expected(expected) => bad_request(
            operation,
            ErrorCode::BadJson,
            &format!("a value has the wrong type: expected {expected}"),
        ),
        _ => bad_request(operation, ErrorCode::BadJson, "a value is not valid"),
    }
}

fn missing(operation: &Operation, name: &str) -> ErrorResponse {
    let message = format!("{name} is required but missing");
    bad_request(operation, ErrorCode::MissingParam, &message)
}

/// Status 400, in the terms of whoever has the operation.
fn bad_request(operation: &Operation, code: ErrorCode, message: &str) -> ErrorResponse {
    if !operation.oauth {
        return ErrorResponse::bad_request(code, message);
    }
    // The one body that is JSON is what a client says of itself.
    let error = match (operation.body, code) {
        (Body::Members, ErrorCode::BadJson | ErrorCode::MissingParam) => {
            OAuthErrorCode::InvalidClientMetadata
        }
        _ => OAuthErrorCode::InvalidRequest,
    };
    ErrorResponse::oauth(StatusCode::BAD_REQUEST, error, message)
}

/// The value of a field, by where it comes from.
enum Value<'de> {
    /// From the path, the query, a header field, a form, or the whole body.
    Plain(PlainValue<'de>),
    /// A member of the body.
    Json(&'de [u8]),
}

impl<'de> IntoDeserializer<'de, Mismatch> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Forwards each method to the kind of value.
macro_rules! either {
    ($($method:ident($($argument:ident: $type:ty),*);)+) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Mismatch> {
            match self {
                Self::Plain(value) => value.$method($($argument,)* visitor),
                Self::Json(text) => Reader::strict(text).$method($($argument,)* visitor),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Mismatch;

    either! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }
}
