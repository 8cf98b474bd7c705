use std::fmt::Debug;

use bytes::Bytes;
use hardline::flow::{Flow, Input, Output, RequestId, SyncAnswer, SyncEvent, SyncLoop};
use hardline::types::{Timestamp, UserId};
use hardline::wire::{BaseUrl, Homeserver};
use http::Response;
use ruma::api::IncomingResponseExt as _;
use ruma::api::client::sync::sync_events::v3 as ruma_sync;

use crate::bodies::{Style, sync_body};
use crate::rows::responses::answer;
use crate::{Group, Row, Work, task};

const NOW: Timestamp = Timestamp::from_millis(1_760_000_000_000);
/// What each of many loops may take.
const LOOP_SIZE: usize = 2 * 1024;
const LOOPS: usize = 10_000;

/// Loops of syncs: an answer from its arrival to the next request, and many that wait.
pub(super) fn sync_loop() -> Group {
    let mut rows = vec![Row::new("10,000 idle sync loops, of 2 KiB each", 1.0, idle)];
    for style in Style::ALL {
        let of = format!("1M, {}", style.name());
        rows.push(Row::new(
            format!("a sync loop's answer of {of}: typed rooms"),
            0.30,
            move || beside_ruma(style, |flow| flow),
        ));
        rows.push(Row::new(
            format!("a sync loop's answer of {of}: raw rooms"),
            0.15,
            move || beside_ruma(style, SyncLoop::with_raw_rooms),
        ));
    }
    Group {
        title: "Sync loops: CPU time, ours / Ruma's decoding alone, of the same bytes; memory, as a ratio to the aim.",
        rows,
    }
}

/// A loop takes an answer and asks on; Ruma decodes it.
fn beside_ruma<R: SyncAnswer + Debug + 'static>(
    style: Style,
    kind: fn(SyncLoop) -> SyncLoop<R>,
) -> Work {
    let body = sync_body(style, "1M");
    let theirs: &[u8] = body.to_vec().leak();
    let asked = move || {
        let mut flow = kind(sync_loop_since());
        let id = asks(&mut flow).0;
        (flow, Input::Response(id, answer(200, body.clone())))
    };
    Work::Time {
        ours: task(asked, |(mut flow, response)| {
            flow.handle_input(NOW, response);
            (asks(&mut flow), flow)
        }),
        other: task(
            move || answer(200, theirs),
            ruma_sync::Response::try_from_http_response,
        ),
    }
}

/// Takes every answer until the loop asks, and returns the last.
fn asks<R: SyncAnswer + Debug>(
    flow: &mut SyncLoop<R>,
) -> (RequestId, Option<Box<hardline::wire::ApiResponse<R>>>) {
    let mut taken = None;
    loop {
        match flow.poll_output() {
            Output::Send(id, _) => return (id, taken),
            Output::Event(SyncEvent::Answer(answer)) => {
                let token = answer.value.next_batch();
                flow.taken(NOW, token).expect("it was told just now");
                taken = Some(answer);
            }
            Output::Event(_) => {}
            other => panic!("{other:?} is not expected"),
        }
    }
}

/// Each has had an answer, and waits for the next.
fn idle() -> Work {
    let run = || {
        let mut flows = Vec::with_capacity(LOOPS);
        for _ in 0..LOOPS {
            let alice = UserId::parse("@alice:example.org").expect("it is a user's");
            let mut flow = sync_loop_since().with_stored_filter(alice, Default::default());
            for body in [
                r#"{"filter_id": "7"}"#,
                r#"{"next_batch": "s72594_4483_1934"}"#,
            ] {
                let (id, _) = asks(&mut flow);
                let body = Bytes::from_static(body.as_bytes());
                flow.handle_input(NOW, Input::Response(id, Response::new(body)));
            }
            asks(&mut flow);
            assert!(matches!(flow.poll_output(), Output::Wait(Some(_))));
            flows.push(flow);
        }
    };
    Work::Heap {
        size: LOOPS * LOOP_SIZE,
        run: Box::new(run),
    }
}

fn sync_loop_since() -> SyncLoop {
    let base_url = BaseUrl::parse("https://matrix.example.org").expect("it is a URL");
    SyncLoop::new(NOW, Homeserver::new(base_url), 1).with_since("s72593_4483_1934")
}
