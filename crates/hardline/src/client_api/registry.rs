use crate::wire::Visit;

/// Shows a visitor every operation of the Client-Server API that the enabled features have.
///
/// This is the one list of them: the router, the checks against the specification and the tests are driven from it.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::{Registered, Visit};
///
/// struct Names(Vec<String>);
///
/// impl Visit for Names {
///     fn visit<E: Registered>(&mut self) {
///         self.0.push(E::OPERATION.name().to_string());
///     }
/// }
///
/// let mut names = Names(Vec::new());
/// client_api::visit(&mut names);
/// assert!(names.0.contains(&"cs:requestTokenTo3PIDMSISDN".to_owned()));
/// ```
#[cfg_attr(
    not(any(
        feature = "discovery",
        feature = "session",
        feature = "account",
        feature = "threepid"
    )),
    expect(
        unused_variables,
        reason = "without a section there is nothing to show"
    )
)]
pub fn visit(visitor: &mut impl Visit) {
    #[cfg(feature = "discovery")]
    {
        use super::discovery::{GetVersions, GetWellknown};
        visitor.visit::<GetVersions>();
        visitor.visit::<GetWellknown>();
    }
    #[cfg(feature = "session")]
    {
        use super::session::{GetLoginFlows, Login, Logout, Refresh};
        visitor.visit::<GetLoginFlows>();
        visitor.visit::<Login>();
        visitor.visit::<Logout>();
        visitor.visit::<Refresh>();
    }
    #[cfg(feature = "account")]
    {
        use super::account::{GetTokenOwner, Register};
        visitor.visit::<GetTokenOwner>();
        visitor.visit::<Register>();
    }
    #[cfg(feature = "threepid")]
    {
        use super::threepid::{
            Add3pid, Delete3pidFromAccount, GetAccount3pids, RequestTokenTo3pidMsisdn,
        };
        visitor.visit::<Add3pid>();
        visitor.visit::<Delete3pidFromAccount>();
        visitor.visit::<GetAccount3pids>();
        visitor.visit::<RequestTokenTo3pidMsisdn>();
    }
}
