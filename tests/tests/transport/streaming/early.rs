//! Servers that answer before they have the whole request.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hardline::client::ReadBody;
use hardline::wire::FailureClass;
use hardline_tests::adapter::Settings;
use hardline_tests::misbehaving::{Server, start};
use hardline_tests::runner::Backend;
use hardline_tests::streaming::{Ended, Exchange, STREAMING};

const REFUSAL: &[u8] = b"HTTP/1.1 413 Content Too Large\r\ncontent-type: application/json\r\n\
                         content-length: 25\r\nconnection: close\r\n\r\n{\"errcode\":\"M_TOO_LARGE\"}";

/// What a server does after its answer, and how that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    ReadsOn,
    ReadsNothing,
    EndsItsHalf,
    HangsUp,
}

const ALL: [(Then, &str); 4] = [
    (Then::ReadsOn, "reads on and throws away"),
    (
        Then::ReadsNothing,
        "reads no more, and waits for the client to hang up",
    ),
    (
        Then::EndsItsHalf,
        "ends its half of the connection and reads on",
    ),
    (Then::HangsUp, "hangs up at once, with bytes unread"),
];

/// A server that refuses a body of which it has read the beginning. It goes when the receiver does.
fn refusing(then: Then, end: Receiver<()>) -> Server {
    let end = Arc::new(Mutex::new(end));
    start(move |_, mut connection| {
        let mut buffer = vec![0; 64 * 1024];
        let _ = connection.read(&mut buffer);
        let _ = connection.write_all(REFUSAL);
        match then {
            Then::ReadsOn => drain(&mut connection),
            Then::ReadsNothing => {
                let _ = end.lock().unwrap().recv();
            }
            Then::EndsItsHalf => {
                let _ = connection.shutdown(Shutdown::Write);
                drain(&mut connection);
            }
            Then::HangsUp => {}
        }
    })
}

fn drain(connection: &mut TcpStream) {
    let mut buffer = vec![0; 64 * 1024];
    while connection.read(&mut buffer).is_ok_and(|read| read > 0) {}
}

/// What becomes of a refused upload: the status, or the class of its failure.
fn outcome(backend: Backend, then: Then) -> String {
    let (sender, end) = channel();
    let server = refusing(then, end);
    let source = |_| Ok(ReadBody::new(std::io::repeat(b'x'), 1 << 40));
    let mut settings = Settings::default();
    settings.limits.total = Duration::from_secs(5);
    let upload = Exchange::upload(&format!("http://{server}"), source);
    let seen = upload.settings(settings).run(backend);
    drop(sender);
    match seen.ended {
        Ended::Response(response) => {
            assert!(response.body().starts_with(b"{\"errcode\""), "{backend:?}");
            response.status().as_str().to_owned()
        }
        Ended::Failed(failure) => format!("{:?}", failure.class()),
        Ended::Body(_) => panic!("it is an upload"),
    }
}

#[test]
fn a_server_that_refuses_a_body_early_is_heard() {
    for backend in STREAMING {
        for (then, name) in ALL {
            let outcome = outcome(backend, then);
            if then == Then::HangsUp {
                // A reset may overtake the answer.
                let interrupted = format!("{:?}", FailureClass::Interrupted);
                assert!(
                    outcome == "413" || outcome == interrupted,
                    "{backend:?}: {outcome}"
                );
            } else {
                assert_eq!(outcome, "413", "{backend:?}, {name}");
            }
        }
    }
}

/// What the two libraries make of it.
pub(crate) fn table() -> String {
    let mut table =
        String::from("| the server | hardline-hyper | hardline-isahc |\n|---|---|---|\n");
    for (then, name) in ALL {
        let outcome = |backend| match then {
            Then::HangsUp => "413 or Interrupted, as it happens".to_owned(),
            _ => outcome(backend, then),
        };
        let (hyper, isahc) = (outcome(Backend::Hyper), outcome(Backend::Isahc));
        table += &format!("| {name} | {hyper} | {isahc} |\n");
    }
    table
}
