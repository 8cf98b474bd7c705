use super::fallback_page::fallback_page;
use super::{State, Uia};
use crate::flow::engine::{FlowContext, Replied};
use crate::flow::threepid::validation::Validation;
use crate::flow::{FlowError, NotAwaited, Prompt, TermsDocument, ThreepidInput};
use crate::json::JsonObject;
use crate::types::Medium;
use crate::wire::{
    AuthData, AuthType, PageUrl, Target, ThreepidRefusal, UiaChallenge, UserIdentifier,
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
    /// wants the server to know it. A stage whose page the server does not name is the last resort.
    pub(super) fn best_flow(
        &self,
        challenge: &UiaChallenge,
        target: &Target,
    ) -> Option<Vec<AuthType>> {
        let mut named = challenge.clone();
        named.flows.retain(|flow| {
            let mut stages = flow.stages.iter();
            stages.all(|stage| !stage.is_oauth() || page_of(stage, challenge, target).is_some())
        });
        self.best_of(&named).or_else(|| self.best_of(challenge))
    }

    fn best_of(&self, challenge: &UiaChallenge) -> Option<Vec<AuthType>> {
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
        let params = params(stage, challenge);
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
                url: page(other, challenge, target),
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

/// Where the user completes a stage in a browser: on the page of the authorization server if the stage is one of those,
/// or else on the page that every server has.
fn page(stage: &AuthType, challenge: &UiaChallenge, target: &Target) -> String {
    let page = stage
        .is_oauth()
        .then(|| page_of(stage, challenge, target))
        .flatten();
    page.unwrap_or_else(|| {
        let session = challenge.session.as_deref().unwrap_or_default();
        fallback_page(target, stage, session)
    })
}

/// The page that the server names for a stage, if a browser may open it.
fn page_of(stage: &AuthType, challenge: &UiaChallenge, target: &Target) -> Option<String> {
    let url = params(stage, challenge).field::<String>("url")?;
    let page = PageUrl::given_by(target.base_url()?, &url).ok()?;
    Some(page.to_string())
}

fn params(stage: &AuthType, challenge: &UiaChallenge) -> JsonObject {
    let params = challenge.params.field(stage.as_str());
    params.unwrap_or_default()
}

#[cfg(test)]
mod tests;
