use std::borrow::Cow;

use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use percent_encoding::percent_decode_str;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error;
use serde_json::value::RawValue;

use super::{ErrorResponse, Route};
use crate::types::AccessToken;
use crate::wire::decode_warning::WarningReason;
use crate::wire::{Body, Endpoint, ErrorCode, scan};

/// Reads the request of an operation: what [`encode`](crate::wire::encode) wrote, or any client.
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
/// `M_NOT_JSON`, `M_BAD_JSON` or `M_MISSING_PARAM`, with status 400.
pub fn decode_request<E: Endpoint + DeserializeOwned>(
    route: &Route,
    request: &Request<impl AsRef<[u8]>>,
) -> Result<E, ErrorResponse> {
    let fields = fields(route, request)?;
    E::deserialize(MapDeserializer::new(fields.into_iter())).map_err(|error| refusal(&error))
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

/// The fields of the request, from the path, the query and the body.
fn fields<'de>(
    route: &Route,
    request: &'de Request<impl AsRef<[u8]>>,
) -> Result<Vec<(Cow<'de, str>, Value<'de>)>, ErrorResponse> {
    let captures = route.captures.iter();
    let mut fields: Vec<(Cow<'de, str>, Value<'de>)> = captures
        .map(|(name, text)| (Cow::Borrowed(*name), Value::Texts(vec![text.clone()])))
        .collect();
    for (name, text) in pairs(request.uri().query().unwrap_or_default()) {
        if !route.operation.query_fields().contains(&name.as_str()) {
            continue;
        }
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, Value::Texts(texts))) => texts.push(text),
            _ => fields.push((Cow::Owned(name), Value::Texts(vec![text]))),
        }
    }
    let body = request.body().as_ref();
    let not_json = || ErrorResponse::bad_request(ErrorCode::NotJson, "the body is not JSON");
    match route.operation.body_kind() {
        Body::Empty => {}
        Body::Whole(field) => {
            let value: &RawValue = serde_json::from_slice(body).map_err(|_| not_json())?;
            fields.push((Cow::Borrowed(field), Value::Json(value)));
        }
        Body::Raw(field) => {
            fields.push((Cow::Borrowed(field), Value::Bytes(body)));
            if let Some(content_type) = request
                .headers()
                .get(CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
            {
                fields.push((
                    Cow::Borrowed("content_type"),
                    Value::Texts(vec![content_type.to_owned()]),
                ));
            }
        }
        Body::Members => {
            let _: &RawValue = serde_json::from_slice(body).map_err(|_| not_json())?;
            if body.trim_ascii_start().first() != Some(&b'{') {
                return Err(ErrorResponse::bad_request(
                    ErrorCode::BadJson,
                    "the body is not a JSON object",
                ));
            }
            for (name, value) in scan::members(body) {
                let name: String = serde_json::from_slice(name).map_err(|_| not_json())?;
                let value: &RawValue = serde_json::from_slice(value).map_err(|_| not_json())?;
                // What the path or the query says is not said again.
                if !fields.iter().any(|(known, _)| *known == name) {
                    fields.push((Cow::Owned(name), Value::Json(value)));
                }
            }
        }
    }
    Ok(fields)
}

/// The pairs of a query string, as browsers and every HTTP library write them.
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(move |pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
}

fn refusal(error: &Error) -> ErrorResponse {
    match WarningReason::of(error) {
        WarningReason::Missing(name) => ErrorResponse::bad_request(
            ErrorCode::MissingParam,
            &format!("{name} is required and missing"),
        ),
        WarningReason::Expected(expected) => ErrorResponse::bad_request(
            ErrorCode::BadJson,
            &format!("a value is not of its type: expected {expected}"),
        ),
        _ => ErrorResponse::bad_request(ErrorCode::BadJson, "a value is not one that can be used"),
    }
}

/// Where the value of a field comes from.
enum Value<'de> {
    /// The path, or the query, which may repeat a name.
    Texts(Vec<String>),
    /// A member of the body.
    Json(&'de RawValue),
    /// The body.
    Bytes(&'de [u8]),
}

impl<'de> IntoDeserializer<'de, Error> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Value<'_> {
    /// Paths and queries are text; the type that is asked for says what the text is.
    fn parsed<T: std::str::FromStr>(texts: &[String]) -> Result<T, Error> {
        let [text] = texts else {
            return Err(Error::custom("a value stands there twice"));
        };
        text.parse()
            .map_err(|_| Error::custom("a value in the path or the query cannot be read"))
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self {
                Self::Texts(texts) => visitor.$visit(Self::parsed::<$type>(&texts)?),
                Self::Json(raw) => raw.$method(visitor),
                Self::Bytes(_) => self.deserialize_any(visitor),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Texts(mut texts) => match (texts.pop(), texts.is_empty()) {
                (Some(text), true) => visitor.visit_string(text),
                _ => Err(Error::custom("a value stands there twice")),
            },
            Self::Json(raw) => raw.deserialize_any(visitor),
            Self::Bytes(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
        }
    }

    parsed! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f32 f32,
        deserialize_f64 visit_f64 f64,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Json(raw) => raw.deserialize_option(visitor),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Json(raw) => raw.deserialize_newtype_struct(name, visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Texts(texts) => visitor.visit_seq(SeqDeserializer::new(texts.into_iter())),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Json(raw) => raw.deserialize_enum(name, variants, visitor),
            Self::Texts(texts) => {
                visitor.visit_enum(Self::parsed::<String>(&texts)?.into_deserializer())
            }
            Self::Bytes(_) => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}
