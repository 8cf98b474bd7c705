use hardline_derive::Persist;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::version::Version;
use crate::json::RawJson;

/// Which flow a saved form is of, so that a program that saves several kinds knows what to load. Deserialize it from
/// the same text.
///
/// ```
/// # #[cfg(feature = "by-name")] {
/// use hardline::by_name::NamedCall;
/// use hardline::flow::{AddThreepid, FlowEvent, InteractiveFlow, OperationFlow, SavedFlow};
///
/// fn load(text: &str) -> Result<Option<hardline::flow::Prompt>, serde_json::Error> {
///     Ok(match serde_json::from_str(text)? {
///         SavedFlow::AddThreepid => serde_json::from_str::<AddThreepid>(text)?.prompt(),
///         // Whichever it is, it can be loaded by its name.
///         SavedFlow::Operation(_) => serde_json::from_str::<OperationFlow<NamedCall>>(text)?.prompt(),
///         other => return Err(serde::de::Error::custom(format!("this program saves no {other:?}"))),
///     })
/// }
/// # }
/// ```
///
/// A form of another version, or of a flow that this version of the library does not know, is an error that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SavedFlow {
    /// [`AddThreepid`](crate::flow::AddThreepid).
    AddThreepid,
    /// `BindThreepid`.
    BindThreepid,
    /// [`ChangePassword`](crate::flow::ChangePassword).
    ChangePassword,
    /// [`Deactivate`](crate::flow::Deactivate).
    Deactivate,
    /// `DeviceLogin`.
    DeviceLogin,
    /// [`Discovery`](crate::flow::Discovery).
    Discovery,
    /// `Download`.
    Download,
    /// `IdentitySession`.
    IdentitySession,
    /// [`LogIn`](crate::flow::LogIn).
    LogIn,
    /// `Lookup`.
    Lookup,
    /// `OAuthLogin`.
    OAuthLogin,
    /// `OAuthLogout`.
    OAuthLogout,
    /// [`OperationFlow`](crate::flow::OperationFlow) of the operation with this name, such as `cs:login`.
    Operation(String),
    /// [`RegisterAccount`](crate::flow::RegisterAccount).
    RegisterAccount,
    /// [`ResetPassword`](crate::flow::ResetPassword).
    ResetPassword,
    /// `SendQueue`.
    SendQueue,
    /// `SlidingSync`.
    SlidingSync,
    /// `SyncLoop`, however it hands its answers over.
    SyncLoop,
    /// `UnbindThreepid`.
    UnbindThreepid,
    /// `Upload`.
    Upload,
}

/// The flows by their names in saved forms, each with its variant; [`OPERATION_FLOW`] is not among them. A flow that is
/// missing here does not compile, and one that is missing in the table of `flow.rs` fails a test.
const FLOWS: &[(&str, SavedFlow)] = &[
    ("AddThreepid", SavedFlow::AddThreepid),
    ("BindThreepid", SavedFlow::BindThreepid),
    ("ChangePassword", SavedFlow::ChangePassword),
    ("Deactivate", SavedFlow::Deactivate),
    ("DeviceLogin", SavedFlow::DeviceLogin),
    ("Discovery", SavedFlow::Discovery),
    ("Download", SavedFlow::Download),
    ("IdentitySession", SavedFlow::IdentitySession),
    ("LogIn", SavedFlow::LogIn),
    ("Lookup", SavedFlow::Lookup),
    ("OAuthLogin", SavedFlow::OAuthLogin),
    ("OAuthLogout", SavedFlow::OAuthLogout),
    ("RegisterAccount", SavedFlow::RegisterAccount),
    ("ResetPassword", SavedFlow::ResetPassword),
    ("SendQueue", SavedFlow::SendQueue),
    ("SlidingSync", SavedFlow::SlidingSync),
    ("SyncLoop", SavedFlow::SyncLoop),
    ("UnbindThreepid", SavedFlow::UnbindThreepid),
    ("Upload", SavedFlow::Upload),
];

/// The name of an operation's flow; that of the operation is in its logic.
const OPERATION_FLOW: &str = "OperationFlow";

impl SavedFlow {
    /// Whether the table has this name, asked while a flow is compiled.
    pub(crate) const fn is_listed(name: &str) -> bool {
        let mut at = 0;
        while at < FLOWS.len() {
            if is_same(FLOWS[at].0, name) {
                return true;
            }
            at += 1;
        }
        is_same(OPERATION_FLOW, name)
    }

    /// The name of its type.
    #[cfg(feature = "embed")]
    pub(crate) fn name(&self) -> &'static str {
        let mut flows = FLOWS.iter();
        let found = flows.find(|(_, flow)| flow == self);
        found.map_or(OPERATION_FLOW, |(name, _)| name)
    }

    /// The names of all flows that can be saved: those of their types.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let names = FLOWS.iter().map(|(name, _)| *name);
        names.chain([OPERATION_FLOW])
    }
}

/// Texts cannot be compared by `==` in a `const fn`.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// What every saved form begins with.
#[derive(Persist)]
struct Head {
    version: Version,
    flow: String,
    logic: RawJson,
}

#[derive(Persist)]
struct OfOperation {
    name: String,
}

impl<'de> Deserialize<'de> for SavedFlow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let head = Head::deserialize(deserializer)?;
        if head.flow == OPERATION_FLOW {
            let of: OfOperation = head.logic.deserialize().map_err(D::Error::custom)?;
            return Ok(Self::Operation(of.name));
        }
        let mut flows = FLOWS.iter();
        match flows.find(|(name, _)| *name == head.flow) {
            Some((_, flow)) => Ok(flow.clone()),
            None => Err(D::Error::custom(format_args!(
                "this version of hardline knows no flow {}: load it with the version that saved it",
                head.flow
            ))),
        }
    }
}
