use crate::wire::AuthType;

/// Which stages of user-interactive authentication the program can complete. Where a server offers several ways, the
/// shortest of those is taken that can be gone to its end.
///
/// ```
/// use hardline::flow::UiaCapabilities;
///
/// let mut uia_capabilities = UiaCapabilities::default();
/// assert!(uia_capabilities.password && !uia_capabilities.browser);
/// // The program can show a page to the person: any stage will do.
/// uia_capabilities.browser = true;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "persist", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct UiaCapabilities {
    /// It can ask for the password: [`Prompt::Password`](crate::flow::Prompt::Password). By default it can.
    pub password: bool,
    /// It can show documents and ask for agreement: [`Prompt::Terms`](crate::flow::Prompt::Terms). By default it can.
    pub terms: bool,
    /// It can ask for a token: [`Prompt::RegistrationToken`](crate::flow::Prompt::RegistrationToken). By default it can.
    pub registration_token: bool,
    /// It can ask for an e-mail address or a phone number to register with: [`Prompt::Threepid`](crate::flow::Prompt::Threepid).
    /// By default it can.
    pub threepid: bool,
    /// It can show a captcha of Google's: [`Prompt::Captcha`](crate::flow::Prompt::Captcha). By default it cannot.
    pub captcha: bool,
    /// It can send the person to a page of the server's: [`Prompt::Browser`](crate::flow::Prompt::Browser), for every stage that
    /// it can do in no other way. By default it cannot.
    pub browser: bool,
    /// Other stages that it can complete by itself: [`Prompt::Stage`](crate::flow::Prompt::Stage).
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
