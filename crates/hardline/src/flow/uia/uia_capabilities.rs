use hardline_derive::Persist;

use crate::wire::AuthType;

/// Which stages of user-interactive authentication the program can complete. The shortest flow that can be completed is
/// chosen.
///
/// ```
/// use hardline::flow::UiaCapabilities;
///
/// let mut uia_capabilities = UiaCapabilities::default();
/// assert!(uia_capabilities.password && !uia_capabilities.browser);
/// // The program can show a page to the user, so it can complete any stage.
/// uia_capabilities.browser = true;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct UiaCapabilities {
    /// The program can ask for the password: [`Prompt::Password`](crate::flow::Prompt::Password). On by default.
    pub password: bool,
    /// It can show documents and ask for consent: [`Prompt::Terms`](crate::flow::Prompt::Terms). On by default.
    pub terms: bool,
    /// It can ask for a token: [`Prompt::RegistrationToken`](crate::flow::Prompt::RegistrationToken). On by default.
    pub registration_token: bool,
    /// It can ask for an e-mail address or a phone number to register with:
    /// [`Prompt::Threepid`](crate::flow::Prompt::Threepid). On by default.
    pub threepid: bool,
    /// It can show a Google captcha: [`Prompt::Captcha`](crate::flow::Prompt::Captcha). Off by default.
    pub captcha: bool,
    /// It can send the user to a page of the server: [`Prompt::Browser`](crate::flow::Prompt::Browser), for every stage
    /// that it cannot complete otherwise. Off by default.
    pub browser: bool,
    /// Other stages that it can complete itself: [`Prompt::Stage`](crate::flow::Prompt::Stage).
    pub others: Vec<AuthType>,
}

impl Default for UiaCapabilities {
    fn default() -> Self {
        Self {
            password: true,
            terms: true,
            registration_token: true,
            threepid: true,
            captcha: false,
            browser: false,
            others: Vec::new(),
        }
    }
}
