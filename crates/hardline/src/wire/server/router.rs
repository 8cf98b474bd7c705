use http::StatusCode;
use percent_encoding::percent_decode_str;

use super::ErrorResponse;
use crate::wire::{EndpointVisitor, ErrorCode, Method, Operation, RegisteredEndpoint};

/// Finds the operation that a method and a path name, under its present, older and unstable paths.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::server::Router;
///
/// let mut router = Router::new();
/// client_api::visit(&mut router);
/// let route = router.find(&http::Method::GET, "/_matrix/client/r0/login").unwrap();
/// assert_eq!(route.operation.name().to_string(), "cs:getLoginFlows");
/// let refusal = router.find(&http::Method::PUT, "/_matrix/client/v3/login").unwrap_err();
/// assert_eq!(refusal.status(), 405);
/// ```
#[derive(Debug, Default)]
pub struct Router {
    /// By the number of segments.
    templates: Vec<Vec<Template>>,
}

#[derive(Debug)]
struct Template {
    operation: &'static Operation,
    path: &'static str,
}

/// An operation, and what stands in the placeholders of its path.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Route {
    /// The operation.
    pub operation: &'static Operation,
    /// The placeholders and their decoded values.
    pub captures: Vec<(&'static str, String)>,
}

impl Router {
    /// A router that knows no operation. `client_api::visit` adds those of that API.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an operation under all its paths. One that goes to a URL that a server gives has none.
    pub fn add(&mut self, operation: &'static Operation) {
        let older = operation.older_paths().iter().map(|(_, path)| *path);
        let unstable = operation.unstable_paths().iter().map(|(_, path)| *path);
        for path in [operation.path()]
            .into_iter()
            .chain(older)
            .chain(unstable)
            .filter(|path| !path.is_empty())
        {
            let count = segments(path).count();
            if self.templates.len() <= count {
                self.templates.resize_with(count + 1, Vec::new);
            }
            self.templates[count].push(Template { operation, path });
        }
    }

    /// The operation of a request.
    ///
    /// # Errors
    /// `M_UNRECOGNIZED`: with status 404 where no operation has the path, with 405 where none has it with this method.
    pub fn find(&self, method: &http::Method, path: &str) -> Result<Route, ErrorResponse> {
        let templates = self
            .templates
            .get(segments(path).count())
            .map_or(&[][..], Vec::as_slice);
        let mut matching = templates
            .iter()
            .filter_map(|template| Some((template, template.captures(path)?)));
        let mut found: Option<Route> = None;
        let mut other_method = false;
        for (template, captures) in &mut matching {
            if http::Method::from(template.operation.method()) != *method {
                other_method = true;
            } else if found
                .as_ref()
                .is_none_or(|found| captures.len() < found.captures.len())
            {
                // The more of the path is literal, the more it is meant.
                found = Some(Route {
                    operation: template.operation,
                    captures,
                });
            }
        }
        let status = if other_method {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            StatusCode::NOT_FOUND
        };
        found.ok_or_else(|| {
            ErrorResponse::new(status, ErrorCode::Unrecognized, "unrecognized request")
        })
    }

    /// The methods that a path has, for answering `OPTIONS`.
    pub fn methods(&self, path: &str) -> Vec<Method> {
        let templates = self
            .templates
            .get(segments(path).count())
            .map_or(&[][..], Vec::as_slice);
        let matching = templates
            .iter()
            .filter(|template| template.captures(path).is_some());
        matching
            .map(|template| template.operation.method())
            .collect()
    }
}

impl EndpointVisitor for Router {
    fn visit<E: RegisteredEndpoint>(&mut self) {
        self.add(const { &E::OPERATION });
    }
}

impl Template {
    fn captures(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let mut captures = Vec::new();
        for (expected, segment) in segments(self.path).zip(segments(path)) {
            match expected
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            {
                Some(name) => captures.push((
                    name,
                    percent_decode_str(segment).decode_utf8().ok()?.into_owned(),
                )),
                None if expected == segment => {}
                None => return None,
            }
        }
        Some(captures)
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
}
