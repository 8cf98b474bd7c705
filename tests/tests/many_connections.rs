//! Very many connections at once, in a program of its own: curl, as isahc builds it, cannot use a socket with a number
//! above 1023, and would fail in any test that runs beside this one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Barrier};

use hardline_tests::adapter::{Adapter, Settings};
use hardline_tests::misbehaving::{OK, read_request, start};
use hardline_tests::runner::Backend;
use http::Request;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[test]
fn very_many_connections_that_are_closed_at_once_are_renewed() {
    allow_many_files();
    for (backend, many) in [
        (Backend::Hyper, 1000),
        // curl, as isahc builds it, waits with `select`: it cannot use a socket with a number above 1023, and half of
        // the sockets here are the server's.
        (Backend::Isahc, 400),
        (Backend::IsahcBlocking, 400),
    ] {
        let (all_are_open, all_are_answered) = (
            Arc::new(Barrier::new(many)),
            Arc::new(Barrier::new(many + 1)),
        );
        let answered = Arc::clone(&all_are_answered);
        let server = start(move |number, mut connection| {
            let answers = |connection: &mut TcpStream| {
                read_request(connection).is_some() && connection.write_all(OK).is_ok()
            };
            if number >= many {
                while answers(&mut connection) {}
                return;
            }
            // Nobody gets a response before everybody has sent a request, so that each needs its own connection.
            read_request(&mut connection).unwrap();
            all_are_open.wait();
            connection.write_all(OK).unwrap();
            all_are_answered.wait();
        });
        let url = format!("http://{server}/");
        let adapter = Adapter::new(backend, &Settings::default());
        let requests = || {
            (0..many)
                .map(|_| Request::get(&url).body(Vec::new()).unwrap())
                .collect()
        };
        for response in adapter.send_all(requests()) {
            assert_eq!(response.unwrap().status(), 200, "{backend:?}");
        }
        answered.wait();
        let failed: Vec<_> = adapter
            .send_all(requests())
            .into_iter()
            .filter_map(Result::err)
            .collect();
        assert!(
            failed.is_empty(),
            "{backend:?}: {} failed: {:?}",
            failed.len(),
            failed[0]
        );
    }
}

fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, all).unwrap();
}
