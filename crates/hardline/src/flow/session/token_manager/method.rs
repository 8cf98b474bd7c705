use crate::flow::{LegacyRefresh, OAuthSession, RefreshMethod, SessionTokens};
use crate::wire::Failure;

/// How the tokens are refreshed. It is not saved: the tokens say it again.
#[derive(Debug, Default)]
pub(super) struct Method {
    /// The program's, whatever the tokens say.
    own: Option<Box<dyn RefreshMethod>>,
    /// That of the authorization server which granted the tokens.
    granted: Option<Box<dyn RefreshMethod>>,
    legacy: LegacyRefresh,
}

impl Method {
    pub(super) fn own(method: impl RefreshMethod + 'static) -> Self {
        Self {
            own: Some(Box::new(method)),
            ..Self::default()
        }
    }

    /// Chooses the method for these tokens.
    ///
    /// # Errors
    /// [`Failure`] if this build has none.
    pub(super) fn choose(&mut self, tokens: Option<&SessionTokens>) -> Result<(), Failure> {
        self.granted = match tokens.and_then(|tokens| tokens.oauth.as_ref()) {
            Some(session) if self.own.is_none() => Some(granted_by(session)?),
            _ => None,
        };
        Ok(())
    }

    /// The method that was chosen.
    pub(super) fn chosen(&mut self) -> &mut dyn RefreshMethod {
        match (&mut self.own, &mut self.granted) {
            (Some(method), _) | (None, Some(method)) => &mut **method,
            (None, None) => &mut self.legacy,
        }
    }
}

#[cfg(feature = "oauth")]
fn granted_by(session: &OAuthSession) -> Result<Box<dyn RefreshMethod>, Failure> {
    Ok(Box::new(crate::flow::OAuthRefresh::new(session.clone())))
}

/// The homeserver's own `/refresh` must not see these tokens.
#[cfg(not(feature = "oauth"))]
fn granted_by(_: &OAuthSession) -> Result<Box<dyn RefreshMethod>, Failure> {
    Err(Failure::new(
        crate::wire::FailureClass::Unsendable,
        "an authorization server granted this session, and hardline was built without its feature `oauth`: enable it, or \
         set a refresh method",
    ))
}
