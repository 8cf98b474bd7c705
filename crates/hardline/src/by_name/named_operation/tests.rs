use serde::{Deserialize, Serialize};

use super::*;
use crate::by_name::Operations;
use crate::json::{Presence, StructShape};
use crate::types::RawBytes;
use crate::wire::ResponseBody;

/// Says what a struct's JSON looks like.
macro_rules! shaped {
    ($type:ident { $($name:literal: $field:ty, $presence:ident;)+ }) => {
        impl Shaped for $type {
            const SHAPE: &'static Shape = &Shape::Struct(&StructShape {
                name: stringify!($type),
                fields: &[$(FieldShape {
                    name: $name,
                    shape: <$field>::SHAPE,
                    presence: Presence::$presence,
                },)+],
                is_strict: false,
            });
        }
    };
}

shaped! { PutThing {
    "roomId": String, Required;
    "at": Option<u64>, Optional;
    "name": String, Required;
    "parts": Vec<Part>, Required;
} }
shaped! { Part { "kind": String, Required; "size": Option<u64>, Optional; } }
shaped! { GetThing { "id": String, Required; } }
shaped! { Swap { "content_type": Option<String>, Optional; "picture": RawBytes, Required; } }

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

fn encoded<E: Endpoint<Response: Shaped> + Shaped>(arguments: &str) -> Result<String, String> {
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
    let fields = NamedOperation::of::<PutThing>().fields();
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["roomId", "at", "name", "parts"]);
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
            r#"{"at": null, "parts": [{"kind": "a"}, {"size": 1}]}"#,
            "cs:putThing cannot be sent: it lacks roomId, name, parts/1/kind, which are required",
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
    let decode = |body: &'static str| NamedOperation::of::<GetThing>().decode(Response::new(body));
    let answer = decode(r#"{"size": "?", "more": 1, "kind": "k"}"#).unwrap();
    assert_eq!(answer.value.as_str(), r#"{"kind":"k"}"#);
    assert_eq!(answer.warnings.count(), 1);
    assert_eq!(answer.field::<u64>("more"), Some(1));
    let error = decode(r#"{"errcode": "M_UNKNOWN"}"#).unwrap_err();
    assert_eq!(error.errcode(), Some(&crate::wire::ErrorCode::Unknown));
}

#[test]
fn an_element_that_is_not_json_is_left_out_wherever_a_type_would_keep_it() {
    let decode = |name: &str, body: &'static str| {
        let operation = Operations::all().find(name).unwrap();
        operation.decode(Response::new(body))
    };
    let body = r#"{"start":"a","chunk":[{"n":1},{"n":tru},{"n":[2,]},{"n":3}],"end":"b"}"#;
    let response = decode("cs:getRoomEvents", body).unwrap();
    let value: JsonObject = response.value.deserialize().unwrap();
    assert_eq!(value.raw("chunk").unwrap().as_str(), r#"[{"n":1},{"n":3}]"#);
    let pointers: Vec<_> = response
        .warnings
        .iter()
        .map(|warning| &*warning.pointer)
        .collect();
    assert_eq!(pointers, ["/chunk/1", "/chunk/2"]);
    assert_eq!(response.body, body.as_bytes());

    let body = r#"{"next_batch":"a","rooms":{"join":{"!a:b":{"timeline":{"events":[{"n":tru},{"n":1}]}}}}}"#;
    let response = decode("cs:sync", body).unwrap();
    assert!(
        response.value.as_str().contains(r#""events":[{"n":1}]"#),
        "{}",
        response.value.as_str()
    );
    let warning = response.warnings.iter().next().unwrap();
    assert_eq!(warning.pointer, "/rooms/join/!a:b/timeline/events/0");

    // What is read has to be JSON.
    for body in [
        r#"{"start":tru,"chunk":[]}"#,
        r#"{"start":"a","chunk":[{"n":1}"#,
        "<html>",
    ] {
        assert!(decode("cs:getRoomEvents", body).is_err(), "{body}");
    }
}

#[test]
fn a_map_s_entry_that_cannot_be_mended_is_left_out_alone() {
    let body =
        r#"{"next_batch":"a","rooms":{"join":{"!a:b":{"timeline":{"limited":tru}},"!c:d":{}}}}"#;
    let sync = Operations::all().find("cs:sync").unwrap();
    let response = sync.decode(Response::new(body)).unwrap();
    assert!(
        response.value.as_str().contains("!c:d"),
        "{}",
        response.value.as_str()
    );
    let pointers: Vec<_> = response
        .warnings
        .iter()
        .map(|warning| &*warning.pointer)
        .collect();
    assert_eq!(pointers, ["/rooms/join/!a:b"]);
}
