use hardline::types::Timestamp;

use super::State;
use super::delayed_events::Outcome;
use super::rooms::EventDraft;

impl State {
    /// Sends the events whose time has come.
    pub(crate) fn send_due(&mut self, now: Timestamp) {
        for delay_id in self.delayed_events.due(now) {
            self.send_delayed(now, &delay_id);
        }
    }

    /// Sends a scheduled event now.
    pub(crate) fn send_delayed(&mut self, now: Timestamp, delay_id: &str) {
        // It is no longer scheduled while it is sent: what it sets would cancel it.
        let Some(event) = self.delayed_events.take(delay_id) else {
            return;
        };
        let (sender, content) = (event.user_id.clone(), event.content.clone());
        let draft = match &event.state_key {
            Some(state_key) => EventDraft::state(sender, &event.event_type, state_key, content),
            None => EventDraft::message(sender, &event.event_type, content),
        };
        let outcome = match self.send_event(now, &event.room_id, draft) {
            Ok(event_id) => Outcome::Sent(event_id),
            Err(refused) => {
                let body = refused.into_response().into_body();
                Outcome::Refused(serde_json::from_slice(&body).unwrap_or_default())
            }
        };
        self.delayed_events.finalise(now, event, outcome);
    }
}
