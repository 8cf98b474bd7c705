use crate::client_api::{AuthData, UserIdentifier};
use crate::types::Password;
use crate::wire::{AuthType, UiaChallenge};

/// Works through the stages of user-interactive authentication that need no more than a password.
#[derive(Debug)]
pub(crate) struct Uia {
    session: Option<String>,
}

/// What a challenge asks for next.
#[derive(Debug)]
pub(crate) enum Stage {
    /// A stage that needs nobody.
    Submit(AuthData),
    /// The person's password.
    Password,
    /// Every flow has a stage that is not known here.
    Unknown,
}

impl Uia {
    /// Takes the server's challenge: which stage is next.
    pub(crate) fn challenged(challenge: &UiaChallenge) -> (Self, Stage) {
        let uia = Self {
            session: challenge.session.clone(),
        };
        let known = |stage: &AuthType| matches!(stage, AuthType::Password | AuthType::Dummy);
        let stages = challenge.shortest_flow(known);
        let stage = match stages.as_deref().map(<[AuthType]>::first) {
            Some(Some(AuthType::Password)) => Stage::Password,
            Some(Some(_)) => Stage::Submit(AuthData::dummy().in_session(uia.session.as_deref())),
            // Every stage of a flow is done: the session alone says so.
            Some(None) => {
                Stage::Submit(AuthData::completed_elsewhere().in_session(uia.session.as_deref()))
            }
            None => Stage::Unknown,
        };
        (uia, stage)
    }

    pub(crate) fn password(&self, user: &UserIdentifier, password: &Password) -> AuthData {
        AuthData::password(user, password).in_session(self.session.as_deref())
    }
}
