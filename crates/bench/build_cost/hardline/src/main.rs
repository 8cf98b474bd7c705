//! Requests a text message and reads the response: with Hardline.

use std::io::Read as _;

use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
use hardline::types::{ClientSecret, CountryCode};
use hardline::wire::{self, Credentials, Target};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let operation = RequestTokenTo3pidMsisdn::new(
        ClientSecret::parse("monkeys_are_GREAT")?,
        CountryCode::parse("GB")?,
        "07700900001".to_owned(),
        1,
    );
    let target = Target::homeserver("https://example.org")?;
    let request = wire::encode(&operation, &target, &Credentials::None)?;
    println!("{} {}", request.method(), request.uri());
    println!("{}", String::from_utf8_lossy(request.body()));

    let status = std::env::args().nth(1).unwrap_or("200".to_owned());
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let response = http::Response::builder().status(&*status).body(body)?;
    match wire::decode::<RequestTokenTo3pidMsisdn>(response) {
        Ok(session) => println!("{}", session.sid),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
