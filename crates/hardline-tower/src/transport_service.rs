use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hardline::client::Transport;
use hardline::wire::Failure;
use http::{Request, Response};
use http_body_util::Full;
use pin_project_lite::pin_project;
use tower_service::Service;

/// A [`Transport`] as a tower [`Service`]: it takes an `http::Request<Vec<u8>>`, returns an `http::Response` with the
/// whole body in one frame, fails with a [`Failure`], and is always ready.
///
/// ```
/// use hardline::client::transport_fn;
/// use hardline_tower::TransportService;
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = TransportService(transport_fn(|_| async { Ok(http::Response::new("{}".into())) }));
/// let response = service.oneshot(http::Request::get("https://example.org/").body(Vec::new())?).await?;
/// assert_eq!(response.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TransportService<T>(pub T);

impl<T: Transport> Service<Request<Vec<u8>>> for TransportService<T> {
    type Response = Response<Full<Bytes>>;
    type Error = Failure;
    type Future = TransportServiceFuture<T::Future>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Vec<u8>>) -> Self::Future {
        TransportServiceFuture {
            exchange: self.0.send(request),
        }
    }
}

pin_project! {
    /// What a [`TransportService`] returns.
    pub struct TransportServiceFuture<F> {
        #[pin]
        exchange: F,
    }
}

impl<F> Future for TransportServiceFuture<F>
where
    F: Future<Output = Result<Response<Bytes>, Failure>>,
{
    type Output = Result<Response<Full<Bytes>>, Failure>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(self.project().exchange.poll(context));
        Poll::Ready(result.map(|response| response.map(Full::new)))
    }
}

impl<F> fmt::Debug for TransportServiceFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransportServiceFuture")
    }
}
