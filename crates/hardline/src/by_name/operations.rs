use std::sync::LazyLock;

use super::{ByNameError, NamedOperation};
use crate::client_api;
#[cfg(feature = "identity")]
use crate::identity_api;
use crate::json::Shaped;
#[cfg(feature = "oauth")]
use crate::oauth_api;
use crate::wire::{Api, Endpoint, Operation, OperationName, ShapedEndpoint, ShapedEndpointVisitor};

/// How many similar names are suggested for an unknown one.
const MOST_SIMILAR: usize = 6;

/// A list of operations that finds them by name.
///
/// ```
/// use hardline::by_name::Operations;
///
/// let names: Vec<_> = Operations::all().iter().map(|named| named.operation().name().to_string()).collect();
/// assert!(names.contains(&"cs:login".to_owned()));
/// assert_eq!(Operations::all().find("login")?.operation().id, "login");
/// assert_eq!(
///     Operations::all().find("cs:logn").unwrap_err().to_string(),
///     "no operation is named cs:logn: did you mean cs:login?",
/// );
/// # Ok::<(), hardline::by_name::ByNameError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Operations(Vec<NamedOperation>);

impl Operations {
    /// An empty list, for a choice of your own: fill it with a registry (`client_api::visit_shaped`) or
    /// [`add`](Operations::add).
    pub fn new() -> Self {
        Self::default()
    }

    /// All operations of the enabled features.
    pub fn all() -> &'static Self {
        static ALL: LazyLock<Operations> = LazyLock::new(|| {
            let mut all = Operations::new();
            client_api::visit_shaped(&mut all);
            #[cfg(feature = "identity")]
            identity_api::visit_shaped(&mut all);
            #[cfg(feature = "oauth")]
            oauth_api::visit_shaped(&mut all);
            all
        });
        &ALL
    }

    /// Adds an operation: one of your own, for example. It is called by its constant and its shapes, so nothing calls its
    /// [`check`](Endpoint::check).
    pub fn add<E>(&mut self)
    where
        E: Endpoint<Response: Shaped> + Shaped,
    {
        self.0.push(NamedOperation::of::<E>());
    }

    /// All operations of the list, in the order of the specification's sections.
    pub fn iter(&self) -> impl Iterator<Item = &NamedOperation> {
        self.0.iter()
    }

    /// The operation with this name: `cs:login`, or `login` if no other API has an operation with that name.
    ///
    /// # Errors
    /// [`ByNameError`], which lists the operations that may be meant.
    pub fn find(&self, name: &str) -> Result<&NamedOperation, ByNameError> {
        let (api, id) = split(name);
        let is_meant = |named: &&NamedOperation| {
            let known = named.operation();
            known.id == id && api.is_none_or(|api| known.api() == api)
        };
        let mut found = self.iter().filter(is_meant);
        match (found.next(), found.next()) {
            (Some(named), None) => Ok(named),
            (None, _) => Err(ByNameError::UnknownOperation {
                name: name.to_owned(),
                similar: self.similar(id),
            }),
            (Some(_), Some(_)) => Err(ByNameError::AmbiguousOperation {
                name: name.to_owned(),
                candidates: self
                    .iter()
                    .filter(is_meant)
                    .map(|named| named.operation().name())
                    .collect(),
            }),
        }
    }

    /// Operations that may be meant, ignoring case: the likeliest first.
    fn similar(&self, id: &str) -> Vec<OperationName> {
        let id = id.to_ascii_lowercase();
        let mut found: Vec<_> = self
            .iter()
            .filter_map(|named| Some((unlikeness(named.operation(), &id)?, named)))
            .collect();
        found.sort_by_key(|(unlikeness, _)| *unlikeness);
        let names = found.iter().map(|(_, named)| named.operation().name());
        names.take(MOST_SIMILAR).collect()
    }
}

impl ShapedEndpointVisitor for Operations {
    fn visit<E: ShapedEndpoint>(&mut self) {
        self.add::<E>();
    }
}

/// How far an operation is from what is meant by this text, in lower case: one whose name has the text in it is nearer
/// than one whose path has it, and that is nearer than one whose name is spelt otherwise. `None` if it is another.
fn unlikeness(operation: &Operation, text: &str) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    let id = operation.id.to_ascii_lowercase();
    if id.contains(text) {
        return Some(0);
    }
    let mut segments = operation.path.split('/');
    if segments.any(|segment| segment.eq_ignore_ascii_case(text)) {
        return Some(1);
    }
    let most = 1 + text.len() / 5;
    let edits = edits(&id, text);
    (edits <= most).then_some(1 + edits)
}

/// How many characters have to be added, left out or replaced to make one text the other.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, character) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (place, wanted) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(character != *wanted);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[other.len()]
}

/// The API in the name, and the `operationId`.
fn split(name: &str) -> (Option<Api>, &str) {
    for api in [Api::ClientServer, Api::Identity, Api::OAuth] {
        let id = name.strip_prefix(api.prefix());
        if let Some(id) = id.and_then(|id| id.strip_prefix(':')) {
            return (Some(api), id);
        }
    }
    (None, name)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::json::{Empty, Shape};

    #[derive(Serialize, Deserialize)]
    struct OnClientServer {}

    #[derive(Serialize, Deserialize)]
    struct OnIdentity {}

    impl Shaped for OnClientServer {
        const SHAPE: &'static Shape = Empty::SHAPE;
    }

    impl Shaped for OnIdentity {
        const SHAPE: &'static Shape = Empty::SHAPE;
    }

    impl Endpoint for OnClientServer {
        const OPERATION: Operation = Operation::post("endIt", "/_matrix/client/v3/end");
        type Response = ();
    }

    impl Endpoint for OnIdentity {
        const OPERATION: Operation = Operation::post("endIt", "/_matrix/identity/v2/end");
        type Response = ();
    }

    #[test]
    fn a_name_that_two_apis_have_needs_its_api() {
        let mut operations = Operations::new();
        operations.add::<OnClientServer>();
        assert!(operations.find("endIt").is_ok());
        operations.add::<OnIdentity>();
        let path = |name| operations.find(name).unwrap().operation().path;
        assert_eq!(path("cs:endIt"), "/_matrix/client/v3/end");
        assert_eq!(path("is:endIt"), "/_matrix/identity/v2/end");
        assert_eq!(
            operations.find("endIt").unwrap_err().to_string(),
            "several operations are named endIt: use one of cs:endIt, is:endIt"
        );
    }

    #[test]
    fn names_that_may_be_meant_are_offered() {
        let mut operations = Operations::new();
        operations.add::<OnClientServer>();
        for name in [
            "ENDIT", "cs:end", "is:endIt", "endItt", "cs:ndIt", "emdIt", "v3",
        ] {
            assert_eq!(
                operations.find(name).unwrap_err().to_string(),
                format!("no operation is named {name}: did you mean cs:endIt?")
            );
        }
        for name in ["", "cs:", ":", "cs", "é", "begin", "endless"] {
            assert_eq!(
                operations.find(name).unwrap_err().to_string(),
                format!(
                    "no operation is named {name}: names are those of the specification, as in cs:login"
                )
            );
        }
    }
}
