mod bad;
mod faulty;

use std::rc::Rc;

use bytes::Bytes;
use hardline::wire;
use http::Response;

use crate::{Group, Row, Task, Work, task};
use bad::Bad;
use faulty::{Faulty, FaultyResponse};

const MEGABYTE: usize = 1_000_000;

/// Bodies with many bad values.
pub(super) fn faults() -> Group {
    let mut rows = Vec::new();
    for bad in Bad::all() {
        let bad = Rc::new(bad);
        for megabytes in [1, 10] {
            let bad = Rc::clone(&bad);
            rows.push(Row::new(
                format!("{}, {megabytes} MB", bad.name),
                3.0,
                move || Work::Time {
                    ours: ours(bad.body(megabytes * MEGABYTE)),
                    other: plain(bad.sound_body(megabytes * MEGABYTE)),
                },
            ));
        }
        rows.push(Row::new(
            format!("{}, 10 MB / 1 MB", bad.name),
            12.0,
            move || Work::Time {
                ours: ours(bad.body(10 * MEGABYTE)),
                other: ours(bad.body(MEGABYTE)),
            },
        ));
    }
    Group {
        title: "Bad values: CPU time, ours / that of serde_json with a sound body of the same kind and size.",
        rows,
    }
}

fn ours(body: String) -> Task {
    let body = Bytes::from(body);
    let response = wire::decode_response::<Faulty>(Response::new(body.clone()))
        .expect("bad values are skipped");
    assert!(!response.warnings.is_empty(), "something is bad");
    task(move || Response::new(body.clone()), wire::decode::<Faulty>)
}

fn plain(body: String) -> Task {
    task(
        || (),
        move |()| serde_json::from_str::<FaultyResponse>(&body).expect("nothing is bad"),
    )
}
