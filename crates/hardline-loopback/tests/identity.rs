//! The identity server of a loopback, over sockets and without.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to end it")]

use std::io::{Read, Write};
use std::net::TcpStream;

use hardline::client::BlockingTransport;
use hardline::identity_api::versions::{GetVersions, GetVersionsResponse, PingV2};
use hardline::wire::{self, BaseUrl, Credentials, Endpoint, ErrorCode, Target};
use hardline_loopback::{Fault, Loopback};

fn call<E: Endpoint>(loopback: &Loopback, operation: &E) -> Result<E::Response, wire::Error> {
    let target = Target::IdentityServer(BaseUrl::parse(loopback.url()).unwrap());
    let request = wire::encode(operation, &target, &Credentials::None)?;
    let response = BlockingTransport::send(&loopback.transport(), request)?;
    wire::decode::<E>(response)
}

#[test]
fn it_is_reached_over_sockets_at_the_homeservers_url() {
    let loopback = Loopback::builder().base_path("matrix").start().unwrap();
    let mut connection = TcpStream::connect(loopback.local_addr()).unwrap();
    let request =
        "GET /matrix/_matrix/identity/v2 HTTP/1.1\r\nhost: loopback\r\nconnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.ends_with("\r\n\r\n{}"), "{response}");
}

#[test]
fn it_is_reached_without_sockets_and_can_be_made_to_fail() {
    let loopback = Loopback::builder().base_path("matrix").start().unwrap();
    call(&loopback, &PingV2::new()).unwrap();
    loopback.set_fault("/_matrix/identity/", Fault::BadGateway);
    let error = call(&loopback, &PingV2::new()).unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
}

#[test]
fn an_answer_of_ones_own_takes_the_place_of_the_servers() {
    let loopback = Loopback::builder()
        .on(|_, _: GetVersions| Ok(GetVersionsResponse::default()))
        .start()
        .unwrap();
    assert!(
        call(&loopback, &GetVersions::new())
            .unwrap()
            .versions
            .is_empty()
    );
}

#[test]
fn what_only_looks_like_it_is_not_its_own() {
    let loopback = Loopback::start().unwrap();
    let request = http::Request::get(format!("{}/_matrix/identityx", loopback.url()));
    let response = BlockingTransport::send(&loopback.transport(), request.body(vec![]).unwrap());
    let error = wire::decode::<PingV2>(response.unwrap()).unwrap_err();
    assert_eq!(error.errcode(), Some(&ErrorCode::Unrecognized));
}
