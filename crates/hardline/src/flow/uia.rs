//! Works through user-interactive authentication for one operation.
//!
//! ```text
//!           .------------------- reply --------- Asking <--- a stage for the user ----.
//!           v                                                                         |
//! new --> Calling --401 with flows--> the next stage of the shortest completable flow |
//!           ^ |                                 | |                                   |
//!           | |                                 | '-- no such flow --> UnknownAuthentication
//!           | |                                 v                                     |
//!           | '--200, or refused--> done     an automatic stage        a phone number or address
//!           |                                   |                                     v
//!           '-----------------------------------+----------- validated ---------- Validating
//! ```

mod fallback_page;
pub(crate) mod terms_document;
pub(crate) mod uia_capabilities;

use std::task::{Poll, ready};

use hardline_derive::Persist;
use http::StatusCode;

use fallback_page::fallback_page;

use super::ThreepidInput;
use super::engine::callable::Callable;
use super::engine::{CallError, FlowContext, Part, Replied};
use super::{FlowError, FlowEvent, NotAwaited, Prompt, Reply, TermsDocument, UiaCapabilities};
use crate::flow::threepid::validation::{Purpose, Validated, Validation};
use crate::json::{JsonObject, RawJson};
use crate::types::{ClientSecret, Medium, Password};
use crate::wire::{AbsoluteUrl, ApiResponse, AuthType, ErrorCode, Target, UiaChallenge};
use crate::wire::{AuthData, UserIdentifier};
use crate::wire::{ThreepidRefusal, ValidationCredentials};

/// Works through user-interactive authentication: a part of the flows whose operations require it.
#[derive(Debug, Persist)]
pub(crate) struct Uia {
    pub(crate) uia_capabilities: UiaCapabilities,
    /// The account whose password the flow may ask for; without one, it asks for none. Kept as JSON, which takes a
    /// tenth of the memory.
    user: Option<RawJson>,
    /// The password, if it was given beforehand. It is tried once.
    pub(crate) password: Option<Password>,
    /// How to validate phone numbers and addresses; without it, stages that need one are not completed.
    enrolment: Option<Box<Enrolment>>,
    /// The phone numbers and addresses that can complete stages.
    validations: Vec<Validation>,
    /// A stage that holds only the session, once there is one.
    session: Option<AuthData>,
    /// How many stages were submitted without the user, so that a server that is never satisfied cannot keep the flow
    /// busy forever.
    unattended: u8,
    /// The stage that was submitted when the server had forgotten the session: it is submitted once more in a new
    /// session.
    forgotten: Option<Box<AuthData>>,
    /// The server forgot a session before.
    restarted: bool,
    state: State,
}

/// More stages than any server has.
const UNATTENDED_STAGES: u8 = 8;

#[derive(Debug, Persist)]
enum State {
    Calling(Option<AuthData>),
    Asking(Prompt),
    Validating(AuthType),
}

/// How to validate phone numbers and addresses.
#[derive(Debug, Persist)]
pub(crate) struct Enrolment {
    pub(crate) target: Target,
    pub(crate) purpose: Purpose,
    pub(crate) client_secret: ClientSecret,
}

impl Enrolment {
    fn begin(&self, threepid: ThreepidInput) -> Validation {
        let secret = self.client_secret.clone();
        Validation::new(self.target.clone(), self.purpose.clone(), threepid, secret)
    }
}

/// How to complete a stage.
enum Stage {
    Submit(AuthData),
    Ask(Prompt),
    Validate,
}

impl Uia {
    pub(crate) fn new(user: Option<UserIdentifier>) -> Self {
        Self {
            uia_capabilities: UiaCapabilities::default(),
            user: user.map(written),
            password: None,
            enrolment: None,
            validations: Vec::new(),
            session: None,
            unattended: 0,
            forgotten: None,
            restarted: false,
            state: State::Calling(None),
        }
    }

    /// Sets the account whose password the flow may ask for.
    pub(crate) fn set_user(&mut self, user: UserIdentifier) {
        self.user = Some(written(user));
    }

    /// Sets how to validate phone numbers and e-mail addresses for the stages that need one.
    pub(crate) fn with_enrolment(mut self, enrolment: Enrolment) -> Self {
        self.enrolment = Some(Box::new(enrolment));
        self
    }

    /// Offers a phone number or an e-mail address: if the server has flows that use it, one of those is chosen.
    pub(crate) fn offer(&mut self, threepid: ThreepidInput) {
        if let Some(enrolment) = &self.enrolment {
            let validation = enrolment.begin(threepid);
            self.validations
                .retain(|known| known.stage() != validation.stage());
            self.validations.push(validation);
        }
    }

    /// Forgets the session, since another request is made next. Validated addresses stay validated.
    pub(crate) fn restart(&mut self) {
        self.session = None;
        self.unattended = 0;
        self.state = State::Calling(None);
    }

    /// Calls the operation, which has no `auth` of its own, until the server accepts the authentication.
    pub(crate) fn call<O: Callable>(
        &mut self,
        context: &mut FlowContext<'_>,
        operation: &O,
        target: &Target,
    ) -> Poll<Result<O::Response, FlowError>> {
        self.call_answer(context, operation, target)
            .map_ok(|answer| answer.value)
    }

    /// The same with everything that comes with the response.
    pub(crate) fn call_answer<O: Callable>(
        &mut self,
        context: &mut FlowContext<'_>,
        operation: &O,
        target: &Target,
    ) -> Poll<Result<ApiResponse<O::Response>, FlowError>> {
        loop {
            match &mut self.state {
                State::Calling(auth) => {
                    match ready!(context.call_answer(operation, auth.as_ref(), target)) {
                        Ok(response) => return Poll::Ready(Ok(response)),
                        Err(refusal) => self.refused(context, refusal, target)?,
                    }
                }
                State::Asking(_) => return Poll::Pending,
                State::Validating(stage) => {
                    let stage = stage.clone();
                    let Some(validation) = self.offered_mut(&stage) else {
                        return Poll::Pending;
                    };
                    match ready!(validation.advance(context)) {
                        Ok(validated) => self.submit(proof(&stage, validated)),
                        Err(error) => self.not_taken(context, &stage, error)?,
                    }
                }
            }
        }
    }

    /// Whether it asks the user for something.
    pub(crate) fn is_asking(&self) -> bool {
        match &self.state {
            State::Asking(_) => true,
            State::Validating(_) | State::Calling(_) => {
                self.validating().is_some_and(Validation::is_asking)
            }
        }
    }

    /// The validation that speaks: that of the stage, also while the server is asked whether it was enough.
    fn validating(&self) -> Option<&Validation> {
        self.offered(&self.stage_in_progress()?)
    }

    fn stage_in_progress(&self) -> Option<AuthType> {
        match &self.state {
            State::Asking(_) => None,
            State::Validating(stage) => Some(stage.clone()),
            State::Calling(auth) => auth.as_ref()?.auth_type(),
        }
    }

    fn answer(&mut self, prompt: &Prompt, reply: Reply) -> Result<Replied, NotAwaited> {
        if let (Prompt::Threepid(medium), Reply::Threepid(threepid)) = (prompt, &reply) {
            if threepid.medium() != *medium {
                return Err(NotAwaited);
            }
            return self.take_threepid(threepid.clone());
        }
        let auth = match (prompt, reply, self.user()) {
            (Prompt::Password, Reply::Password(password), Some(user)) => {
                AuthData::password(&user, &password)
            }
            (Prompt::Terms(_), Reply::Done, _) => AuthData::terms(),
            (Prompt::RegistrationToken, Reply::RegistrationToken(token), _) => {
                AuthData::registration_token(&token)
            }
            (Prompt::Captcha { .. }, Reply::Captcha(response), _) => AuthData::recaptcha(&response),
            (Prompt::Browser { .. }, Reply::Done, _) => AuthData::completed_elsewhere(),
            (Prompt::Stage(_), Reply::Stage(auth), _) => auth,
            _ => return Err(NotAwaited),
        };
        self.submit(auth);
        Ok(Replied::Restart)
    }

    fn submit(&mut self, auth: AuthData) {
        let session = self.session.as_ref().and_then(AuthData::session);
        self.state = State::Calling(Some(auth.in_session(session.as_deref())));
    }

    /// Handles a refusal: a challenge leads to the next stage.
    pub(crate) fn refused(
        &mut self,
        context: &mut FlowContext<'_>,
        refusal: CallError,
        target: &Target,
    ) -> Result<(), FlowError> {
        if self.restarts(&refusal) {
            return Ok(());
        }
        let Some(challenge) = refusal.error.uia() else {
            if refusal.errcode() == Some(&ErrorCode::ThreepidAuthFailed)
                && let State::Calling(Some(auth)) = &self.state
                && let Some(stage) = auth.auth_type()
                && let Some(validation) = self.offered_mut(&stage)
            {
                validation.not_yet(context, refusal.error);
                self.state = State::Validating(stage);
                return Ok(());
            }
            // Completed stages stay completed, should the operation be called again.
            self.state = State::Calling(self.session.clone());
            return Err(refusal.into());
        };
        let session = challenge.session.as_deref();
        self.session =
            session.map(|session| AuthData::completed_elsewhere().in_session(Some(session)));
        let Some(stages) = self.best_flow(challenge) else {
            return Err(FlowError::UnknownAuthentication(refusal.error));
        };
        let next = stages.first();
        let submitted = match &self.state {
            State::Calling(Some(auth)) => auth.auth_type(),
            _ => None,
        };
        if let Some(auth) = self.forgotten.take()
            && auth.auth_type().as_ref() == next
        {
            self.submit(*auth);
            return Ok(());
        }
        let was_answered = matches!(self.state, State::Calling(Some(_)));
        match self.stage(next, challenge, target) {
            Stage::Submit(_) if self.unattended == UNATTENDED_STAGES => return Err(refusal.into()),
            Stage::Submit(auth) => {
                self.unattended += 1;
                self.submit(auth);
            }
            Stage::Ask(prompt) => {
                let is_same = submitted.is_none() || submitted.as_ref() == next;
                let is_wrong = was_answered && is_same && refusal.errcode().is_some();
                context.emit(if is_wrong {
                    FlowEvent::Rejected {
                        prompt: prompt.clone(),
                        error: refusal.error,
                    }
                } else {
                    FlowEvent::Asks(prompt.clone())
                });
                self.state = State::Asking(prompt);
            }
            Stage::Validate => {
                let stage = next.cloned().unwrap_or(AuthType::EmailIdentity);
                if submitted.as_ref() != Some(&stage) {
                    // Otherwise the server could ask for two validated addresses in turn, forever.
                    if self.unattended == UNATTENDED_STAGES {
                        return Err(refusal.into());
                    }
                    self.unattended += 1;
                }
                if submitted.as_ref() == Some(&stage)
                    && let Some(validation) = self.offered_mut(&stage)
                {
                    validation.not_yet(context, refusal.error);
                }
                self.state = State::Validating(stage);
            }
        }
        Ok(())
    }

    /// The shortest completable flow among those that use most of what was offered, since a user who gives an address
    /// wants the server to know it.
    fn best_flow(&self, challenge: &UiaChallenge) -> Option<Vec<AuthType>> {
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

    /// Restarts if the server may have forgotten the session. Synapse then says `M_UNKNOWN`, as it does for much else,
    /// so this is tried once. The refused request had no effect.
    fn restarts(&mut self, refusal: &CallError) -> bool {
        let State::Calling(Some(auth)) = &self.state else {
            return false;
        };
        let may_be_forgotten = refusal.error.uia().is_none()
            && refusal.error.status() == Some(StatusCode::BAD_REQUEST)
            && refusal.errcode() == Some(&ErrorCode::Unknown);
        if self.restarted || self.session.is_none() || !may_be_forgotten {
            return false;
        }
        self.forgotten = Some(Box::new(auth.clone()));
        self.restarted = true;
        self.session = None;
        self.state = State::Calling(None);
        true
    }

    fn user(&self) -> Option<UserIdentifier> {
        self.user.as_ref()?.deserialize().ok()
    }

    fn can_complete(&self, stage: &AuthType) -> bool {
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

    fn stage(
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
                    Some((password, user)) => Stage::Submit(AuthData::password(&user, &password)),
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
            other if self.offered(other).is_some() => Stage::Validate,
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
}

impl Uia {
    fn offered(&self, stage: &AuthType) -> Option<&Validation> {
        let mut validations = self.validations.iter();
        validations.find(|validation| validation.stage() == *stage)
    }

    fn offered_mut(&mut self, stage: &AuthType) -> Option<&mut Validation> {
        let mut validations = self.validations.iter_mut();
        validations.find(|validation| validation.stage() == *stage)
    }

    /// What the user can be asked for to complete this stage.
    fn asked_for(&self, stage: &AuthType) -> Option<Medium> {
        let medium = match stage {
            AuthType::EmailIdentity => Medium::Email,
            AuthType::Msisdn => Medium::Msisdn,
            _ => return None,
        };
        (self.uia_capabilities.threepid && self.enrolment.is_some()).then_some(medium)
    }

    /// Takes a number or an address for a stage, replacing the one before.
    fn take_threepid(&mut self, threepid: ThreepidInput) -> Result<Replied, NotAwaited> {
        let stage = threepid.stage();
        self.asked_for(&stage).ok_or(NotAwaited)?;
        self.offer(threepid);
        self.state = State::Validating(stage);
        Ok(Replied::Restart)
    }

    /// No message was sent: if the server rejects the address, the user is asked for another one.
    fn not_taken(
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
                let prompt = Prompt::Threepid(medium);
                self.validations.retain(|known| known.stage() != *stage);
                self.state = State::Asking(prompt.clone());
                context.emit(FlowEvent::Rejected {
                    prompt,
                    error: source,
                });
                Ok(())
            }
            (error, _) => Err(error),
        }
    }
}

impl Part for Uia {
    fn prompt(&self) -> Option<Prompt> {
        match &self.state {
            State::Asking(prompt) => Some(prompt.clone()),
            State::Validating(_) | State::Calling(_) => self.validating()?.active().prompt(),
        }
    }

    fn reply(&mut self, reply: Reply, is_calling: bool) -> Result<Replied, NotAwaited> {
        match (&self.state, reply) {
            // Only here is known how to validate another one.
            (State::Validating(stage), Reply::Threepid(threepid)) if threepid.stage() == *stage => {
                self.take_threepid(threepid)
            }
            (State::Validating(_), Reply::Threepid(_)) => Err(NotAwaited),
            (State::Validating(_) | State::Calling(_), reply) => {
                let stage = self.stage_in_progress().ok_or(NotAwaited)?;
                let validation = self.offered_mut(&stage).ok_or(NotAwaited)?;
                validation.active_mut().reply(reply, is_calling)
            }
            (State::Asking(prompt), reply) => {
                let prompt = prompt.clone();
                self.answer(&prompt, reply)
            }
        }
    }

    fn state(&self) -> &'static str {
        match (&self.state, self.validating()) {
            (State::Validating(_), Some(validation)) => validation.active().state(),
            (State::Validating(_), None) => "Validating",
            (State::Calling(_), _) => "Calling",
            (State::Asking(_), _) => "Asking",
        }
    }
}

fn written(user: UserIdentifier) -> RawJson {
    RawJson::new(&user).expect("an identifier has a JSON form")
}

/// The stage as the validated session completes it.
fn proof(stage: &AuthType, validated: Validated) -> AuthData {
    let credentials = ValidationCredentials::new(validated.sid, validated.client_secret);
    if *stage == AuthType::Msisdn {
        AuthData::msisdn(&credentials)
    } else {
        AuthData::email_identity(&credentials)
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
