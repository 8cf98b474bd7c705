use std::fmt;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, request, response};

/// A request as `Debug` shows it: what is in its query, its header fields and its body may be secret.
pub(super) struct ShownRequest<'a> {
    method: &'a Method,
    uri: &'a Uri,
    /// The length of the body, if it does not stream.
    length: Option<usize>,
}

/// A response as `Debug` shows it, likewise.
pub(super) struct ShownResponse {
    status: StatusCode,
    length: Option<usize>,
}

impl<'a> From<&'a Request<()>> for ShownRequest<'a> {
    fn from(request: &'a Request<()>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            length: None,
        }
    }
}

impl<'a> From<&'a Request<Vec<u8>>> for ShownRequest<'a> {
    fn from(request: &'a Request<Vec<u8>>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            length: Some(request.body().len()),
        }
    }
}

impl<'a> From<&'a request::Parts> for ShownRequest<'a> {
    fn from(head: &'a request::Parts) -> Self {
        Self {
            method: &head.method,
            uri: &head.uri,
            length: None,
        }
    }
}

impl From<&Response<Bytes>> for ShownResponse {
    fn from(response: &Response<Bytes>) -> Self {
        Self {
            status: response.status(),
            length: Some(response.body().len()),
        }
    }
}

impl From<&response::Parts> for ShownResponse {
    fn from(head: &response::Parts) -> Self {
        Self {
            status: head.status,
            length: None,
        }
    }
}

impl fmt::Debug for ShownRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let authority = self
            .uri
            .authority()
            .map_or("", |authority| authority.as_str());
        let host = authority.rsplit('@').next().unwrap_or_default();
        let query = if self.uri.query().is_some() {
            "?…"
        } else {
            ""
        };
        write!(
            f,
            "{} {scheme}://{host}{}{query}",
            self.method,
            self.uri.path()
        )?;
        shown_length(f, self.length)
    }
}

impl fmt::Debug for ShownResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        shown_length(f, self.length)
    }
}

/// A variant as a derived `Debug` shows it.
pub(super) fn shown_variant(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    fields: &[&dyn fmt::Debug],
) -> fmt::Result {
    let mut shown = f.debug_tuple(name);
    for field in fields {
        shown.field(field);
    }
    shown.finish()
}

fn shown_length(f: &mut fmt::Formatter<'_>, length: Option<usize>) -> fmt::Result {
    match length {
        Some(length) => write!(f, " ({length} bytes)"),
        None => f.write_str(" (streaming)"),
    }
}

#[cfg(test)]
mod tests {
    use crate::flow::{BodyDirection, HubOutput, Input, Output, RequestId, ResponseDecision};
    use bytes::Bytes;
    use http::header::AUTHORIZATION;
    use http::{Request, Response};

    fn request() -> Request<Vec<u8>> {
        Request::post("https://a.example/token?state=secret")
            .header(AUTHORIZATION, "Bearer secret")
            .body(b"code=secret".to_vec())
            .unwrap()
    }

    fn response() -> Response<Bytes> {
        Response::builder()
            .status(303)
            .header("location", "https://app.example/?code=secret")
            .body(Bytes::from_static(b"{\"access_token\":\"secret\"}"))
            .unwrap()
    }

    #[test]
    fn a_loop_that_logs_its_steps_logs_no_secret() {
        let id = RequestId::from_u64(7);
        let streaming = || request().into_parts().0;
        type Out = Output<(), ()>;
        type HubOut = HubOutput<(), ()>;
        let sent = "POST https://a.example/token?…";
        for (shown, expected) in [
            (
                format!("{:?}", Out::Send(id, request())),
                format!("Send({id:?}, {sent} (11 bytes))"),
            ),
            (
                format!(
                    "{:?}",
                    Out::SendStreaming(id, streaming(), BodyDirection::Download)
                ),
                format!("SendStreaming({id:?}, {sent} (streaming), Download)"),
            ),
            (
                format!("{:?}", HubOut::Send(id, request())),
                format!("Send({id:?}, {sent} (11 bytes))"),
            ),
            (
                format!(
                    "{:?}",
                    HubOut::SendStreaming(id, streaming(), BodyDirection::Download)
                ),
                format!("SendStreaming({id:?}, {sent} (streaming), Download)"),
            ),
            (
                format!("{:?}", Input::Response(id, response())),
                format!("Response({id:?}, 303 (25 bytes))"),
            ),
            (
                format!("{:?}", Input::Head(id, response().into_parts().0)),
                format!("Head({id:?}, 303 (streaming))"),
            ),
            (
                format!("{:?}", ResponseDecision::Deliver(response())),
                "Deliver(303 (25 bytes))".to_owned(),
            ),
            (
                format!("{:?}", ResponseDecision::Hold(response())),
                "Hold(303 (25 bytes))".to_owned(),
            ),
            (format!("{:?}", Input::Timeout), "Timeout".to_owned()),
        ] {
            assert_eq!(shown, expected);
        }
    }
}
