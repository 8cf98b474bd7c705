//! Requests a text message and reads the response: with Ruma.

use std::borrow::Cow;
use std::io::Read as _;

use ruma::api::auth_scheme::SendAccessToken;
use ruma::api::client::account::request_3pid_management_token_via_msisdn::v3::{Request, Response};
use ruma::api::{
    IncomingResponseExt as _, MatrixVersion, OutgoingRequestExt as _, SupportedVersions,
};
use ruma::{OwnedClientSecret, uint};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = OwnedClientSecret::try_from("monkeys_are_GREAT")?;
    let operation = Request::new(secret, "GB".to_owned(), "07700900001".to_owned(), uint!(1));
    let versions = SupportedVersions {
        versions: [MatrixVersion::V1_1].into(),
        features: [].into(),
    };
    let request = operation.try_into_http_request::<Vec<u8>>(
        "https://example.org",
        SendAccessToken::None,
        Cow::Owned(versions),
    )?;
    println!("{} {}", request.method(), request.uri());
    println!("{}", String::from_utf8_lossy(request.body()));

    let status = std::env::args().nth(1).unwrap_or("200".to_owned());
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let response = http::Response::builder().status(&*status).body(&body[..])?;
    match Response::try_from_http_response(response) {
        Ok(session) => println!("{}", session.sid),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
