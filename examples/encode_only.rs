//! Only the wire: Hardline encodes and decodes, and the command `curl` does the sending. No flow, no client, no transport.
use std::io::Write;
use std::process::{Command, Stdio};

use hardline::client_api::account::GetTokenOwner;
use hardline::client_api::session::Login;
use hardline::wire::{Credentials, Endpoint, Target, UserIdentifier};

type Failure = Box<dyn std::error::Error>;

/// Sends a request and gives its response: the status stands behind the body.
fn curl(request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, Failure> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--write-out", "\n%{http_code}"]);
    command.args(["--request", request.method().as_str()]);
    // Other users of the machine can read arguments, and a token is a secret: so all of it goes through standard input.
    let mut config = format!("url = \"{}\"\n", request.uri());
    for (name, value) in request.headers() {
        config += &format!("header = \"{name}: {}\"\n", value.to_str()?);
    }
    if !request.body().is_empty() {
        let body = String::from_utf8(request.body().clone())?;
        let quoted = body.replace('\\', "\\\\").replace('"', "\\\"");
        config += &format!("data-binary = \"{quoted}\"\n");
    }
    command
        .args(["--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut running = command.spawn()?;
    let mut input = running.stdin.take().ok_or("it has no standard input")?;
    input.write_all(config.as_bytes())?;
    drop(input);
    let printed = running.wait_with_output()?;
    if !printed.status.success() {
        return Err(format!("curl: {}", printed.status).into());
    }
    let at = printed.stdout.iter().rposition(|byte| *byte == b'\n');
    let (body, status) = printed.stdout.split_at(at.ok_or("there is no status")?);
    let mut response = http::Response::new(body.to_vec());
    *response.status_mut() = std::str::from_utf8(status)?.trim().parse()?;
    Ok(response)
}

fn call<E: Endpoint>(
    operation: &E,
    target: &Target,
    credentials: &Credentials,
) -> Result<E::Response, Failure> {
    let request = hardline::encode(operation, target, credentials)?;
    println!("{} {}", request.method(), request.uri().path());
    Ok(hardline::decode::<E>(curl(request)?)?)
}

fn main() -> Result<(), Failure> {
    let homeserver = hardline_loopback::Loopback::builder().account("alice", "wonderland");
    let homeserver = homeserver.start()?;
    let target = Target::homeserver(homeserver.url())?;
    let login = Login::password(UserIdentifier::user("alice"), "wonderland".into());
    let session = call(&login, &target, &Credentials::None)?;
    let credentials = Credentials::Token(session.access_token);
    let owner = call(&GetTokenOwner::new(), &target, &credentials)?;
    println!("the token is {}'s", owner.user_id);
    Ok(())
}
