#[cfg(feature = "test-harness")]
mod contract;
mod filters;
mod network;
mod program;
#[cfg(feature = "persist")]
mod saving;

use super::*;
use crate::flow::Flow;
use crate::flow::sync::test_run::{NOW, TestRun, status};
use crate::wire::BaseUrl;

type Run<R = SyncResponse> = TestRun<SyncLoop<R>>;

fn flow() -> SyncLoop {
    let homeserver = Homeserver::new(BaseUrl::parse("https://example.org").unwrap());
    SyncLoop::new(NOW, homeserver, 1)
}

/// What was told: a status, the rooms with gaps, or the token of an answer.
fn told<R: SyncAnswer + std::fmt::Debug>(run: &mut Run<R>) -> Vec<String> {
    let word = |event: SyncEvent<R>| match event {
        SyncEvent::Status(told) => status(&told).to_owned(),
        SyncEvent::Gaps(gaps) => {
            let gap = |gap: TimelineGap| format!("{} {:?}", gap.room_id, gap.prev_batch);
            gaps.into_iter().map(gap).collect::<Vec<_>>().join(", ")
        }
        SyncEvent::Answer(answer) => answer.value.next_batch().to_owned(),
    };
    run.told().into_iter().map(word).collect()
}

fn take<R: SyncAnswer + std::fmt::Debug>(run: &mut Run<R>, token: &str) {
    run.act(|flow, now| flow.taken(now, token)).unwrap();
}

/// One that has everything up to `s1`, and waits for what is new.
fn live() -> Run {
    let mut run = Run::new(flow());
    run.answer(200, r#"{"next_batch": "s1"}"#);
    assert_eq!(told(&mut run), ["catching up", "s1", "live"]);
    take(&mut run, "s1");
    assert_eq!(run.request(), "GET /sync?since=s1&timeout=30000");
    run
}

/// An answer with a message to the device.
fn message(next_batch: &str) -> String {
    format!(
        r#"{{"next_batch": "{next_batch}", "to_device": {{"events": [{{"type": "m.dummy"}}]}}}}"#
    )
}
