//! HTTP/1.1 over a bare socket: what an event loop of one's own has to do for a flow, and no more.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hardline::flow::{Flow, Input, Output};
use hardline::types::{AccessToken, Timestamp};
use hardline::wire::{Auth, Dispatch, Failure, FailureClass, authorize};
use http::{Request, Response};

/// Runs a flow to its end, over one connection for each exchange.
pub fn run<F: Flow>(
    mut flow: F,
    access_token: Option<&AccessToken>,
    on_event: &mut dyn FnMut(F::Event, &mut F, Timestamp),
) -> F::Outcome {
    loop {
        match flow.poll_output() {
            Output::Send(exchange, request) => {
                let input = match send(request, access_token) {
                    Ok(response) => Input::Response(exchange, response),
                    Err(failure) => Input::Failed(exchange, failure),
                };
                flow.handle_input(now(), input);
            }
            Output::Event(event) => on_event(event, &mut flow, now()),
            Output::Wait(Some(until)) => {
                std::thread::sleep(until - now());
                flow.handle_input(now(), Input::Timeout);
            }
            Output::Wait(None) => panic!("nobody answered what the flow asks for"),
            // Nothing is under way while the flow is polled.
            Output::Cancel(_) => {}
            Output::Done(outcome) => return outcome,
        }
    }
}

/// The time, which the flow is told.
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::default() + since_epoch
}

/// Sends a request that is none of the API's, as a browser does.
///
/// # Errors
/// Where no answer comes.
pub fn browse(request: Request<Vec<u8>>) -> Result<Response<Bytes>, Failure> {
    send(request, None)
}

fn send(
    mut request: Request<Vec<u8>>,
    access_token: Option<&AccessToken>,
) -> Result<Response<Bytes>, Failure> {
    let dispatch = request.extensions().get::<Dispatch>().cloned();
    let takes_token = dispatch
        .as_ref()
        .is_some_and(|dispatch| dispatch.operation.auth_mode() != Auth::None);
    if let (true, Some(token)) = (takes_token, access_token) {
        authorize(&mut request, token).expect("a token of these servers can be sent");
    }
    let authority = request
        .uri()
        .authority()
        .expect("a request has an absolute URL")
        .to_string();
    let connection = TcpStream::connect(&authority).map_err(|error| {
        let refused = error.kind() == ErrorKind::ConnectionRefused;
        Failure::new(
            if refused {
                FailureClass::Refused
            } else {
                FailureClass::Connect
            },
            error,
        )
    })?;
    let timeout = dispatch.map_or(Duration::from_secs(60), |dispatch| dispatch.timeout);
    exchange(connection, &authority, &request, timeout).map_err(|error| {
        let class = match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => FailureClass::TimedOutAfterSend,
            ErrorKind::InvalidData => FailureClass::Malformed,
            _ => FailureClass::Interrupted,
        };
        Failure::new(class, error)
    })
}

fn exchange(
    mut connection: TcpStream,
    authority: &str,
    request: &Request<Vec<u8>>,
    timeout: Duration,
) -> Result<Response<Bytes>, Error> {
    connection.set_read_timeout(Some(timeout))?;
    let mut text = Vec::new();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    write!(
        text,
        "{} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n",
        request.method()
    )?;
    for (name, value) in request.headers() {
        write!(text, "{name}: ")?;
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    write!(text, "content-length: {}\r\n\r\n", request.body().len())?;
    text.extend_from_slice(request.body());
    connection.write_all(&text)?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    parse(&answer)
}

fn parse(answer: &[u8]) -> Result<Response<Bytes>, Error> {
    let malformed = || Error::from(ErrorKind::InvalidData);
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = head.parse(answer).map_err(|_| malformed())? else {
        return Err(ErrorKind::UnexpectedEof.into());
    };
    let mut response = Response::builder().status(head.code.ok_or_else(malformed)?);
    for header in head.headers.iter() {
        response = response.header(header.name, header.value);
    }
    let field = |name: &str| {
        head.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
    };
    let is_chunked = field("transfer-encoding").is_some_and(|header| header.value == b"chunked");
    let body = if is_chunked {
        dechunk(&answer[length..])?
    } else {
        answer[length..].to_vec()
    };
    let declared = field("content-length")
        .and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok());
    if declared.is_some_and(|declared: usize| body.len() < declared) {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    response.body(body.into()).map_err(|_| malformed())
}

fn dechunk(mut rest: &[u8]) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    loop {
        let parsed =
            httparse::parse_chunk_size(rest).map_err(|_| Error::from(ErrorKind::InvalidData))?;
        let httparse::Status::Complete((begin, size)) = parsed else {
            return Err(ErrorKind::UnexpectedEof.into());
        };
        let size = usize::try_from(size).map_err(|_| ErrorKind::InvalidData)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(
            rest.get(begin..begin + size)
                .ok_or(ErrorKind::UnexpectedEof)?,
        );
        rest = rest
            .get(begin + size + 2..)
            .ok_or(ErrorKind::UnexpectedEof)?;
    }
}
