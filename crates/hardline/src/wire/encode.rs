mod by_name_error;
mod encode_error;
pub(crate) mod fields;
mod path_template;
pub(crate) mod raw_body;
mod routed;
pub(crate) mod url_texts;

pub use by_name_error::ByNameError;
pub use encode_error::EncodeError;
pub(crate) use routed::Routed;

use http::Request;
use http::uri::PathAndQuery;
use serde::Serialize;

use crate::json::JsonWriter;
use crate::wire::encode::fields::{Fields, StructFields};
use crate::wire::encode::raw_body::bytes_of;
use crate::wire::encode::routed::Place;
use crate::wire::encode::url_texts::url_texts;
use crate::wire::operation::MaxResponseBytes;
use crate::wire::{Body, Credentials, Endpoint, ExtraParams, Operation, Target};

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
    for (name, value) in operation.fixed_fields {
        routed.fixed_field(name, value)?;
    }
    route(&mut routed)?;
    routed.check_required_together()?;
    if let Some(extra_params) = extra_params {
        routed.add(extra_params)?;
    }
    let mut request = routed.into_request(target, credentials)?;
    if let Some(most) = extra_params.and_then(|it| it.max_response_bytes) {
        request.extensions_mut().insert(MaxResponseBytes(most));
    }
    Ok(request)
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
            return self.0.member(name, value);
        }
        match self.0.place_of(name)? {
            Place::Member => self.0.member(name, value),
            Place::Whole => {
                self.0.set_body(name, JsonWriter::text_of(value)?);
                Ok(())
            }
            Place::Raw => {
                if const { KIND == WITH_BYTES } {
                    self.0.set_body(name, bytes_of(value)?.unwrap_or_default());
                }
                Ok(())
            }
            Place::Pairs => self.0.pairs(&JsonWriter::text_of(value)?),
            Place::Text(place) => self.0.put(name, place, &|take| url_texts(value, take)),
        }
    }
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
