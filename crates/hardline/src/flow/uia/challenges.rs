use std::task::{Poll, ready};

use http::StatusCode;

use super::refusal::{forgets_session, rejects_answer};
use super::stages::Stage;
use super::{State, Submission, Uia, Wait};
use crate::flow::engine::{CallError, FlowContext};
use crate::flow::threepid::validation::{is_unproved, says_nothing};
use crate::flow::{FlowError, FlowEvent, Prompt, RetryScheduled};
use crate::wire::{
    AuthData, AuthType, Credentials, Error, ErrorCode, ErrorKind, Operation, Target, UiaChallenge,
};

/// More stages than any server has.
const UNATTENDED_STAGES: u8 = 8;

/// Consent can be given only in one way, so that giving it once more seldom helps.
const UNHEARD: u8 = 3;

/// What follows from a refusal.
impl Uia {
    /// Handles a refusal: what it leads to, if it does not end the flow.
    pub(super) fn on_refusal(
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
    pub(super) fn submit_session(&mut self) {
        match self.session {
            Some(_) => self.submit(None, AuthData::completed_elsewhere()),
            None => self.state = State::Calling(None),
        }
    }

    /// Handles a challenge: it leads to the next stage.
    pub(super) fn challenged(
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
        let Some(stages) = self.best_flow(challenge, target) else {
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
    pub(super) fn take_session(&mut self, challenge: &UiaChallenge) -> bool {
        let given = challenge.session.as_deref();
        let Some(given) = given.filter(|session| !session.is_empty()) else {
            return false;
        };
        let known = self.session.replace(given.to_owned());
        known.is_some_and(|known| known != given)
    }

    /// Something is submitted without the user, which has its limits.
    pub(super) fn count_unattended(
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
    pub(super) fn ask(
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
    pub(super) fn wait(&mut self, context: &mut FlowContext<'_>, error: Error) {
        self.wait = Wait::asked_by(&error, context.now()).map(Box::new);
        if let Some(until) = self.wait.as_ref().map(|wait| wait.until) {
            context.emit(FlowEvent::RetryScheduled(RetryScheduled { error, until }));
        }
    }
}
