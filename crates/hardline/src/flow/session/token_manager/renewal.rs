use std::time::Duration;

use super::{FRESHNESS, State, Then, TokenManager};
use crate::flow::engine::attempts::Attempts;
use crate::flow::{SessionEvent, SessionTokens};
use crate::wire::{EncodeError, Error, ServerError};

/// How long the program may take to look for newer tokens.
const ANSWER: Duration = Duration::from_secs(5);

/// How the tokens are replaced by newer ones, and what follows if there are none.
impl TokenManager {
    /// The server says that it does not know the current access token.
    pub(super) fn refuse_access_token(&mut self, refusal: ServerError) {
        self.refusal.get_or_insert(refusal);
        if !self.is_holding() {
            self.begin();
        }
    }

    /// Looks for newer tokens, then refreshes.
    pub(super) fn begin(&mut self) {
        if self.asks {
            self.ask(Then::Refresh);
        } else {
            self.refresh_or_give_up(None, true);
        }
    }

    pub(super) fn ask(&mut self, then: Then) {
        let until = self.flow_state.now + ANSWER;
        self.state = State::Asking { until, then };
        self.events.push_back(SessionEvent::LoadTokens);
    }

    /// There are no newer tokens, or nobody answered.
    pub(super) fn go_on(&mut self, is_answered: bool) {
        self.forget_question();
        if let State::Asking { then, .. } = std::mem::take(&mut self.state) {
            match then {
                Then::Refresh => self.refresh_or_give_up(None, is_answered),
                Then::GiveUp(error) => self.refresh_or_give_up(Some(error), is_answered),
                // The server refused the access token meanwhile.
                Then::Nothing if self.refusal.is_some() => {
                    self.refresh_or_give_up(None, is_answered);
                }
                Then::Nothing => {}
            }
        }
    }

    /// `is_answered`: whether it is certain that the program has no newer tokens.
    pub(super) fn refresh_or_give_up(&mut self, refused: Option<Error>, is_answered: bool) {
        // A server that refuses the token it just gave would do so for ever.
        let is_useless = self.refusal.is_some() && self.is_fresh() && !self.is_expired();
        if refused.is_none() && self.can_refresh() && !is_useless {
            match self.method.choose(self.tokens.as_ref()) {
                Ok(()) => {
                    self.state = State::Refreshing {
                        attempts: Attempts::new(),
                        addresses: 1,
                    };
                }
                Err(failure) => self.fail(failure.into()),
            }
            return;
        }
        self.state = State::Open;
        let is_refused = refused.is_some();
        if let Some(error) = refused {
            self.is_refresh_token_dead = true;
            self.events.push_back(SessionEvent::RefreshRefused(error));
        }
        match self.refusal.take() {
            Some(refusal) if is_answered => self.log_out(Some(refusal.into())),
            // Another process may have tokens that work. It is asked again when the server refuses the next request.
            Some(refusal) if !is_refused => {
                self.events
                    .push_back(SessionEvent::RefreshFailed(Error::from(refusal)));
            }
            _ => {}
        }
    }

    pub(super) fn refreshed(&mut self, mut tokens: SessionTokens) {
        if tokens.access_token.reveal().trim_ascii().is_empty() {
            self.fail(EncodeError::UnsendableToken.into());
            return;
        }
        if let Some(old) = &mut self.tokens {
            tokens.refresh_token = tokens.refresh_token.or(old.refresh_token.take());
            tokens.oauth = tokens.oauth.or(old.oauth.take());
        }
        self.replace(Some(tokens.clone()));
        self.fresh_until = Some(self.flow_state.now + FRESHNESS);
        self.state = State::Telling;
        self.events.push_back(SessionEvent::Refreshed(tokens));
    }

    pub(super) fn refresh_failed(&mut self, error: Error) {
        let method = self.method.chosen();
        if method.is_final(&error) {
            if self.asks {
                self.ask(Then::GiveUp(error));
            } else {
                self.refresh_or_give_up(Some(error), true);
            }
            return;
        }
        if let State::Refreshing {
            attempts,
            addresses,
            ..
        } = &mut self.state
            && method.has_another_address(&self.target, &error, *addresses)
        {
            *attempts = Attempts::new();
            *addresses += 1;
            return;
        }
        self.try_again(error);
    }

    /// Repeats the refresh, if the policy says so.
    pub(super) fn try_again(&mut self, error: Error) {
        let State::Refreshing { attempts, .. } = &mut self.state else {
            return;
        };
        let operation = self.method.chosen().operation();
        match attempts.after(&mut self.flow_state, operation, error) {
            Ok(waiting) => self.events.push_back(SessionEvent::RetryScheduled(waiting)),
            Err(error) => self.fail(error),
        }
    }

    /// The refresh failed for now.
    pub(super) fn fail(&mut self, error: Error) {
        self.state = State::Open;
        // It is refused again if it is used again.
        self.refusal = None;
        self.not_before = self.flow_state.now + self.flow_state.policy.longest_wait;
        self.events.push_back(SessionEvent::RefreshFailed(error));
    }

    pub(super) fn told(&mut self) {
        self.state = if self.awaits_saved {
            State::Saving
        } else {
            State::Open
        };
    }

    /// Stops asking and refreshing. New tokens that came already are still told and saved.
    pub(super) fn abandon(&mut self) {
        match &self.state {
            State::Open | State::Telling | State::Saving => return,
            State::Asking { .. } => {}
            State::Refreshing { attempts, .. } => attempts.abandon(&mut self.flow_state),
        }
        self.state = State::Open;
        self.refusal = None;
        self.forget_question();
    }

    /// A question that the program has not taken yet is out of date.
    pub(super) fn forget_question(&mut self) {
        self.events
            .retain(|event| !matches!(event, SessionEvent::LoadTokens));
    }
}
