use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::network::{Arrival, gateway};
use super::person::Moment;
use super::run::{HOUR, Run};
use super::stream::Stream;
use super::{START, Trouble, Violation};
use crate::flow::{Flow, Reply};
use crate::types::Timestamp;
use crate::wire::FailureClass;

/// How many replies there are that nobody asked for.
const UNASKED: u64 = if cfg!(feature = "oauth") { 3 } else { 2 };

impl<F: Flow<Event: Debug> + Debug> Run<'_, F> {
    /// Lets something happen; returns false if nothing ever will.
    pub(super) fn step(&mut self) -> Result<bool, Violation> {
        let trouble = self.setup.choices.trouble();
        let trouble = trouble.filter(|trouble| !self.setup.without.contains(trouble));
        if let Some(trouble) = trouble {
            self.log.push(format!("trouble {trouble:?}"));
            if self.make(trouble)? {
                return Ok(true);
            }
        }
        if let Some(index) = self.network.first() {
            self.answer(index, |arrival, _| arrival);
        } else if let Some(until) = self.until {
            self.pass(until - self.now);
            self.input(&Arrival::Timeout);
        } else if let Some(lost) = self.network.in_flight.first() {
            // Whoever sent it has a limit of their own.
            let failed = Arrival::Failed(lost.id, FailureClass::TimedOutAfterSend);
            self.input(&failed);
        } else {
            return self.ask(None);
        }
        Ok(true)
    }

    /// Makes trouble; returns false if there is no occasion for it.
    fn make(&mut self, trouble: Trouble) -> Result<bool, Violation> {
        let first = self.network.first();
        match trouble {
            Trouble::EarlyTimeout => self.input(&Arrival::Timeout),
            Trouble::ClockStep => self.step_clock()?,
            Trouble::Saved if self.network.in_flight.is_empty() => return self.save(),
            Trouble::Saved => return Ok(false),
            Trouble::Interrupted => return self.save(),
            Trouble::Unasked => return self.reply_unasked(),
            Trouble::Late => return Ok(self.arrive_late()),
            _ => {
                let Some(first) = first else { return Ok(false) };
                self.disturb(trouble, first);
            }
        }
        Ok(true)
    }

    /// Something goes wrong with a request in flight.
    fn disturb(&mut self, trouble: Trouble, first: usize) {
        match trouble {
            Trouble::Reordered => {
                let last = self.network.in_flight.iter().rposition(|one| !one.is_lost);
                self.answer(last.unwrap_or(first), |arrival, _| arrival);
            }
            Trouble::Lost => {
                if self.setup.choices.number(2) == 1 {
                    self.serve(first);
                }
                self.network.in_flight[first].is_lost = true;
            }
            Trouble::Failed => {
                let all = FailureClass::ALL;
                let index = self.setup.choices.number(all.len() as u64) as usize;
                let class = all[index % all.len()];
                if !class.never_sent() && self.setup.choices.number(2) == 1 {
                    self.serve(first);
                }
                let id = self.network.in_flight[first].id;
                self.input(&Arrival::Failed(id, class));
            }
            Trouble::Duplicated => {
                self.answer(first, |arrival, late| {
                    late.push(arrival.clone());
                    arrival
                });
            }
            Trouble::Gateway => {
                let (response, acted) = gateway(&mut self.setup.choices);
                if acted {
                    self.serve(first);
                }
                let exchange = &self.network.in_flight[first];
                let arrival = match exchange.stream {
                    // It is too late for that: what stands there gives up.
                    Some(Stream::Head(_) | Stream::Body(_) | Stream::Whole(..)) => {
                        Arrival::Failed(exchange.id, FailureClass::Interrupted)
                    }
                    Some(Stream::Asked) => self.head_comes(first, response),
                    _ => Arrival::Response(exchange.id, response),
                };
                self.input(&arrival);
            }
            _ => self.answer(first, |arrival, _| match arrival {
                Arrival::Response(id, response) => {
                    let half = |body: Bytes| body.slice(..body.len() / 2);
                    Arrival::Response(id, response.map(half))
                }
                // The connection breaks before the rest.
                Arrival::Progress(id, _) | Arrival::BodyEnded(id, _) => {
                    Arrival::Failed(id, FailureClass::Interrupted)
                }
                other => other,
            }),
        }
    }

    /// The server acts on a request.
    pub(super) fn serve(&mut self, index: usize) -> Response<Bytes> {
        let request = self.network.in_flight[index].request.clone();
        (self.setup.server)(START + self.passed, request)
    }

    /// The server responds to a request, or a body goes on, and perhaps something changes what arrives.
    fn answer(&mut self, index: usize, change: impl FnOnce(Arrival, &mut Vec<Arrival>) -> Arrival) {
        let id = self.network.in_flight[index].id;
        let left = self.until.map(|until| until - self.now).unwrap_or_default();
        let delay = Duration::from_millis(5 + self.setup.choices.number(500));
        self.pass(delay.min(left));
        let arrival = match self.go_on(index) {
            Some(arrival) => arrival,
            None => Arrival::Response(id, self.serve(index)),
        };
        let arrival = change(arrival, &mut self.network.late);
        self.log.push(format!("{id:?} {arrival}"));
        self.input(&arrival);
    }

    /// A response arrives for which nobody waits any more.
    pub(super) fn arrive_late(&mut self) -> bool {
        if let Some(arrival) = self.network.late.pop() {
            self.input(&arrival);
            return true;
        }
        let Some(exchange) = self.network.given_up.pop() else {
            return false;
        };
        let response = (self.setup.server)(START + self.passed, exchange.request);
        self.input(&Arrival::Response(exchange.id, response));
        true
    }

    /// The clock is set. If it is set back, every deadline moves back with it.
    fn step_clock(&mut self) -> Result<(), Violation> {
        let left = self.until.map(|until| until - self.now);
        if self.setup.choices.number(2) == 1 {
            self.now = self.now + HOUR;
            self.input(&Arrival::Timeout);
            return Ok(());
        }
        let hour = u64::try_from(HOUR.as_millis()).unwrap_or(u64::MAX);
        self.now = Timestamp::from_millis(self.now.as_millis().saturating_sub(hour));
        self.input(&Arrival::Timeout);
        let Some(left) = left.filter(|left| !left.is_zero()) else {
            return Ok(());
        };
        let (outputs, now) = (self.outputs, self.now);
        self.drain()?;
        let until = self.until;
        // It says nothing but `Wait`, until the same moment as before.
        if self.outputs == outputs + 1 && until.map(|until| until - now) == Some(left) {
            return Ok(());
        }
        Err(Violation::ClockStep { left, until, now })
    }

    fn reply_unasked(&mut self) -> Result<bool, Violation> {
        let Some(unasked) = self.setup.unasked else {
            return Ok(false);
        };
        let reply = match self.setup.choices.number(UNASKED) {
            0 => Reply::Done,
            1 => Reply::Resend,
            // Somebody else sent the browser there.
            #[cfg(feature = "oauth")]
            2 => Reply::Redirected("/?code=unasked&state=unasked".into()),
            _ => return Ok(false),
        };
        let moment = Moment {
            flow: &mut self.setup.flow,
            twin: self.twin.as_mut(),
            event: None,
            now: self.now,
            is_superseded: false,
        };
        let acted = unasked(moment, reply)?;
        Ok(self.acted(acted))
    }

    /// Saves the flow and loads it. While nothing is in flight, that changes nothing.
    fn save(&mut self) -> Result<bool, Violation> {
        let Some(saving) = &self.setup.saving else {
            return Ok(false);
        };
        let failed = |error| Violation::NotSaved { error };
        let saved = (saving.save)(&self.setup.flow).map_err(failed)?;
        let loaded = (saving.load)(&saved).map_err(failed)?;
        let before = std::mem::replace(&mut self.setup.flow, loaded);
        let is_quiet = self.network.in_flight.is_empty() && !(self.setup.pending)(&before);
        self.twin = is_quiet.then_some(before);
        self.network.forgets();
        self.cut_sink();
        if !is_quiet {
            self.drain()?;
        }
        // A loaded flow does not know the time.
        self.input(&Arrival::Timeout);
        Ok(true)
    }
}
