use super::fallback_page::fallback_page;
use super::{State, Uia};
use crate::flow::engine::{FlowContext, Replied};
use crate::flow::threepid::validation::Validation;
use crate::flow::{FlowError, NotAwaited, Prompt, TermsDocument, ThreepidInput};
use crate::json::JsonObject;
use crate::types::Medium;
use crate::wire::{
    AbsoluteUrl, AuthData, AuthType, Target, ThreepidRefusal, UiaChallenge, UserIdentifier,
};

/// How to complete a stage.
pub(super) enum Stage {
    Submit(AuthData),
    Ask(Prompt),
    Validate(AuthType),
}

/// Which stages to complete, and how.
impl Uia {
    /// The shortest completable flow among those that use most of what was offered, since a user who gives an address
    /// wants the server to know it.
    pub(super) fn best_flow(&self, challenge: &UiaChallenge) -> Option<Vec<AuthType>> {
        for count in (1..=self.validations.len()).rev() {
            let mut wanted = challenge.clone();
            wanted.flows.retain(|flow| {
                let stages = flow.stages.iter();
                stages.filter(|stage| self.offered(stage).is_some()).count() == count
            });
            let best = wanted.shortest_flow(|stage| self.can_complete(stage));
            if best.is_some() {
                return best;
            }
        }
        challenge.shortest_flow(|stage| self.can_complete(stage))
    }

    pub(super) fn user(&self) -> Option<UserIdentifier> {
        self.user.as_ref()?.deserialize().ok()
    }

    pub(super) fn can_complete(&self, stage: &AuthType) -> bool {
        let uia_capabilities = &self.uia_capabilities;
        match stage {
            AuthType::Dummy => true,
            AuthType::Password if uia_capabilities.password && self.user.is_some() => true,
            AuthType::Terms if uia_capabilities.terms => true,
            AuthType::RegistrationToken if uia_capabilities.registration_token => true,
            AuthType::Recaptcha if uia_capabilities.captcha => true,
            other if self.offered(other).is_some() => true,
            other if self.asked_for(other).is_some() => true,
            other => uia_capabilities.others.contains(other) || uia_capabilities.browser,
        }
    }

    pub(super) fn stage(
        &mut self,
        stage: Option<&AuthType>,
        challenge: &UiaChallenge,
        target: &Target,
    ) -> Stage {
        let Some(stage) = stage else {
            // Every stage of the flow is completed: submit only the session.
            return Stage::Submit(AuthData::completed_elsewhere());
        };
        let params = challenge.params.field::<JsonObject>(stage.as_str());
        let params = params.unwrap_or_default();
        match stage {
            AuthType::Dummy => Stage::Submit(AuthData::dummy()),
            AuthType::Password if self.uia_capabilities.password && self.user.is_some() => {
                match self.password.take().zip(self.user()) {
                    Some((password, user)) => {
                        let auth = AuthData::password(&user, &password);
                        let answers = &mut self.answers;
                        answers.record(stage.clone(), Prompt::Password, auth.clone());
                        Stage::Submit(auth)
                    }
                    None => Stage::Ask(Prompt::Password),
                }
            }
            AuthType::Terms if self.uia_capabilities.terms => {
                let policies = params.field("policies").unwrap_or_default();
                Stage::Ask(Prompt::Terms(TermsDocument::all_in(&policies)))
            }
            AuthType::RegistrationToken if self.uia_capabilities.registration_token => {
                Stage::Ask(Prompt::RegistrationToken)
            }
            AuthType::Recaptcha if self.uia_capabilities.captcha => Stage::Ask(Prompt::Captcha {
                public_key: params.field("public_key").unwrap_or_default(),
            }),
            other if self.offered(other).is_some() => Stage::Validate(other.clone()),
            AuthType::EmailIdentity if self.asked_for(stage).is_some() => {
                Stage::Ask(Prompt::Threepid(Medium::Email))
            }
            AuthType::Msisdn if self.asked_for(stage).is_some() => {
                Stage::Ask(Prompt::Threepid(Medium::Msisdn))
            }
            other if self.uia_capabilities.others.contains(other) => {
                Stage::Ask(Prompt::Stage(other.clone()))
            }
            other => Stage::Ask(Prompt::Browser {
                url: page(other, &params, challenge, target),
            }),
        }
    }

    pub(super) fn offered(&self, stage: &AuthType) -> Option<&Validation> {
        let mut validations = self.validations.iter();
        validations.find(|validation| validation.stage() == *stage)
    }

    pub(super) fn offered_mut(&mut self, stage: &AuthType) -> Option<&mut Validation> {
        let mut validations = self.validations.iter_mut();
        validations.find(|validation| validation.stage() == *stage)
    }

    /// What the user can be asked for to complete this stage.
    pub(super) fn asked_for(&self, stage: &AuthType) -> Option<Medium> {
        let medium = match stage {
            AuthType::EmailIdentity => Medium::Email,
            AuthType::Msisdn => Medium::Msisdn,
            _ => return None,
        };
        (self.uia_capabilities.threepid && self.enrolment.is_some()).then_some(medium)
    }

    /// Takes a number or an address for a stage, replacing the one before.
    pub(super) fn take_threepid(&mut self, threepid: ThreepidInput) -> Result<Replied, NotAwaited> {
        let stage = threepid.stage();
        self.asked_for(&stage).ok_or(NotAwaited)?;
        self.unattended = 0;
        self.offer(threepid);
        self.state = State::Validating(stage);
        Ok(Replied::Restart)
    }

    /// No message was sent: if the server rejects the address, the user is asked for another one.
    pub(super) fn not_taken(
        &mut self,
        context: &mut FlowContext<'_>,
        stage: &AuthType,
        error: FlowError,
    ) -> Result<(), FlowError> {
        let medium = self.asked_for(stage);
        match (error, medium) {
            (FlowError::Refused { source, .. }, Some(medium))
                if source.threepid_refusal() == Some(ThreepidRefusal::Rejected) =>
            {
                self.validations.retain(|known| known.stage() != *stage);
                let prompt = Prompt::Threepid(medium);
                self.ask(context, stage.clone(), prompt, Some(source));
                Ok(())
            }
            (error, _) => Err(error),
        }
    }
}

/// Where the user completes a stage in a browser: at the URL from the server if it gives one, or else on the page that
/// every server has.
fn page(
    stage: &AuthType,
    params: &JsonObject,
    challenge: &UiaChallenge,
    target: &Target,
) -> String {
    let base_url = target.base_url();
    let given = params.field::<String>("url").filter(|url| {
        let is_usable = |base_url| AbsoluteUrl::given_by(base_url, url).is_ok();
        *stage == AuthType::Oauth && base_url.is_some_and(is_usable)
    });
    given.unwrap_or_else(|| {
        let session = challenge.session.as_deref().unwrap_or_default();
        fallback_page(target, stage, session)
    })
}
