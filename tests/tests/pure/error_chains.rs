//! What a program prints that prints an error and all its sources.

use std::error::Error as StdError;
use std::io;

use hardline::by_name;
use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::session::Logout;
use hardline::flow::{FlowError, Prompt};
use hardline::types::UserId;
use hardline::wire::{
    self, AuthType, BaseUrl, Credentials, EncodeError, Endpoint, Error, Failure, FailureClass,
    Target, TargetKind,
};
use hardline_har::ReplayError;
use hardline_tests::error_chain::{levels, repetition};

fn decoded(status: u16, body: &str) -> Error {
    let response = http::Response::builder()
        .status(status)
        .header("location", "https://other.example/x")
        .header("content-type", "text/html")
        .body(body.to_owned())
        .unwrap();
    wire::decode::<GetTokenOwner>(response).unwrap_err()
}

fn encode_errors() -> Vec<EncodeError> {
    let operation = Logout::OPERATION.name();
    let by_name = |name: &str, arguments: &str| {
        let arguments = serde_json::from_str(arguments).unwrap();
        let target = Target::homeserver("https://example.org").unwrap();
        by_name::encode_json(name, &arguments, &target, &Credentials::None).unwrap_err()
    };
    vec![
        EncodeError::WrongTarget {
            operation,
            expected: TargetKind::IdentityServer,
        },
        EncodeError::Unsupported { operation },
        EncodeError::MissingToken { operation },
        EncodeError::UnsendableToken,
        EncodeError::UnsendableSegment { field: "userId" },
        EncodeError::MissingSegment {
            field: "userId".to_owned(),
        },
        EncodeError::Incomplete {
            given: "id_server",
            missing: "id_access_token",
        },
        EncodeError::Unencodable("a map with keys that are no text".to_owned()),
        EncodeError::Url(BaseUrl::parse("gopher://x").unwrap_err()),
        EncodeError::Text(UserId::parse("alice").unwrap_err()),
        by_name("nothing", "{}"),
        by_name("logi", "{}"),
        by_name("logout", "{}"),
        by_name("cs:logout", r#"{"x": 1}"#),
        by_name("cs:refresh", "{}"),
        by_name("cs:refresh", r#"{"refresh_token": []}"#),
    ]
}

fn failures() -> Vec<Failure> {
    let layered = io::Error::other(io::Error::other("the root"));
    let mut failures = vec![
        Failure::new(FailureClass::Interrupted, layered),
        Failure::new(
            FailureClass::Interrupted,
            Failure::new(
                FailureClass::Refused,
                io::Error::other("connection refused"),
            ),
        ),
    ];
    for class in FailureClass::ALL {
        failures.push(Failure::new(*class, "the detail"));
        failures.push(Failure::new(*class, Layer));
    }
    failures
}

/// An error with a source of its own that it does not display.
#[derive(Debug)]
struct Layer;

impl std::fmt::Display for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a layer failed")
    }
}

impl StdError for Layer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&std::fmt::Error)
    }
}

fn protocol_errors() -> Vec<Error> {
    let encoded = encode_errors().into_iter().map(Error::from);
    let failed = failures().into_iter().map(Error::from);
    let responded = [
        decoded(400, r#"{"errcode": "M_UNKNOWN", "error": "no"}"#),
        decoded(200, r#"{"errcode": "M_UNKNOWN"}"#),
        decoded(
            401,
            r#"{"flows": [{"stages": ["m.login.password"]}], "error": "wrong"}"#,
        ),
        decoded(502, "<html>"),
        decoded(302, ""),
        decoded(304, ""),
        decoded(206, ""),
        decoded(200, "<html>"),
        decoded(200, "\u{1f}\u{8b}"),
        decoded(200, "{}"),
        decoded(200, r#"{"user_id": {}}"#),
    ];
    encoded.chain(failed).chain(responded).collect()
}

#[test]
fn no_chain_of_errors_repeats_itself() {
    let mut errors: Vec<Box<dyn StdError>> = Vec::new();
    errors.extend(
        encode_errors()
            .into_iter()
            .map(|error| Box::new(error) as _),
    );
    errors.extend(failures().into_iter().map(|error| Box::new(error) as _));
    errors.extend(
        protocol_errors()
            .into_iter()
            .map(|error| Box::new(error) as _),
    );
    for source in protocol_errors() {
        let operation = Logout::OPERATION.name();
        errors.push(Box::new(FlowError::Refused { operation, source }));
    }
    for source in protocol_errors() {
        errors.push(Box::new(FlowError::UnknownAuthentication(source)));
    }
    errors.push(Box::new(FlowError::NoKnownAlgorithm));
    errors.push(Box::new(FlowError::NoSuchLogin {
        wanted: AuthType::Password,
        offered: vec![AuthType::Sso, AuthType::Token],
    }));
    errors.push(Box::new(FlowError::Cancelled));
    for source in protocol_errors().into_iter().map(Some).chain([None]) {
        let prompt = Prompt::Retry;
        errors.push(Box::new(FlowError::Unanswered { prompt, source }));
    }
    errors.push(Box::new(ReplayError::Read(io::Error::other(
        "no such file",
    ))));
    let syntax = serde_json::from_str::<u8>("x").unwrap_err();
    errors.push(Box::new(ReplayError::Parse(syntax)));
    for error in &errors {
        assert_eq!(repetition(&**error), None, "{:?}", levels(&**error));
    }
    // What is not displayed yet is still told.
    let failure = Failure::new(FailureClass::Tls, Layer);
    assert_eq!(
        levels(&failure),
        [
            "no trusted TLS connection could be made: a layer failed".to_owned(),
            std::fmt::Error.to_string(),
        ]
    );
    assert!(errors.len() > 150, "{}", errors.len());
}
