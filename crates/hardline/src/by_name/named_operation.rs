mod missing;
mod sound_parts;

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};

use self::sound_parts::sound_parts;
use super::ByNameError;
use super::shaped_value::{FieldsOf, ShapedValue};
use crate::json::{
    DecodeWarning, FieldShape, JsonKind, JsonObject, JsonWriter, RawJson, Reader, Shape, Shaped,
    WarningReason,
};
#[cfg(feature = "flow")]
use crate::wire::AuthData;
use crate::wire::{
    ApiResponse, Body, Credentials, DecodeError, EncodeError, Endpoint, Error, ExtraParams,
    Operation, Routed, Target, decode_with, encode_with, read_seed,
};

/// An operation that takes its fields, and returns its response, as JSON.
///
/// ```
/// use hardline::by_name::Operations;
/// use hardline::json::Presence;
///
/// let login = Operations::all().find("cs:login")?;
/// let kind = login.fields().iter().find(|field| field.name == "type").expect("it has a type");
/// assert_eq!(kind.presence, Presence::Required);
/// assert_eq!(kind.shape.to_string(), "a string");
/// assert!(kind.shape.known().contains(&"m.login.password"));
/// # Ok::<(), hardline::by_name::ByNameError>(())
/// ```
#[derive(Clone, Copy)]
pub struct NamedOperation {
    operation: &'static Operation,
    request: &'static Shape,
    response: &'static Shape,
}

impl NamedOperation {
    pub(super) fn of<E: Endpoint<Response: Shaped> + Shaped>() -> Self {
        Self {
            operation: const { &E::OPERATION },
            request: E::SHAPE,
            response: E::Response::SHAPE,
        }
    }

    /// The constant that describes the operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// All its fields, those of the path, the query and the body: the name of each, whether it may be missing, and its
    /// shape, which words its kind and lists the values that the specification knows.
    pub fn fields(&self) -> &'static [FieldShape] {
        match self.request {
            Shape::Struct(request) => request.fields,
            _ => &[],
        }
    }

    /// What the JSON of the response looks like.
    pub fn response(&self) -> &'static Shape {
        self.response
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
        self.encode_with(self.sorted(arguments)?, target, credentials)
    }

    /// The same with a stage of user-interactive authentication.
    #[cfg(feature = "flow")]
    pub(crate) fn encode_authenticated(
        &self,
        arguments: &JsonObject,
        auth: &AuthData,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let (known, mut extra_params) = self.sorted(arguments)?;
        extra_params
            .members
            .insert("auth", auth)
            .expect("an object has a JSON form");
        self.encode_with((known, extra_params), target, credentials)
    }

    fn encode_with(
        &self,
        (known, extra_params): (JsonObject, ExtraParams),
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let fields = self.fields();
        let values = Reader::decode_all_seed(FieldsOf(fields), &JsonWriter::text_of(&known)?)
            .map_err(|warning| self.wrong_argument(warning, &known))?;
        let route = |routed: &mut Routed| {
            let mut values = fields.iter().zip(&values);
            values.try_for_each(|(field, value)| routed.json_field(field.name, value.as_deref()))
        };
        encode_with(
            self.operation,
            None,
            &route,
            Some(&extra_params),
            target,
            credentials,
        )
    }

    /// What is wrong with the arguments. All that is missing is told at once.
    fn wrong_argument(&self, warning: DecodeWarning, arguments: &JsonObject) -> ByNameError {
        if matches!(warning.reason, WarningReason::Missing(_)) {
            let names = missing::missing(self.fields(), arguments);
            if names.len() > 1 {
                let operation = self.operation.name();
                return ByNameError::MissingArguments { operation, names };
            }
        }
        wrong(self.operation, warning)
    }

    /// Reads the response. The value holds the fields of the response type: bad fields, and elements of lists that are not
    /// JSON, are skipped and reported in [`warnings`](ApiResponse::warnings), fields that header fields carry are members, and members that the type does
    /// not know are found in [`body`](ApiResponse::body).
    ///
    /// # Errors
    /// As [`decode`](crate::wire::decode).
    pub fn decode(
        &self,
        response: Response<impl Into<Bytes>>,
    ) -> Result<ApiResponse<RawJson>, Error> {
        let response = decode_with(self.operation, response.map(Into::into), |head, body| {
            let read = |body| read_seed(ShapedValue(self.response), self.operation, head, body);
            match read(body) {
                Err(Some(DecodeError::Syntax)) => {
                    let sound = sound_parts(self.response, body).ok_or(DecodeError::Syntax)?;
                    let (value, mut warnings) = read(&sound.text)?;
                    warnings.append(sound.left_out);
                    Ok((value, warnings))
                }
                read => read,
            }
        })?;
        let value = response.value.unwrap_or_else(|| b"null".to_vec());
        Ok(ApiResponse {
            value: raw(value)?,
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
            if self.fields().iter().any(|field| field.name == name) {
                known.insert_raw(name.to_owned(), value.clone());
            } else if !name.contains('.') {
                return Err(ByNameError::UnknownArgument {
                    operation: self.operation.name(),
                    name: name.to_owned(),
                    known: self.fields().iter().map(|field| field.name).collect(),
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

#[cfg(test)]
mod tests;
