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
        feature = "threepid",
        feature = "identity"
    )),
    expect(
        unused_variables,
        reason = "without a section there is nothing to show"
    )
)]
pub fn visit(visitor: &mut impl Visit) {
    #[cfg(feature = "discovery")]
    {
        use super::discovery::{
            GetAuthMetadata, GetCapabilities, GetVersions, GetWellknown, GetWellknownPolicy,
            GetWellknownSupport,
        };
        visitor.visit::<GetAuthMetadata>();
        visitor.visit::<GetCapabilities>();
        visitor.visit::<GetVersions>();
        visitor.visit::<GetWellknown>();
        visitor.visit::<GetWellknownPolicy>();
        visitor.visit::<GetWellknownSupport>();
    }
    #[cfg(feature = "session")]
    {
        use super::session::{
            GenerateLoginToken, GetLoginFlows, Login, Logout, LogoutAll, RedirectToIdp,
            RedirectToSso, Refresh,
        };
        visitor.visit::<GenerateLoginToken>();
        visitor.visit::<GetLoginFlows>();
        visitor.visit::<Login>();
        visitor.visit::<Logout>();
        visitor.visit::<LogoutAll>();
        visitor.visit::<RedirectToIdp>();
        visitor.visit::<RedirectToSso>();
        visitor.visit::<Refresh>();
    }
    #[cfg(feature = "account")]
    {
        use super::account::{
            ChangePassword, CheckUsernameAvailability, DeactivateAccount, GetTokenOwner, Register,
            RegistrationTokenValidity, RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn,
            RequestTokenToResetPasswordEmail, RequestTokenToResetPasswordMsisdn,
        };
        visitor.visit::<ChangePassword>();
        visitor.visit::<CheckUsernameAvailability>();
        visitor.visit::<DeactivateAccount>();
        visitor.visit::<GetTokenOwner>();
        visitor.visit::<Register>();
        visitor.visit::<RegistrationTokenValidity>();
        visitor.visit::<RequestTokenToRegisterEmail>();
        visitor.visit::<RequestTokenToRegisterMsisdn>();
        visitor.visit::<RequestTokenToResetPasswordEmail>();
        visitor.visit::<RequestTokenToResetPasswordMsisdn>();
    }
    #[cfg(feature = "threepid")]
    {
        use super::threepid::{
            Add3pid, Bind3pid, Delete3pidFromAccount, GetAccount3pids, Post3pids,
            RequestTokenTo3pidEmail, RequestTokenTo3pidMsisdn, Unbind3pidFromAccount,
        };
        visitor.visit::<Add3pid>();
        visitor.visit::<Bind3pid>();
        visitor.visit::<Delete3pidFromAccount>();
        visitor.visit::<GetAccount3pids>();
        visitor.visit::<Post3pids>();
        visitor.visit::<RequestTokenTo3pidEmail>();
        visitor.visit::<RequestTokenTo3pidMsisdn>();
        visitor.visit::<Unbind3pidFromAccount>();
    }
    #[cfg(feature = "identity")]
    {
        use super::openid::RequestOpenIdToken;
        visitor.visit::<RequestOpenIdToken>();
    }
}
