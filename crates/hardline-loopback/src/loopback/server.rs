use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Either};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::runtime;
use tokio::sync::watch;

use super::paced_body::PacedBody;
use super::site::{Outcome, Site};
use super::{chores, long_poll, save};
use crate::cors::allow as allow_browsers;
use crate::faults::Pace;
use crate::handlers::{ClientAddress, MAX_BODY};
use crate::page::{Page, PageBody};

/// How much of a body that is too large is read and discarded, so that the client gets to read the response.
const MAX_DISCARDED: usize = 16 << 20;
/// How long requests that are under way may still take when the loopback is dropped.
const LAST_ORDERS: Duration = Duration::from_millis(250);
/// How long to wait if no connection can be accepted, for example because the process has too many files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The body of a response: a server's, or the page's.
type ServerBody = Either<PacedBody, PageBody>;

/// The work of the loopback's thread. Everything that can fail fails here, where the caller sees it.
pub(super) fn prepare(
    listener: TcpListener,
    site: Arc<Site>,
    stopped: watch::Receiver<()>,
) -> io::Result<impl FnOnce() + Send> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let _ = site.runtime.set(runtime.handle().clone());
    let listener = {
        let _entered = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    Ok(move || {
        runtime.block_on(async {
            // It ends with the runtime.
            tokio::spawn(chores::run(Arc::clone(&site)));
            let graceful = GracefulShutdown::new();
            if site.saving.is_some() {
                tokio::spawn(save::save_now_and_then(Arc::clone(&site)));
            }
            until(
                stopped.clone().changed(),
                accept(&listener, &site, &graceful, &stopped),
            )
            .await;
            drop(listener);
            if let Some(page) = &site.page {
                page.close();
            }
            // What does not finish in time is cut off with the runtime.
            let _ = tokio::time::timeout(LAST_ORDERS, graceful.shutdown()).await;
        });
    })
}

/// Runs `work` until `end` is over.
async fn until(end: impl Future, work: impl Future<Output = Infallible>) {
    let (mut end, mut work) = (pin!(end), pin!(work));
    poll_fn(|context| {
        if end.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        match work.as_mut().poll(context) {
            Poll::Ready(never) => match never {},
            Poll::Pending => Poll::Pending,
        }
    })
    .await;
}

async fn accept(
    listener: &tokio::net::TcpListener,
    site: &Arc<Site>,
    graceful: &GracefulShutdown,
    stopped: &watch::Receiver<()>,
) -> Infallible {
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Small responses should not wait for more data; if this cannot be set, they do.
        let _ = stream.set_nodelay(true);
        let (site, stopped) = (Arc::clone(site), stopped.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ClientAddress(address.ip()));
            respond(Arc::clone(&site), stopped.clone(), request)
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Clients come and go; how a connection ended is their business.
            let _ = connection.await;
        });
    }
}

/// An error closes the connection.
async fn respond(
    site: Arc<Site>,
    mut stopped: watch::Receiver<()>,
    request: Request<Incoming>,
) -> io::Result<Response<ServerBody>> {
    let (head, body) = request.into_parts();
    if let Some(page) = &site.page
        && Page::has(head.uri.path())
    {
        return Ok(page.respond(&head).map(Either::Right));
    }
    let limit = site.largest_body(&head.method, head.uri.path());
    let body = match read(body, limit, site.body_timeout).await {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            return Ok(too_slow().map(Either::Left));
        }
        body => body?,
    };
    let request = Request::from_parts(head, body);
    let recording = site.record(&request);
    let served = site.serve(request);
    let outcome = long_poll::outcome(&site, served).await;
    site.recorded(recording, &outcome);
    match outcome {
        Outcome::Answer(mut response) => {
            let pace = response.extensions_mut().remove::<Pace>();
            Ok(response.map(|body| Either::Left(PacedBody::new(body.into(), pace))))
        }
        Outcome::Closed => Err(io::ErrorKind::ConnectionAborted.into()),
        Outcome::Hanging => {
            // An endless wait ends with the loopback.
            let _ = stopped.changed().await;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
    }
}

/// The answer to a body that does not come; the connection is closed after it.
fn too_slow() -> Response<PacedBody> {
    let refusal = ErrorResponse::new(
        StatusCode::REQUEST_TIMEOUT,
        ErrorCode::Unknown,
        "the body did not come in time",
    );
    let mut response = refusal
        .with_header(CONNECTION, HeaderValue::from_static("close"))
        .into_response();
    allow_browsers(&mut response);
    response.map(|body| PacedBody::new(body.into(), None))
}

/// Reads a body, or just enough of it to see that it is too large. It times out when nothing more comes for so long.
async fn read(mut body: Incoming, limit: usize, timeout: Duration) -> io::Result<Bytes> {
    let mut kept = Vec::with_capacity(
        usize::try_from(body.size_hint().lower())
            .unwrap_or(MAX_BODY)
            .min(MAX_BODY),
    );
    let mut discarded = 0;
    while let Some(frame) = tokio::time::timeout(timeout, body.frame()).await? {
        let Ok(data) = frame.map_err(io::Error::other)?.into_data() else {
            continue;
        };
        let keep = data.len().min(limit + 1 - kept.len());
        kept.extend_from_slice(&data[..keep]);
        discarded += data.len() - keep;
        if discarded > MAX_DISCARDED {
            break;
        }
    }
    Ok(kept.into())
}
