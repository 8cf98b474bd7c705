use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hardline::wire::server::ErrorResponse;
use hardline::wire::{ErrorCode, OAuthErrorCode};
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};

use crate::cors::allow as allow_browsers;

/// How a path misbehaves: see [`Loopback::set_fault`](crate::Loopback::set_fault).
///
/// ```
/// use std::time::Duration;
/// use hardline_loopback::{Fault, Loopback};
///
/// let busy = Fault::RateLimited { times: 2, retry_after: Duration::from_millis(50) };
/// let loopback = Loopback::builder().fault("/_matrix/client/v3/login", busy).start()?;
/// let lost = Fault::Times { times: 1, fault: Box::new(Fault::LoseAnswer) };
/// loopback.set_fault("/_matrix/client/v3/join", lost);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The next `times` requests meet this fault, and those after them none.
    Times {
        /// How many requests.
        times: u32,
        /// What they meet.
        fault: Box<Fault>,
    },
    /// A proxy responds instead of the homeserver: status 502 and a page of HTML.
    BadGateway,
    /// Something else responds instead of the homeserver: what is no JSON, for example, or a JSON that nobody expects.
    Response {
        /// The HTTP status.
        status: StatusCode,
        /// The body.
        body: String,
    },
    /// The request is accepted and never gets a response.
    Hang,
    /// The connection is closed without a response, and the homeserver does not act on the request.
    Close,
    /// The homeserver acts on the request, and the connection is closed before the response.
    LoseAnswer,
    /// The homeserver acts on the next `times` requests, and the connection is closed after so many bytes of the response's
    /// body.
    CutBody {
        /// How many responses are cut.
        times: u32,
        /// How many bytes of each come.
        after: usize,
    },
    /// The homeserver acts on the request, and the response's body comes slowly: so many bytes and then a pause, again and
    /// again.
    SlowBody {
        /// How many bytes come at once.
        bytes: usize,
        /// How long nothing comes after them.
        pause: Duration,
    },
    /// The client is sent elsewhere: meant for files, which may be in another place.
    Redirect {
        /// The HTTP status: 307 or 308.
        status: StatusCode,
        /// Where to.
        location: String,
    },
    /// The next `times` requests are rate limited: status 429, with the time to wait.
    RateLimited {
        /// How many requests are refused.
        times: u32,
        /// How long the response says to wait. It is not enforced.
        retry_after: Duration,
    },
    /// The authorization server declines: meant for its endpoints, as `/oauth2/token`.
    OAuthError {
        /// The HTTP status: 400 for most errors.
        status: StatusCode,
        /// The error.
        error: OAuthErrorCode,
    },
    /// The homeserver adds no phone numbers, like a Synapse without a way to send texts: meant for
    /// `/_matrix/client/v3/account/3pid/msisdn/requestToken`.
    NoPhoneNumbers,
}

impl Fault {
    /// How the body of the homeserver's response comes.
    pub(crate) fn pace(&self) -> Option<Pace> {
        match self {
            Self::CutBody { after, .. } => Some(Pace::Cut { after: *after }),
            Self::SlowBody { bytes, pause } => Some(Pace::Slow {
                bytes: *bytes,
                pause: *pause,
            }),
            _ => None,
        }
    }

    /// The response, if this fault has one.
    pub(crate) fn response(&self) -> Option<Response<Vec<u8>>> {
        match self {
            Self::Times { fault, .. } => fault.response(),
            Self::Response { status, body } => {
                let mut response = Response::new(body.clone().into_bytes());
                *response.status_mut() = *status;
                Some(response)
            }
            Self::Hang
            | Self::Close
            | Self::LoseAnswer
            | Self::CutBody { .. }
            | Self::SlowBody { .. } => None,
            Self::Redirect { status, location } => {
                let mut response = Response::new(Vec::new());
                *response.status_mut() = *status;
                let location = HeaderValue::from_str(location).ok()?;
                response.headers_mut().insert(LOCATION, location);
                Some(response)
            }
            Self::BadGateway => {
                let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                    <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
                let mut response = Response::new(page.into());
                *response.status_mut() = StatusCode::BAD_GATEWAY;
                response
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
                Some(response)
            }
            Self::RateLimited { retry_after, .. } => {
                let millis = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
                let refusal = ErrorResponse::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    ErrorCode::LimitExceeded,
                    "too many requests",
                );
                let mut response = refusal.with("retry_after_ms", &millis).into_response();
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from(millis.div_ceil(1000)));
                allow_browsers(&mut response);
                Some(response)
            }
            Self::OAuthError { status, error } => {
                let refusal = ErrorResponse::oauth(*status, error.clone(), "it is a fault");
                let mut response = refusal.into_response();
                allow_browsers(&mut response);
                Some(response)
            }
            Self::NoPhoneNumbers => {
                // Synapse's words.
                let refusal = ErrorResponse::bad_request(
                    ErrorCode::ThreepidMediumNotSupported,
                    "Adding phone numbers to user account is not supported by this homeserver",
                );
                let mut response = refusal.into_response();
                allow_browsers(&mut response);
                Some(response)
            }
        }
    }
}

/// How the body of a response comes, if not at once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// So many bytes come, and no more.
    Cut { after: usize },
    /// So many bytes come, and then nothing for so long.
    Slow { bytes: usize, pause: Duration },
}

/// The faults that are set, by path prefix.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<BTreeMap<String, Fault>>);

impl Faults {
    /// Sets the fault of the paths with this prefix and replaces an earlier one.
    pub(crate) fn set(&self, path_prefix: &str, fault: Option<Fault>) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            Some(fault) => faults.insert(path_prefix.to_owned(), fault),
            None => faults.remove(path_prefix),
        };
    }

    /// The fault for one request: the one with the longest prefix. This may be its last time.
    pub(crate) fn next(&self, path: &str) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Of the prefixes of one path, the longer is the greater.
        let mut matching = faults.iter_mut().rev();
        let (prefix, fault) = matching.find(|(prefix, _)| path.starts_with(prefix.as_str()))?;
        let prefix = prefix.clone();
        if let Fault::Times { times, .. }
        | Fault::RateLimited { times, .. }
        | Fault::CutBody { times, .. } = fault
        {
            let Some(left) = times.checked_sub(1) else {
                faults.remove(&prefix);
                return None;
            };
            *times = left;
        }
        Some(match fault {
            Fault::Times { fault, .. } => (**fault).clone(),
            fault => fault.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_counts() {
        let faults = Faults::default();
        faults.set("/_matrix", Some(Fault::Hang));
        faults.set("/_matrix/client", Some(Fault::Close));
        faults.set("/_matrix/client/z", Some(Fault::BadGateway));
        assert_eq!(faults.next("/_matrix/client/v3"), Some(Fault::Close));
        assert_eq!(faults.next("/_matrix/x"), Some(Fault::Hang));
        assert_eq!(faults.next("/x"), None);
        faults.set("/_matrix/client", None);
        assert_eq!(faults.next("/_matrix/client/v3"), Some(Fault::Hang));
    }

    #[test]
    fn any_fault_can_end_after_so_many_requests() {
        let faults = Faults::default();
        let garbage = Fault::Response {
            status: StatusCode::OK,
            body: "{".to_owned(),
        };
        let once = |fault| Fault::Times {
            times: 1,
            fault: Box::new(fault),
        };
        faults.set("/a", Some(once(garbage.clone())));
        faults.set("/b", Some(once(Fault::LoseAnswer)));
        assert_eq!(faults.next("/b"), Some(Fault::LoseAnswer));
        assert_eq!(faults.next("/b"), None);
        assert_eq!(faults.next("/a"), Some(garbage.clone()));
        assert_eq!(faults.next("/a"), None);
        assert_eq!(garbage.response().unwrap().body(), b"{");
    }

    #[test]
    fn a_rate_limit_ends_after_so_many_requests() {
        let faults = Faults::default();
        let limit = Fault::RateLimited {
            times: 2,
            retry_after: Duration::from_millis(1500),
        };
        faults.set("/a", Some(limit));
        let response = faults.next("/a").unwrap().response().unwrap();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
        let text = std::str::from_utf8(response.body()).unwrap();
        assert!(text.contains("\"retry_after_ms\":1500"), "{text}");
        assert!(faults.next("/a").is_some());
        assert!(faults.next("/a").is_none());
    }
}
