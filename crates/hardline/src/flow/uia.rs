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
//! What a refusal means is in `refusal.rs`, what follows from it in `challenges.rs`, and how to complete a stage in
//! `stages.rs`. What the user answered is kept, in `answers.rs`, so that a session which the
//! server forgot begins anew without asking again.

mod answers;
mod challenges;
mod fallback_page;
pub(crate) mod refusal;
mod stages;
pub(crate) mod terms_document;
pub(crate) mod uia_capabilities;

use std::task::{Poll, ready};
use std::time::Duration;

use hardline_derive::Persist;

use answers::Answers;

use super::engine::callable::Callable;
use super::engine::{CallError, FlowContext, Part, Replied};
use super::{FlowError, NotAwaited, Prompt, Reply, ThreepidInput, UiaCapabilities};
use crate::flow::threepid::validation::{Purpose, Validated, Validation};
use crate::json::RawJson;
use crate::types::{ClientSecret, Password, Timestamp};
use crate::wire::{
    ApiResponse, AuthData, AuthType, Credentials, Error, Target, UserIdentifier,
    ValidationCredentials,
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
