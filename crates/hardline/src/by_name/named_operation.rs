use std::fmt;

use bytes::Bytes;
use http::{Request, Response, response};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor, value};
use serde::forward_to_deserialize_any;

use super::ByNameError;
use crate::json::{
    DecodeWarning, DecodeWarnings, JsonKind, JsonObject, JsonWriter, RawJson, Reader, WarningReason,
};
use crate::wire::server::ServerEndpoint;
use crate::wire::{
    ApiResponse, Body, Credentials, DecodeError, EncodeError, Error, ExtraParams, Operation,
    Routed, Target, decode_with, encode_with, read, route,
};

/// An operation that takes its fields, and returns its response, as JSON.
///
/// ```
/// use hardline::by_name::Operations;
///
/// let login = Operations::all().find("cs:login")?;
/// assert!(login.fields().contains(&"device_id"));
/// # Ok::<(), hardline::by_name::ByNameError>(())
/// ```
#[derive(Clone, Copy)]
pub struct NamedOperation {
    operation: &'static Operation,
    fields: &'static [&'static str],
    encode: Encode,
    decode: Decode,
}

/// Takes the JSON text of the arguments that the operation knows, and everything else that is sent.
type Encode =
    fn(&[u8], &ExtraParams, &Target, &Credentials) -> Result<Request<Vec<u8>>, EncodeError>;

/// Turns the response into the JSON text of its type.
type Decode =
    fn(&response::Parts, &Bytes) -> Result<(JsonText, DecodeWarnings), Option<DecodeError>>;

type JsonText = Result<Vec<u8>, EncodeError>;

impl NamedOperation {
    pub(super) fn of<E: ServerEndpoint>() -> Self {
        Self {
            operation: const { &E::OPERATION },
            fields: fields_of::<E>(),
            encode: encode::<E>,
            decode: decode::<E>,
        }
    }

    /// The constant that describes the operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The names of all its fields: those of the path, the query and the body.
    pub fn fields(&self) -> &'static [&'static str] {
        self.fields
    }

    /// Builds the HTTP request; the fields are the members of `arguments`.
    ///
    /// ```
    /// use hardline::by_name::Operations;
    /// use hardline::json::JsonObject;
    /// use hardline::wire::{Credentials, Target};
    ///
    /// let register = Operations::all().find("cs:register")?;
    /// let target = Target::homeserver("https://example.org")?;
    /// let encode = |arguments: &str| {
    ///     let arguments: JsonObject = serde_json::from_str(arguments).expect("it is JSON");
    ///     register.encode(&arguments, &target, &Credentials::None)
    /// };
    /// let request = encode(r#"{"kind": "guest", "username": null, "org.example.hue": 7}"#)?;
    /// assert_eq!(request.uri().query(), Some("kind=guest"));
    /// assert_eq!(request.body(), br#"{"org.example.hue":7}"#);
    /// assert_eq!(
    ///     encode(r#"{"device_id": 5}"#).unwrap_err().to_string(),
    ///     "cs:register cannot be sent: device_id is a number, not a string",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`EncodeError::ByName`] if the arguments do not fit; otherwise the errors of [`encode`](crate::wire::encode).
    pub fn encode(
        &self,
        arguments: &JsonObject,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let (known, extra_params) = self.sorted(arguments)?;
        (self.encode)(
            &JsonWriter::text_of(&known)?,
            &extra_params,
            target,
            credentials,
        )
    }

    /// Reads the response. The value holds the fields of the response type: bad fields are skipped and reported in
    /// [`warnings`](ApiResponse::warnings), fields that header fields carry are members, and members that the type does
    /// not know are found in [`body`](ApiResponse::body).
    ///
    /// # Errors
    /// As [`decode`](crate::wire::decode).
    pub fn decode(
        &self,
        response: Response<impl Into<Bytes>>,
    ) -> Result<ApiResponse<RawJson>, Error> {
        let response = decode_with(response.map(Into::into), self.decode)?;
        Ok(ApiResponse {
            value: raw(response.value?)?,
            status: response.status,
            headers: response.headers,
            body: response.body,
            warnings: response.warnings,
        })
    }

    /// The arguments that the operation knows, and those that are sent although it does not know them.
    fn sorted(&self, arguments: &JsonObject) -> Result<(JsonObject, ExtraParams), ByNameError> {
        let mut known = JsonObject::new();
        let mut extra_params = ExtraParams::default();
        for (name, value) in arguments.iter() {
            if value.as_str() == "null" {
                continue;
            }
            if self.fields.contains(&name) {
                known.insert_raw(name.to_owned(), value.clone());
            } else if !name.contains('.') {
                return Err(ByNameError::UnknownArgument {
                    operation: self.operation.name(),
                    name: name.to_owned(),
                    known: self.fields,
                });
            } else if matches!(self.operation.body, Body::Members | Body::Form) {
                extra_params
                    .members
                    .insert_raw(name.to_owned(), value.clone());
            } else {
                let text = query_text(self.operation, name, value)?;
                extra_params.query.push((name.to_owned(), text));
            }
        }
        Ok((known, extra_params))
    }
}

impl fmt::Debug for NamedOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NamedOperation")
            .field(&format_args!("{}", self.operation.name()))
            .finish()
    }
}

// These are compiled for each operation, so code that does not depend on its type is elsewhere.

fn encode<E: ServerEndpoint>(
    known: &[u8],
    extra_params: &ExtraParams,
    target: &Target,
    credentials: &Credentials,
) -> Result<Request<Vec<u8>>, EncodeError> {
    let constant = const { &E::OPERATION };
    let operation: E = Reader::decode_all(known).map_err(|warning| wrong(constant, warning))?;
    operation.check()?;
    let route = |routed: &mut Routed| route(&operation, routed);
    encode_with(
        constant,
        None,
        &route,
        Some(extra_params),
        target,
        credentials,
    )
}

fn decode<E: ServerEndpoint>(
    head: &response::Parts,
    body: &Bytes,
) -> Result<(JsonText, DecodeWarnings), Option<DecodeError>> {
    let (value, warnings) = read::<E>(head, body)?;
    Ok((
        JsonWriter::text_of(&value).map_err(EncodeError::from),
        warnings,
    ))
}

fn raw(text: Vec<u8>) -> Result<RawJson, EncodeError> {
    let text = Bytes::from(text);
    Reader::decode_all_of(&text, &text).map_err(EncodeError::unencodable)
}

fn query_text(operation: &Operation, name: &str, value: &RawJson) -> Result<String, ByNameError> {
    match JsonKind::of(value.as_bytes()) {
        JsonKind::Boolean | JsonKind::Number if value.checked().is_ok() => {
            Ok(value.as_str().to_owned())
        }
        kind => value.deserialize().map_err(|_| {
            let reason = WarningReason::Expected("a string, a number or a boolean".to_owned());
            let pointer = format!("/{name}");
            wrong(
                operation,
                DecodeWarning {
                    pointer,
                    reason,
                    kind,
                },
            )
        }),
    }
}

fn wrong(operation: &Operation, warning: DecodeWarning) -> ByNameError {
    ByNameError::WrongArgument {
        operation: operation.name(),
        warning,
    }
}

/// The names of a type's fields, as serde knows them.
fn fields_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &[&str] = &[];
    // `Fields` records the names when the type passes them, and then fails.
    let _ = T::deserialize(Fields(&mut fields));
    fields
}

struct Fields<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Fields<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, value::Error> {
        Err(value::Error::custom("an operation is a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, value::Error> {
        *self.0 = fields;
        Err(value::Error::custom("that is all"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::types::RawBytes;
    use crate::wire::{Endpoint, ResponseBody};

    #[derive(Serialize, Deserialize)]
    struct PutThing {
        #[serde(rename = "roomId")]
        room_id: String,
        at: Option<u64>,
        name: String,
        parts: Vec<Part>,
    }

    #[derive(Serialize, Deserialize)]
    struct Part {
        kind: String,
        size: Option<u64>,
    }

    impl Endpoint for PutThing {
        const OPERATION: Operation =
            Operation::put("putThing", "/_matrix/client/v3/rooms/{roomId}/thing").query(&["at"]);
        type Response = Option<Part>;
    }

    #[derive(Serialize, Deserialize)]
    struct GetThing {
        id: String,
    }

    impl Endpoint for GetThing {
        const OPERATION: Operation =
            Operation::get("getThing", "/_matrix/client/v3/thing/{id}").query(&[]);
        type Response = Part;
    }

    #[derive(Serialize, Deserialize)]
    struct Swap {
        content_type: Option<String>,
        picture: RawBytes,
    }

    impl Endpoint for Swap {
        const OPERATION: Operation = Operation::post("swap", "/_matrix/client/v3/swap")
            .body(Body::Raw("picture"))
            .response_headers(&[("content-type", "content_type")])
            .response_body(ResponseBody::Bytes("picture"));
        type Response = Self;
    }

    fn encoded<E: ServerEndpoint>(arguments: &str) -> Result<String, String> {
        let target = Target::homeserver("https://example.org").unwrap();
        let arguments: JsonObject = serde_json::from_str(arguments).unwrap();
        let named = NamedOperation::of::<E>();
        match named.encode(&arguments, &target, &Credentials::None) {
            Ok(request) => Ok(format!(
                "{} {}",
                request.uri().path_and_query().unwrap(),
                String::from_utf8_lossy(request.body())
            )),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn each_argument_goes_where_the_constant_says() {
        assert_eq!(
            NamedOperation::of::<PutThing>().fields(),
            ["roomId", "at", "name", "parts"]
        );
        let arguments = r#"{"parts": [{"kind": "a", "size": null}], "at": 7, "roomId": "!a/b:c", "name": "é",
            "org.example.x": {"y":[1]}}"#;
        assert_eq!(
            encoded::<PutThing>(arguments).unwrap(),
            r#"/_matrix/client/v3/rooms/%21a%2Fb%3Ac/thing?at=7 {"name":"é","parts":[{"kind":"a"}],"org.example.x":{"y":[1]}}"#
        );
        let arguments =
            r#"{"id": "1", "org.example.x": "a b", "org.example.y": 1.0, "org.example.z": null}"#;
        assert_eq!(
            encoded::<GetThing>(arguments).unwrap(),
            "/_matrix/client/v3/thing/1?org.example.x=a%20b&org.example.y=1.0 "
        );
    }

    #[test]
    fn bytes_are_base64_in_arguments_and_answers() {
        let arguments = r#"{"picture": "aGFsbG8", "content_type": "text/plain"}"#;
        assert_eq!(
            encoded::<Swap>(arguments).unwrap(),
            "/_matrix/client/v3/swap hallo"
        );
        assert_eq!(
            encoded::<Swap>(r#"{"picture": [104, 97]}"#).unwrap_err(),
            "cs:swap cannot be sent: picture is a list, not bytes as base64"
        );
        let response = Response::builder()
            .header("content-type", "image/gif")
            .body("hallo");
        let answer = NamedOperation::of::<Swap>().decode(response.unwrap());
        assert_eq!(
            answer.unwrap().value.as_str(),
            r#"{"content_type":"image/gif","picture":"aGFsbG8="}"#
        );
    }

    #[test]
    fn arguments_that_do_not_fit_are_named() {
        for (arguments, error) in [
            (
                r#"{"roomId": "r", "name": 5, "parts": []}"#,
                "cs:putThing cannot be sent: name is a number, not a string",
            ),
            (
                r#"{"roomId": "r", "parts": [{"kind": "a"}, {"kind": "b", "size": "secret"}], "name": "n"}"#,
                "cs:putThing cannot be sent: parts/1/size is a string, not u64",
            ),
            (
                r#"{"roomId": "r", "parts": [{"size": 1}], "name": "n"}"#,
                "cs:putThing cannot be sent: parts/0 lacks kind",
            ),
            (
                r#"{"name": "n", "parts": []}"#,
                "cs:putThing cannot be sent: it lacks roomId, which is required",
            ),
            (
                r#"{"roomId": null, "name": "n", "parts": []}"#,
                "cs:putThing cannot be sent: it lacks roomId, which is required",
            ),
            (
                r#"{"roomId": "..", "name": "n", "parts": []}"#,
                "roomId cannot be sent in a URL's path: it is empty, \".\" or \"..\"",
            ),
            (
                r#"{"room_id": "r"}"#,
                "cs:putThing has no field room_id: it has roomId, at, name, parts",
            ),
        ] {
            assert_eq!(encoded::<PutThing>(arguments).unwrap_err(), error);
        }
        assert_eq!(
            encoded::<GetThing>(r#"{"id": "1", "a.b": []}"#).unwrap_err(),
            "cs:getThing cannot be sent: a.b is a list, not a string, a number or a boolean"
        );
    }

    #[test]
    fn answers_are_told_as_their_types_have_them() {
        let decode =
            |body: &'static str| NamedOperation::of::<GetThing>().decode(Response::new(body));
        let answer = decode(r#"{"size": "?", "more": 1, "kind": "k"}"#).unwrap();
        assert_eq!(answer.value.as_str(), r#"{"kind":"k"}"#);
        assert_eq!(answer.warnings.count(), 1);
        assert_eq!(answer.field::<u64>("more"), Some(1));
        let error = decode(r#"{"errcode": "M_UNKNOWN"}"#).unwrap_err();
        assert_eq!(error.errcode(), Some(&crate::wire::ErrorCode::Unknown));
    }
}
