//! TLS with two cryptography providers compiled in: rustls panics if none was chosen.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;

use hardline::client::Transport;
use hardline_hyper::{HyperBuilder, HyperTransport};
use hardline_isahc::{IsahcBuilder, IsahcTransport};
use hardline_tests::misbehaving::{Authority, Certificate, OK, Server, read_request, start_tls};
use http::Request;

#[test]
fn a_program_with_two_providers_and_no_choice_does_not_panic() {
    let without_choice = std::panic::catch_unwind(rustls::ClientConfig::builder);
    assert!(
        without_choice.is_err(),
        "there is only one provider here, so this tests nothing"
    );

    let authority = Authority::new();
    let server = server(&authority);
    for builder in [
        HyperTransport::builder(),
        HyperTransport::builder().aws_lc_rs(),
        HyperTransport::builder().webpki_roots(),
        HyperTransport::builder().aws_lc_rs().webpki_roots(),
    ] {
        over_hyper(builder, &server, &authority);
    }
    // Nor does it choose one for the whole program, as curl does.
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    for builder in [
        IsahcTransport::builder(),
        IsahcTransport::builder().webpki_roots(),
    ] {
        over_isahc(builder, &server, &authority);
    }
}

fn over_hyper(builder: HyperBuilder, server: &Server, authority: &Authority) {
    let transport = builder.add_root_certificate(authority.pem()).build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let exchange = transport.unwrap().send(request(server));
    let response = runtime.unwrap().block_on(exchange).unwrap();
    assert_eq!(response.status(), 200);
}

fn over_isahc(builder: IsahcBuilder, server: &Server, authority: &Authority) {
    let transport = builder.add_root_certificate(authority.pem()).build();
    let exchange = transport.unwrap().send(request(server));
    let response = futures_lite::future::block_on(exchange).unwrap();
    assert_eq!(response.status(), 200);
}

fn request(server: &Server) -> Request<Vec<u8>> {
    let url = format!("https://{server}/");
    Request::get(url).body(Vec::new()).unwrap()
}

fn server(authority: &Authority) -> Server {
    start_tls(
        authority.server(Certificate::Valid, &[]),
        |_, mut session| {
            while read_request(&mut session).is_some() {
                let _ = session.write_all(OK);
            }
        },
    )
}
