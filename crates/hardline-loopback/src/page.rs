//! The page for people: what the servers do, in a browser on this machine. Its files are static, and what it shows comes as
//! JSON, which its script puts into the page as text.

mod access;
mod exchanges;
mod live;
mod parts;
mod refusal;
mod resource;
mod responses;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::LOCATION;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::Either;
use tokio::sync::{Semaphore, watch};

use crate::Homeserver;
use exchanges::Exchanges;
pub(crate) use exchanges::{BegunRecording, Recording};
use live::EventStream;
use refusal::Refusal;
use resource::{ROOT, Resource};
pub(crate) use responses::PageBody;
use responses::{file, json, text};

/// How many pages are kept up to date at once.
const MOST_STREAMS: usize = 8;

/// The page of a loopback, and the exchanges that it shows.
pub(crate) struct Page {
    address: SocketAddr,
    homeserver: Arc<Homeserver>,
    exchanges: Mutex<Exchanges>,
    /// Rings when something has changed, and says whether the loopback ends.
    news: watch::Sender<bool>,
    streams: Arc<Semaphore>,
}

impl Page {
    /// The page of a server that listens at this address. `None` if other machines can reach it: whoever sees the page sees
    /// the codes.
    pub(crate) fn new(address: SocketAddr, homeserver: Arc<Homeserver>) -> Option<Arc<Self>> {
        address.ip().is_loopback().then(|| {
            Arc::new(Self {
                address,
                homeserver,
                exchanges: Mutex::default(),
                news: watch::Sender::default(),
                streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            })
        })
    }

    /// Whether a path is the page's.
    pub(crate) fn has(path: &str) -> bool {
        path.starts_with(ROOT) || path == ROOT.trim_end_matches('/')
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}{ROOT}", self.address)
    }

    /// Adds an exchange to those that are shown.
    pub(crate) fn add(&self, recording: Recording) {
        self.exchanges().add(recording);
        self.news.send_modify(|_| {});
    }

    /// Ends what is kept up to date.
    pub(crate) fn close(&self) {
        self.news.send_replace(true);
    }

    /// Responds to a request, whose body does not matter.
    pub(crate) fn respond(self: &Arc<Self>, head: &Parts) -> Response<PageBody> {
        let response = access::check(head, self.address.port())
            .and_then(|()| self.serve(&head.method, head.uri.path()));
        let mut response = response.unwrap_or_else(refused);
        access::protect(response.headers_mut());
        response
    }

    fn serve(self: &Arc<Self>, method: &Method, path: &str) -> Result<Response<PageBody>, Refusal> {
        let Some(name) = path.strip_prefix(ROOT) else {
            let mut response = text(StatusCode::PERMANENT_REDIRECT, "");
            let location = HeaderValue::from_static(ROOT);
            response.headers_mut().insert(LOCATION, location);
            return Ok(response);
        };
        let resource = Resource::of(name).ok_or_else(Refusal::not_found)?;
        resource.check(method)?;
        match resource {
            Resource::File(content_type, text) => Ok(file(content_type, text.into())),
            Resource::Live => self.live(method),
            Resource::Inbox => {
                self.homeserver.inbox().clear();
                self.news.send_modify(|_| {});
                Ok(text(StatusCode::NO_CONTENT, ""))
            }
            Resource::Exchanges => {
                self.exchanges().clear();
                self.news.send_modify(|_| {});
                Ok(text(StatusCode::NO_CONTENT, ""))
            }
            Resource::Exchange(number) => {
                let exchange = self.exchanges().texts(number);
                exchange
                    .map(|texts| json(&texts))
                    .ok_or_else(Refusal::not_found)
            }
            Resource::Room(room_id) => {
                let timeline = self.homeserver.timeline_overview(&room_id);
                let timeline = timeline.ok_or_else(Refusal::not_found)?;
                Ok(json(&timeline))
            }
        }
    }

    /// Keeps a page up to date, as long as there are not too many.
    fn live(self: &Arc<Self>, method: &Method) -> Result<Response<PageBody>, Refusal> {
        let mut response = file("text/event-stream", Bytes::new());
        if method == Method::GET {
            let place = Arc::clone(&self.streams).try_acquire_owned();
            let place = place.map_err(|_| Refusal::too_many())?;
            let page = Arc::clone(self);
            let news = self.news.subscribe();
            let stream = EventStream::open(place, news, move || {
                parts::all(&page.homeserver, &page.exchanges())
            });
            *response.body_mut() = Either::Right(stream);
        }
        Ok(response)
    }

    fn exchanges(&self) -> MutexGuard<'_, Exchanges> {
        // No panic can leave the list half changed.
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(refusal: Refusal) -> Response<PageBody> {
    let mut response = text(refusal.status, refusal.reason);
    response.headers_mut().extend(refusal.headers());
    response
}

#[cfg(test)]
mod tests {
    use hardline::types::ServerName;

    use super::*;

    #[test]
    fn there_is_no_page_where_others_can_reach_it() {
        let name = ServerName::parse("example.org").unwrap();
        let homeserver = Arc::new(Homeserver::new(name, "http://example.org", [7; 32]));
        for (address, is_there) in [
            ("127.0.0.1:8008", true),
            ("127.3.2.1:8008", true),
            ("[::1]:8008", true),
            ("0.0.0.0:8008", false),
            ("[::]:8008", false),
            ("192.168.1.5:8008", false),
            ("[fe80::1]:8008", false),
        ] {
            let page = Page::new(address.parse().unwrap(), Arc::clone(&homeserver));
            assert_eq!(page.is_some(), is_there, "{address}");
        }
    }
}
