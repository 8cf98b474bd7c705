use std::fmt::Debug;

use crate::flow::Output;

/// What an output says, for comparison.
pub(super) fn said<E: Debug, T>(output: &Output<E, T>) -> String {
    match output {
        Output::Send(id, request) => {
            let body = String::from_utf8_lossy(request.body());
            let (method, url, headers) = (request.method(), request.uri(), request.headers());
            format!("{id:?} {method} {url} {headers:?} {body}")
        }
        Output::SendStreaming(id, head, direction) => {
            let (method, url, headers) = (&head.method, &head.uri, &head.headers);
            format!("{id:?} {method} {url} {headers:?} streams {direction:?}")
        }
        Output::Receive(id, body) => format!("Receive({id:?}, {body:?})"),
        Output::Cancel(id) => format!("Cancel({id:?})"),
        Output::Event(event) => format!("Event({event:?})"),
        Output::Wait(until) => format!("Wait({until:?})"),
        Output::Done(_) => "Done".to_owned(),
    }
}
