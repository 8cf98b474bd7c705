//! Requests a text message and reads the response: without a library.

use std::io::Read as _;

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Request<'a> {
    client_secret: &'a str,
    country: &'a str,
    phone_number: &'a str,
    send_attempt: u64,
}

#[derive(Deserialize)]
struct Session {
    sid: String,
}

#[derive(Deserialize)]
struct Declined {
    errcode: String,
    error: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let body = serde_json::to_vec(&Request {
        client_secret: "monkeys_are_GREAT",
        country: "GB",
        phone_number: "07700900001",
        send_attempt: 1,
    })?;
    let path = "/_matrix/client/v3/account/3pid/msisdn/requestToken";
    let request = http::Request::post(format!("https://example.org{path}"))
        .header("content-type", "application/json")
        .body(body)?;
    println!("{} {}", request.method(), request.uri());
    println!("{}", String::from_utf8_lossy(request.body()));

    let status = std::env::args().nth(1).unwrap_or("200".to_owned());
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let response = http::Response::builder().status(&*status).body(body)?;
    if response.status().is_success() {
        let session: Session = serde_json::from_slice(response.body())?;
        println!("{}", session.sid);
    } else {
        let declined: Declined = serde_json::from_slice(response.body())?;
        println!(
            "{}: {}",
            declined.errcode,
            declined.error.unwrap_or_default()
        );
    }
    Ok(())
}
