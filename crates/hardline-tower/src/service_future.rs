use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use hardline::wire::{Failure, FailureClass};
use http::response::Parts;
use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::classify::{BoxError, Classify};

/// The most that is reserved because a server announces it, so that an announcement alone costs no more.
const MAX_RESERVED: usize = 1024 * 1024;

pin_project! {
    /// The exchange of a [`ServiceTransport`](crate::ServiceTransport): waits until the service is ready, calls it, and
    /// reads the whole response. Dropping it drops the service's future or the response's body.
    pub struct ServiceFuture<S, B, R>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S, S::Future, B, R>,
        cap: usize,
        classify: Classify,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, F, B, R> {
        // The request stays here until the service takes it.
        Readying { service: S, request: Option<Request<B>> },
        Calling { #[pin] call: F },
        // The head stays here until the body is read.
        Reading { #[pin] body: R, head: Option<Parts>, read: BytesMut },
    }
}

impl<S: Service<Request<B>>, B, R> ServiceFuture<S, B, R> {
    pub(crate) fn new(service: S, request: Request<B>, cap: usize, classify: Classify) -> Self {
        let request = Some(request);
        Self {
            state: State::Readying { service, request },
            cap,
            classify,
        }
    }
}

impl<S, B, R> Future for ServiceFuture<S, B, R>
where
    S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>>,
    R: Body<Error: Into<BoxError>>,
{
    type Output = Result<Response<Bytes>, Failure>;

    /// Panics if it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let cap = *this.cap;
        loop {
            match this.state.as_mut().project() {
                StateProjection::Readying { service, request } => {
                    if let Err(error) = ready!(service.poll_ready(context)) {
                        return Poll::Ready(Err(this.classify.failure(error.into())));
                    }
                    let request = request.take().expect("the request leaves with this state");
                    let call = service.call(request);
                    this.state.set(State::Calling { call });
                }
                StateProjection::Calling { call } => {
                    let response = match ready!(call.poll(context)) {
                        Ok(response) => response,
                        Err(error) => {
                            return Poll::Ready(Err(this.classify.failure(error.into())));
                        }
                    };
                    let (head, body) = response.into_parts();
                    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
                    if announced > cap {
                        return Poll::Ready(Err(too_large(cap)));
                    }
                    this.state.set(State::Reading {
                        body,
                        head: Some(head),
                        read: BytesMut::with_capacity(announced.min(MAX_RESERVED)),
                    });
                }
                StateProjection::Reading { body, head, read } => {
                    match ready!(body.poll_frame(context)) {
                        None => {
                            let head = head
                                .take()
                                .expect("a future is not polled once it is ready");
                            let body = std::mem::take(read).freeze();
                            return Poll::Ready(Ok(Response::from_parts(head, body)));
                        }
                        Some(Ok(frame)) => {
                            // Trailers are not part of the response.
                            let Ok(data) = frame.into_data() else {
                                continue;
                            };
                            if data.remaining() > cap - read.len() {
                                return Poll::Ready(Err(too_large(cap)));
                            }
                            read.put(data);
                        }
                        Some(Err(error)) => {
                            return Poll::Ready(Err(this.classify.failure(error.into())));
                        }
                    }
                }
            }
        }
    }
}

fn too_large(cap: usize) -> Failure {
    Failure::new(FailureClass::TooLarge, format!("more than {cap} bytes"))
}

impl<S: Service<Request<B>>, B, R> fmt::Debug for ServiceFuture<S, B, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::Readying { .. } => "ServiceFuture(waiting for the service)",
            State::Calling { .. } => "ServiceFuture(waiting for the response)",
            State::Reading { .. } => "ServiceFuture(reading the response)",
        })
    }
}
