use hardline_derive::Persist;

use crate::flow::Prompt;
use crate::wire::{AuthData, AuthType};

/// What the user answered to the stages of a session, so that a session which the server forgot begins anew without
/// asking for the same again.
#[derive(Debug, Default, Persist)]
pub(super) struct Answers(Vec<Answer>);

#[derive(Debug, Persist)]
struct Answer {
    stage: AuthType,
    /// What was asked. The same answer to another question, such as consent to other documents, is not given.
    prompt: Prompt,
    auth: AuthData,
    /// It is submitted as soon as its stage comes.
    is_due: bool,
}

impl Answers {
    /// Records an answer that is being submitted.
    pub(super) fn record(&mut self, stage: AuthType, prompt: Prompt, auth: AuthData) {
        self.0.retain(|known| known.stage != stage);
        self.0.push(Answer {
            stage,
            prompt,
            auth,
            is_due: false,
        });
    }

    /// The question that the answer to this stage was given to, if the user answered it.
    pub(super) fn prompt(&self, stage: &AuthType) -> Option<&Prompt> {
        self.of(stage).map(|answer| &answer.prompt)
    }

    /// The server does not accept the answer.
    pub(super) fn reject(&mut self, stage: &AuthType) {
        self.0.retain(|known| known.stage != *stage);
    }

    /// The server accepted the answer: only one that it may accept again is kept.
    pub(super) fn accept(&mut self, stage: &AuthType) {
        let may_repeat = matches!(
            stage,
            AuthType::Password | AuthType::Terms | AuthType::RegistrationToken
        );
        if !may_repeat {
            self.reject(stage);
        }
    }

    /// The stages are asked for once more, in another session.
    pub(super) fn begin_anew(&mut self) {
        for answer in &mut self.0 {
            answer.is_due = true;
        }
    }

    /// The answer to submit without asking. It is due only once.
    pub(super) fn due(&mut self, stage: &AuthType, prompt: &Prompt) -> Option<AuthData> {
        let mut answers = self.0.iter_mut();
        let answer = answers.find(|answer| answer.stage == *stage)?;
        let is_due = std::mem::take(&mut answer.is_due);
        (is_due && answer.prompt == *prompt).then(|| answer.auth.clone())
    }

    fn of(&self, stage: &AuthType) -> Option<&Answer> {
        self.0.iter().find(|answer| answer.stage == *stage)
    }
}
