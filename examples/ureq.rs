//! Hardline over ureq, without an executor. Prints the versions of a homeserver in the process.
use bytes::Bytes;
use hardline::client::{BlockingClient, BlockingTransport};
use hardline::client_api::discovery::GetVersions;
use hardline::wire::{Failure, FailureClass, Target};

struct Ureq(ureq::Agent);

impl BlockingTransport for Ureq {
    fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Bytes>, Failure> {
        let answer = self.0.run(request).and_then(|mut answer| {
            let body = answer.body_mut().read_to_vec()?; // 10 MB at most
            Ok(answer.map(|_| body.into()))
        });
        answer.map_err(|error| Failure::new(FailureClass::Interrupted, error))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let homeserver = hardline_loopback::Loopback::start()?;
    // Every status is an answer, and a token must not follow a redirect.
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let config = config.max_redirects(0).max_redirects_will_error(false);
    let transport = Ureq(config.build().into());
    let target = Target::homeserver(homeserver.url())?;
    let client = BlockingClient::new(transport, hardline_isahc::BlockingClock, target);
    println!("{}", client.call(GetVersions::new())?.versions.join(" "));
    Ok(())
}
