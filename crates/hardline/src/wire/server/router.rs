use http::header::ALLOW;
use http::{HeaderValue, Request, StatusCode};
use percent_encoding::percent_decode_str;

use super::request::is_meant;
use super::{ErrorResponse, Route};
use crate::wire::{EndpointVisitor, ErrorCode, Method, Operation, RegisteredEndpoint};

/// Finds the operation for a method and a path, among current, older and unstable paths.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::server::Router;
///
/// let mut router = Router::new();
/// client_api::visit(&mut router);
/// let route = router.find(&http::Method::GET, "/_matrix/client/r0/login").unwrap();
/// assert_eq!(route.operation.name().to_string(), "cs:getLoginFlows");
/// let error = router.find(&http::Method::PUT, "/_matrix/client/v3/login").unwrap_err();
/// let response = error.into_response();
/// assert_eq!(response.status(), 405);
/// assert_eq!(response.headers()["allow"], "GET, POST");
/// ```
#[derive(Debug, Default)]
pub struct Router {
    /// Indexed by the number of segments.
    templates: Vec<Vec<Template>>,
}

#[derive(Debug)]
struct Template {
    operation: &'static Operation,
    path: &'static str,
    /// The last placeholder, if this form of the path omits it together with the slash before it: its value is empty.
    left_out: Option<&'static str>,
}

impl Router {
    /// A router without operations. `client_api::visit` adds those of that API.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an operation under all its paths. One that is sent to a URL that a server gives has none: see
    /// [`add_at`](Router::add_at).
    pub fn add(&mut self, operation: &'static Operation) {
        let older = operation.older.iter().map(|(_, path)| *path);
        let unstable = operation.unstable.iter().map(|(_, path)| *path);
        for path in [operation.path]
            .into_iter()
            .chain(older)
            .chain(unstable)
            .filter(|path| !path.is_empty())
        {
            self.add_at(path, operation);
        }
    }

    /// Adds an operation under this path: one that is sent to a URL that the server chooses. Operations that differ in their
    /// [fixed fields](Operation::fixed_fields) may share a path.
    pub fn add_at(&mut self, path: &'static str, operation: &'static Operation) {
        let template = Template {
            operation,
            path,
            left_out: None,
        };
        self.extend(template.without_last());
        self.extend(Some(template));
    }

    fn extend(&mut self, template: Option<Template>) {
        let Some(template) = template else { return };
        let count = segments(template.path).count();
        if self.templates.len() <= count {
            self.templates.resize_with(count + 1, Vec::new);
        }
        self.templates[count].push(template);
    }

    /// The operation of a request by its method and path.
    ///
    /// # Errors
    /// `M_UNRECOGNIZED`: with status 404 if no operation has the path, with 405 and the methods that the path has in `Allow`
    /// if none has it with this one.
    pub fn find(&self, method: &http::Method, path: &str) -> Result<Route, ErrorResponse> {
        self.find_all(method, path)
            .map(|mut routes| routes.swap_remove(0))
    }

    /// The operation of a request. Of several that share its method and path, it is the one whose
    /// [fixed fields](Operation::fixed_fields) and [distinctive field](Operation::distinctive_field) the request has; if it has
    /// those of none, it is one that has no such fields, or else the first, as which it is refused.
    ///
    /// # Errors
    /// As [`find`](Router::find).
    pub fn route(&self, request: &Request<impl AsRef<[u8]>>) -> Result<Route, ErrorResponse> {
        let mut routes = self.find_all(request.method(), request.uri().path())?;
        let meant = match &routes[..] {
            [_] => None,
            routes => {
                let of = |is_distinct: bool| {
                    routes.iter().position(|route| {
                        route.operation.distinctive_field.is_some() == is_distinct
                            && is_meant(route, request)
                    })
                };
                of(true).or_else(|| of(false))
            }
        };
        Ok(routes.swap_remove(meant.unwrap_or(0)))
    }

    /// All that match equally well: there is at least one.
    fn find_all(&self, method: &http::Method, path: &str) -> Result<Vec<Route>, ErrorResponse> {
        let templates = self
            .templates
            .get(segments(path).count())
            .map_or(&[][..], Vec::as_slice);
        let mut matching = templates
            .iter()
            .filter_map(|template| Some((template, template.captures(path)?)));
        let mut found: Vec<Route> = Vec::new();
        let mut allowed: Vec<http::Method> = Vec::new();
        for (template, captures) in &mut matching {
            let its_method = http::Method::from(template.operation.method);
            if its_method != *method {
                allowed.push(its_method);
                continue;
            }
            // The template with the fewest placeholders is the best match.
            let best = found.first().map(|found| found.captures.len());
            if best.is_some_and(|best| captures.len() > best) {
                continue;
            }
            if best.is_some_and(|best| captures.len() < best) {
                found.clear();
            }
            found.push(Route {
                operation: template.operation,
                captures,
            });
        }
        if !found.is_empty() {
            return Ok(found);
        }
        Err(unrecognized(allowed))
    }

    /// The methods of a path, to answer `OPTIONS`.
    pub fn methods(&self, path: &str) -> Vec<Method> {
        let templates = self
            .templates
            .get(segments(path).count())
            .map_or(&[][..], Vec::as_slice);
        let matching = templates
            .iter()
            .filter(|template| template.captures(path).is_some());
        matching.map(|template| template.operation.method).collect()
    }
}

impl EndpointVisitor for Router {
    fn visit<E: RegisteredEndpoint>(&mut self) {
        self.add(const { &E::OPERATION });
    }
}

impl Template {
    /// The other form of a path whose last value may be empty: real clients send both `/state/m.room.name/` and
    /// `/state/m.room.name`.
    fn without_last(&self) -> Option<Self> {
        let (path, last) = self.path.rsplit_once('/')?;
        let field = placeholder(last)?;
        (self.operation.may_be_empty == Some(field)).then_some(Self {
            operation: self.operation,
            path,
            left_out: Some(field),
        })
    }

    fn captures(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let mut captures = Vec::new();
        for (expected, segment) in segments(self.path).zip(segments(path)) {
            match placeholder(expected) {
                Some(name) => {
                    let value = percent_decode_str(segment).decode_utf8().ok()?;
                    let may_be_empty = self.operation.may_be_empty == Some(name);
                    // Our own client does not send these.
                    if (value.is_empty() && !may_be_empty) || matches!(&*value, "." | "..") {
                        return None;
                    }
                    captures.push((name, value.into_owned()));
                }
                None if expected == segment => {}
                None => return None,
            }
        }
        captures.extend(self.left_out.map(|name| (name, String::new())));
        Some(captures)
    }
}

/// The refusal of a path that has only these methods, or none.
fn unrecognized(mut allowed: Vec<http::Method>) -> ErrorResponse {
    let status = if allowed.is_empty() {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::METHOD_NOT_ALLOWED
    };
    let refusal = ErrorResponse::new(status, ErrorCode::Unrecognized, "unrecognized request");
    allowed.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    allowed.dedup();
    let names: Vec<&str> = allowed.iter().map(http::Method::as_str).collect();
    match HeaderValue::from_str(&names.join(", ")) {
        Ok(names) if !allowed.is_empty() => refusal.with_header(ALLOW, names),
        _ => refusal,
    }
}

/// The name in a `{placeholder}`.
fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::wire::server::decode_request;
    use crate::wire::{self, Credentials, Endpoint, Target};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct GetState {
        room_id: String,
        event_type: String,
        state_key: String,
    }

    impl Endpoint for GetState {
        const OPERATION: Operation = Operation::get(
            "getState",
            "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}",
        )
        .may_be_empty("stateKey");
        type Response = ();
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct GetRoom {
        #[serde(rename = "roomId")]
        room_id: String,
    }

    impl Endpoint for GetRoom {
        const OPERATION: Operation = Operation::get("getRoom", "/_matrix/client/v3/rooms/{roomId}");
        type Response = ();
    }

    fn router() -> Router {
        let mut router = Router::new();
        router.add(const { &GetState::OPERATION });
        router.add(const { &GetRoom::OPERATION });
        router
    }

    fn sent(state_key: &str) -> Result<http::Request<Vec<u8>>, wire::EncodeError> {
        let target = Target::homeserver("https://example.org").unwrap();
        let operation = GetState {
            room_id: "!r:example.org".to_owned(),
            event_type: "m.room.name".to_owned(),
            state_key: state_key.to_owned(),
        };
        wire::encode(&operation, &target, &Credentials::None)
    }

    fn received(path: &str) -> Option<GetState> {
        let request = http::Request::get(path).body(Vec::new()).unwrap();
        let route = router().find(request.method(), path).ok()?;
        decode_request(&route, &request).ok()
    }

    #[test]
    fn an_empty_state_key_is_encoded_and_routed() {
        let request = sent("").unwrap();
        assert_eq!(
            request.uri(),
            "https://example.org/_matrix/client/v3/rooms/%21r%3Aexample.org/state/m.room.name/"
        );
        let with_slash = received(request.uri().path()).unwrap();
        assert_eq!(
            (&*with_slash.event_type, &*with_slash.state_key),
            ("m.room.name", "")
        );
        let without = received("/_matrix/client/v3/rooms/%21r%3Aexample.org/state/m.room.name");
        assert_eq!(without, Some(with_slash));
        let request = sent("@a:b").unwrap();
        assert_eq!(received(request.uri().path()).unwrap().state_key, "@a:b");
    }

    #[test]
    fn only_the_value_that_may_be_empty_is() {
        for path in [
            "/_matrix/client/v3/rooms//state/m.room.name/",
            "/_matrix/client/v3/rooms/r/state//",
            "/_matrix/client/v3/rooms/r/state/",
            "/_matrix/client/v3/rooms/r/state",
            "/_matrix/client/v3/rooms/r/state/m.room.name//",
        ] {
            assert_eq!(received(path), None, "{path}");
        }
        let find = |path: &str| router().find(&http::Method::GET, path);
        assert!(find("/_matrix/client/v3/rooms/r").is_ok());
        assert!(find("/_matrix/client/v3/rooms/").is_err());
        assert!(find("/_matrix/client/v3/rooms").is_err());
        let target = Target::homeserver("https://example.org").unwrap();
        let room = GetRoom {
            room_id: String::new(),
        };
        assert!(wire::encode(&room, &target, &Credentials::None).is_err());
    }

    #[test]
    fn dots_are_refused_even_where_nothing_is_not() {
        for state_key in [".", ".."] {
            assert!(sent(state_key).is_err());
        }
        for path in [
            "/_matrix/client/v3/rooms/r/state/m.room.name/.",
            "/_matrix/client/v3/rooms/r/state/m.room.name/%2E%2e",
            "/_matrix/client/v3/rooms/%2e",
        ] {
            assert!(router().find(&http::Method::GET, path).is_err(), "{path}");
        }
        assert_eq!(
            sent("...").unwrap().uri().path().rsplit('/').next(),
            Some("...")
        );
    }
}
