use hardline::flow::UiaCapabilities;

/// What a server may ask of a user who is logged in: nothing but a password.
pub(crate) fn password_only() -> UiaCapabilities {
    let mut capabilities = UiaCapabilities::default();
    capabilities.terms = false;
    capabilities.registration_token = false;
    capabilities.threepid = false;
    capabilities
}

/// All that this command can do.
pub(crate) fn all() -> UiaCapabilities {
    let mut capabilities = UiaCapabilities::default();
    capabilities.browser = true;
    capabilities
}
