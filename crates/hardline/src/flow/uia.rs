//! Works through user-interactive authentication for one operation.
//!
//! ```text
//!           .------------------- reply --------- Asking <--- a stage for the user ----.
//!           v                                     ^                                   |
//! new --> Calling --a wrong answer----------------'                                   |
//!           ^ |  '--401 with flows--> the next stage of the shortest completable flow |
//!           | |                                 | |                                   |
//!           | |                                 | '-- no such flow --> UnknownAuthentication
//!           | |                                 v                                     |
//!           | |--200, or refused--> done     an automatic stage        a phone number or address
//!           | |                                 |                                     v
//!           | '--the session is forgotten--.    |                                     |
//!           '------------------------------+----+----------- validated ---------- Validating
//! ```
//!
//! What a refusal means is in `refusal.rs`. What the user answered is kept, in `answers.rs`, so that a session which the
//! server forgot begins anew without asking again.

mod answers;
mod fallback_page;
pub(crate) mod refusal;
pub(crate) mod terms_document;
pub(crate) mod uia_capabilities;

use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;
use http::StatusCode;

use answers::Answers;
use fallback_page::fallback_page;
use refusal::{forgets_session, rejects_answer};

use super::engine::callable::Callable;
use super::engine::{CallError, FlowContext, Part, Replied};
use super::{
    FlowError, FlowEvent, NotAwaited, Prompt, Reply, RetryScheduled, TermsDocument, ThreepidInput,
    UiaCapabilities,
};
use crate::flow::threepid::validation::{
    Purpose, Validated, Validation, is_unproved, says_nothing,
};
use crate::json::{JsonObject, RawJson};
use crate::types::{ClientSecret, Medium, Password, Timestamp};
use crate::wire::{
    AbsoluteUrl, ApiResponse, AuthData, AuthType, Credentials, Error, ErrorCode, ErrorKind,
    Operation, Target, ThreepidRefusal, UiaChallenge, UserIdentifier, ValidationCredentials,
};

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
    /// The session, once there is one.
    session: Option<String>,
    /// What the user answered in this session.
    answers: Answers,
    /// How many stages were submitted since the user answered, so that a server that is never satisfied cannot keep the
    /// flow busy forever.
    unattended: u8,
    /// How often in a row the server asked again for consent that the user had given.
    unheard: u8,
    /// The session is a new one in place of one that the server forgot, and has brought nothing yet: if it is forgotten
    /// too, so is every other.
    is_anew: bool,
    /// The server asked to wait before the next submission.
    wait: Option<Box<Wait>>,
    state: State,
}

/// More stages than any server has.
const UNATTENDED_STAGES: u8 = 8;

/// Consent can be given only in one way, so that giving it once more seldom helps.
const UNHEARD: u8 = 3;

#[derive(Debug, Persist)]
enum State {
    // A flow may wait for hours with nothing submitted, so this takes memory only if there is something.
    Calling(Option<Box<Submission>>),
    Asking { stage: AuthType, prompt: Prompt },
    Validating(AuthType),
}

#[derive(Debug, Persist)]
struct Submission {
    /// The stage, which `auth` does not say if it was completed elsewhere. `None` if all stages are completed.
    stage: Option<AuthType>,
    auth: AuthData,
}

#[derive(Debug, Persist)]
struct Wait {
    until: Timestamp,
    length: Duration,
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
    Validate(AuthType),
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
            answers: Answers::default(),
            unattended: 0,
            unheard: 0,
            is_anew: false,
            wait: None,
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

    /// Forgets the session, since another request is made next. Validated addresses stay validated, and what the user
    /// answered is not asked for again.
    pub(crate) fn restart(&mut self) {
        self.unattended = 0;
        self.begin_anew();
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
        self.call_or_poll(context, operation, target, false)
    }

    /// The same if the call is one of many, made to see whether a link was followed: an error that says nothing about
    /// that is returned, unless it costs an answer of the user's.
    pub(crate) fn poll<O: Callable>(
        &mut self,
        context: &mut FlowContext<'_>,
        operation: &O,
        target: &Target,
    ) -> Poll<Result<O::Response, FlowError>> {
        self.call_or_poll(context, operation, target, true)
            .map_ok(|answer| answer.value)
    }

    fn call_or_poll<O: Callable>(
        &mut self,
        context: &mut FlowContext<'_>,
        operation: &O,
        target: &Target,
        is_poll: bool,
    ) -> Poll<Result<ApiResponse<O::Response>, FlowError>> {
        loop {
            match &mut self.state {
                State::Calling(submission) => {
                    if let Some(wait) = &self.wait {
                        ready!(context.pause_until(wait.until, wait.length));
                        self.wait = None;
                    }
                    let auth = submission.as_ref().map(|submission| &submission.auth);
                    let credentials = Credentials::Deferred;
                    match ready!(context.attempt_answer(operation, auth, target, &credentials)) {
                        Ok(response) => return Poll::Ready(Ok(response)),
                        Err(refusal) => {
                            let constant = operation.operation();
                            ready!(self.on_refusal(context, constant, refusal, target, is_poll))?;
                        }
                    }
                }
                State::Asking { .. } => return Poll::Pending,
                State::Validating(stage) => {
                    let stage = stage.clone();
                    let Some(validation) = self.offered_mut(&stage) else {
                        return Poll::Pending;
                    };
                    match ready!(validation.advance(context)) {
                        Ok(validated) => {
                            let auth = proof(&stage, validated);
                            self.submit(Some(stage), auth);
                        }
                        Err(error) => self.not_taken(context, &stage, error)?,
                    }
                }
            }
        }
    }

    /// Whether it asks the user for something.
    pub(crate) fn is_asking(&self) -> bool {
        match &self.state {
            State::Asking { .. } => true,
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
            State::Asking { .. } => None,
            State::Validating(stage) => Some(stage.clone()),
            State::Calling(submission) => submission.as_ref()?.stage.clone(),
        }
    }

    fn answer(
        &mut self,
        stage: AuthType,
        prompt: Prompt,
        reply: Reply,
    ) -> Result<Replied, NotAwaited> {
        if let (Prompt::Threepid(medium), Reply::Threepid(threepid)) = (&prompt, &reply) {
            if threepid.medium() != *medium {
                return Err(NotAwaited);
            }
            return self.take_threepid(threepid.clone());
        }
        let auth = match (&prompt, reply, self.user()) {
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
        self.unattended = 0;
        self.answers.record(stage.clone(), prompt, auth.clone());
        self.submit(Some(stage), auth);
        Ok(Replied::Restart)
    }

    fn submit(&mut self, stage: Option<AuthType>, auth: AuthData) {
        let auth = auth.in_session(self.session.as_deref());
        self.state = State::Calling(Some(Box::new(Submission { stage, auth })));
    }

    /// Begins with the challenge that a request without a stage met.
    pub(crate) fn refused(
        &mut self,
        context: &mut FlowContext<'_>,
        refusal: CallError,
        target: &Target,
    ) -> Result<(), FlowError> {
        match refusal.error.uia().cloned() {
            Some(challenge) => self.challenged(context, None, &challenge, refusal, target),
            None => Err(refusal.into()),
        }
    }

    /// Begins a session in place of one that is of no use any more.
    fn begin_anew(&mut self) {
        self.answers.begin_anew();
        self.session = None;
        self.state = State::Calling(None);
    }

    /// Handles a refusal: what it leads to, if it does not end the flow.
    fn on_refusal(
        &mut self,
        context: &mut FlowContext<'_>,
        operation: &'static Operation,
        refusal: CallError,
        target: &Target,
        is_poll: bool,
    ) -> Poll<Result<(), FlowError>> {
        let submission = match &mut self.state {
            State::Calling(submission) => submission.take(),
            _ => None,
        };
        let error = &refusal.error;
        let has_session = submission
            .as_ref()
            .is_some_and(|submission| submission.auth.session().is_some());
        if let Some(challenge) = error.uia().filter(|_| !error.is_rate_limited()).cloned() {
            return Poll::Ready(self.challenged(context, submission, &challenge, refusal, target));
        }
        let stage = submission.as_ref().and_then(|sent| sent.stage.clone());
        if has_session && forgets_session(error, stage.as_ref()) {
            if self.is_anew {
                return Poll::Ready(Err(refusal.into()));
            }
            self.is_anew = true;
            self.begin_anew();
            return Poll::Ready(Ok(()));
        }
        // A server that refuses for another reason knew the session.
        if matches!(error.kind(), ErrorKind::Server(_)) && !error.is_rate_limited() {
            self.is_anew = false;
        }
        if let Some(stage) = &stage {
            let is_rejected = rejects_answer(error);
            let is_unproved = is_unproved(error) || is_rejected;
            if let Some(validation) = self.offered_mut(stage) {
                if is_unproved || validation.is_polling() && says_nothing(error) {
                    validation.not_yet(context, refusal.error);
                    self.state = State::Validating(stage.clone());
                    self.is_anew = false;
                    return Poll::Ready(Ok(()));
                }
            } else if is_rejected && let Some(prompt) = self.answers.prompt(stage).cloned() {
                self.is_anew = false;
                self.answers.reject(stage);
                self.ask(context, stage.clone(), prompt, Some(refusal.error));
                return Poll::Ready(Ok(()));
            }
        }
        if is_poll && stage.is_none() && says_nothing(error) {
            self.submit_session();
            return Poll::Ready(Err(refusal.into()));
        }
        // Palpo says no more if it does not know the session. If the user tries again, nothing is lost in a new one.
        let may_be_forgotten = has_session
            && stage == Some(AuthType::Password)
            && error.status() == Some(StatusCode::INTERNAL_SERVER_ERROR)
            && error.errcode() == Some(&ErrorCode::Unknown);
        if may_be_forgotten {
            self.begin_anew();
        } else {
            self.state = State::Calling(submission);
        }
        let refusal = ready!(context.settle(operation, refusal, &Credentials::Deferred));
        self.submit_session();
        Poll::Ready(Err(refusal.into()))
    }

    /// Completed stages stay completed, should the operation be called again.
    fn submit_session(&mut self) {
        match self.session {
            Some(_) => self.submit(None, AuthData::completed_elsewhere()),
            None => self.state = State::Calling(None),
        }
    }

    /// Handles a challenge: it leads to the next stage.
    fn challenged(
        &mut self,
        context: &mut FlowContext<'_>,
        submission: Option<Box<Submission>>,
        challenge: &UiaChallenge,
        refusal: CallError,
        target: &Target,
    ) -> Result<(), FlowError> {
        let was_submitted = submission.is_some();
        let stage = submission.and_then(|submission| submission.stage);
        let is_other_session = self.take_session(challenge);
        let Some(stages) = self.best_flow(challenge) else {
            // Servers that name no flows do not take them back.
            if let Some(stage) = stage
                && refusal.errcode().is_some()
                && rejects_answer(&refusal.error)
                && let Some(prompt) = self.answers.prompt(&stage).cloned()
            {
                self.answers.reject(&stage);
                self.ask(context, stage, prompt, Some(refusal.error));
                return Ok(());
            }
            return Err(FlowError::UnknownAuthentication(refusal.error));
        };
        let next = stages.first();
        let is_same = stage.is_some() && stage.as_ref() == next;
        // A new session without a word: Palpo's for a wrong password, Dendrite's for a session it forgot, in which no
        // password is ever submitted.
        let is_silent =
            refusal.errcode().is_none() && !(is_same && stage == Some(AuthType::Password));
        let is_forgotten =
            is_other_session && (is_silent || forgets_session(&refusal.error, stage.as_ref()));
        let is_rejected = if is_forgotten && !self.is_anew {
            self.answers.begin_anew();
            self.is_anew = true;
            false
        } else {
            if is_other_session {
                self.answers.begin_anew();
            }
            match &stage {
                Some(stage) if is_same => self.answers.reject(stage),
                Some(stage) => self.answers.accept(stage),
                None => {}
            }
            self.is_anew &= !was_submitted;
            is_same
        };
        if is_rejected && stage == Some(AuthType::Terms) {
            self.unheard += 1;
            if self.unheard == UNHEARD {
                return Err(refusal.into());
            }
        } else if was_submitted {
            self.unheard = 0;
        }
        match (self.stage(next, challenge, target), next) {
            (Stage::Submit(auth), next) => {
                self.count_unattended(context, refusal)?;
                self.submit(next.cloned(), auth);
            }
            (Stage::Ask(prompt), Some(next)) => match self.answers.due(next, &prompt) {
                Some(auth) => {
                    self.count_unattended(context, refusal)?;
                    self.submit(Some(next.clone()), auth);
                }
                None if is_rejected => {
                    self.ask(context, next.clone(), prompt, Some(refusal.error));
                }
                None => {
                    self.wait(context, refusal.error);
                    self.ask(context, next.clone(), prompt, None);
                }
            },
            (Stage::Validate(next), _) => {
                if is_rejected && let Some(validation) = self.offered_mut(&next) {
                    validation.not_yet(context, refusal.error);
                } else {
                    // Otherwise the server could ask for two validated addresses in turn, forever.
                    self.count_unattended(context, refusal)?;
                }
                self.state = State::Validating(next);
            }
            (Stage::Ask(_), None) => return Err(refusal.into()),
        }
        Ok(())
    }

    /// Takes the session of a challenge, and returns whether it is another one than before. One that is missing is the
    /// same: Dendrite leaves it empty.
    fn take_session(&mut self, challenge: &UiaChallenge) -> bool {
        let given = challenge.session.as_deref();
        let Some(given) = given.filter(|session| !session.is_empty()) else {
            return false;
        };
        let known = self.session.replace(given.to_owned());
        known.is_some_and(|known| known != given)
    }

    /// Something is submitted without the user, which has its limits.
    fn count_unattended(
        &mut self,
        context: &mut FlowContext<'_>,
        refusal: CallError,
    ) -> Result<(), FlowError> {
        if self.unattended == UNATTENDED_STAGES {
            return Err(refusal.into());
        }
        self.unattended += 1;
        self.wait(context, refusal.error);
        Ok(())
    }

    /// Asks the user; again, if there is an error.
    fn ask(
        &mut self,
        context: &mut FlowContext<'_>,
        stage: AuthType,
        prompt: Prompt,
        error: Option<Error>,
    ) {
        let asked = prompt.clone();
        self.state = State::Asking { stage, prompt };
        context.emit(match error {
            Some(error) => {
                // The error says how long.
                self.wait = Wait::asked_by(&error, context.now()).map(Box::new);
                FlowEvent::Rejected {
                    prompt: asked,
                    error,
                }
            }
            None => FlowEvent::Asks(asked),
        });
    }

    /// Waits before the next submission, and says so, if the server asks for it.
    fn wait(&mut self, context: &mut FlowContext<'_>, error: Error) {
        self.wait = Wait::asked_by(&error, context.now()).map(Box::new);
        if let Some(until) = self.wait.as_ref().map(|wait| wait.until) {
            context.emit(FlowEvent::RetryScheduled(RetryScheduled { error, until }));
        }
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
        self.unattended = 0;
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
                self.validations.retain(|known| known.stage() != *stage);
                let prompt = Prompt::Threepid(medium);
                self.ask(context, stage.clone(), prompt, Some(source));
                Ok(())
            }
            (error, _) => Err(error),
        }
    }
}

impl Part for Uia {
    fn prompt(&self) -> Option<Prompt> {
        match &self.state {
            State::Asking { prompt, .. } => Some(prompt.clone()),
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
                if let Some(validation) = self.offered_mut(&stage) {
                    return validation.active_mut().reply(reply, is_calling);
                }
                // After submitting an answer stalled, the user may give another one.
                match self.answers.prompt(&stage).cloned() {
                    Some(prompt) if !is_calling => self.answer(stage, prompt, reply),
                    _ => Err(NotAwaited),
                }
            }
            (State::Asking { stage, prompt }, reply) => {
                let (stage, prompt) = (stage.clone(), prompt.clone());
                self.answer(stage, prompt, reply)
            }
        }
    }

    fn state(&self) -> &'static str {
        match (&self.state, self.validating()) {
            (State::Validating(_), Some(validation)) => validation.active().state(),
            (State::Validating(_), None) => "Validating",
            (State::Calling(_), _) => "Calling",
            (State::Asking { .. }, _) => "Asking",
        }
    }
}

fn written(user: UserIdentifier) -> RawJson {
    RawJson::new(&user).expect("an identifier has a JSON form")
}

impl Wait {
    fn asked_by(error: &Error, now: Timestamp) -> Option<Self> {
        let length = error.retry_after(now)?;
        let until = now + length;
        Some(Self { until, length })
    }
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
