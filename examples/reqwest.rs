//! Hardline over reqwest: a closure is a transport. Prints the versions of a homeserver in the process.
use hardline::client::{Client, transport_fn};
use hardline::client_api::discovery::GetVersions;
use hardline::wire::{Failure, FailureClass, Target};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let homeserver = hardline_loopback::Loopback::start()?;
    let no_redirects = reqwest::redirect::Policy::none(); // a token must not follow one
    let reqwest = reqwest::Client::builder().redirect(no_redirects).build()?;
    let send = async |request: http::Request<Vec<u8>>| {
        let response = reqwest.execute(request.try_into()?).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut answer = http::Response::new(response.bytes().await?); // however large
        (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
        Ok(answer)
    };
    let failed = |error: reqwest::Error| match error.is_connect() {
        true => Failure::new(FailureClass::Connect, error.without_url()),
        false => Failure::new(FailureClass::Interrupted, error.without_url()),
    };
    let transport = transport_fn(|request| async { send(request).await.map_err(failed) });
    let target = Target::homeserver(homeserver.url())?;
    let client = Client::new(transport, hardline_hyper::TokioClock, target);
    let versions = client.call(GetVersions::new()).await?.versions;
    println!("{}", versions.join(" "));
    Ok(())
}
