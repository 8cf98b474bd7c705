use hardline_derive::Persist;

use crate::client_api::unstable::msc4186::{
    ExtensionsWanted, SlidingSyncResponse, StickyEventsWanted, ToDeviceWanted,
};

/// Where a [`SlidingSync`](crate::flow::SlidingSync) goes on. A program that stores each answer with its tokens, in one
/// transaction, gives the latest ones to the next flow instead of saving the flow.
///
/// What was sent to the device and sticky events have tokens of their own, which outlive the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Persist)]
#[non_exhaustive]
pub struct SlidingSyncTokens {
    /// The position in the connection; without one, a new connection begins.
    pub pos: Option<String>,
    /// Up to where the program has what was sent to the device: the server deletes it.
    pub to_device: Option<String>,
    /// Up to where the program has sticky events.
    pub sticky_events: Option<String>,
}

impl SlidingSyncTokens {
    /// Where everything begins.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where it goes on after this answer.
    pub(super) fn after(&self, response: &SlidingSyncResponse) -> Self {
        let extensions = &response.extensions;
        let to_device = extensions.to_device.as_ref();
        let to_device = to_device.map(|events| events.next_batch.clone());
        let sticky = extensions.sticky_events.as_ref();
        let sticky = sticky.and_then(|events| events.next_batch.clone());
        Self {
            pos: Some(response.pos.clone()),
            to_device: to_device.or_else(|| self.to_device.clone()),
            sticky_events: sticky.or_else(|| self.sticky_events.clone()),
        }
    }

    /// Puts the tokens of extensions in their places.
    pub(super) fn fill(&self, wanted: &mut ExtensionsWanted) {
        if let Some(ToDeviceWanted { since, .. }) = &mut wanted.to_device {
            since.clone_from(&self.to_device);
        }
        if let Some(StickyEventsWanted { since, .. }) = &mut wanted.sticky_events {
            since.clone_from(&self.sticky_events);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client_api::unstable::msc4186::{StickyEvents, ToDeviceEvents};

    fn answer(pos: &str) -> SlidingSyncResponse {
        SlidingSyncResponse::new(pos.to_owned())
    }

    #[test]
    fn tokens_of_extensions_stay_until_an_answer_has_others() {
        let mut first = answer("1");
        first.extensions.to_device = Some(ToDeviceEvents::new("d1".to_owned()));
        first.extensions.sticky_events = Some(StickyEvents {
            next_batch: Some("s1".to_owned()),
            ..StickyEvents::default()
        });
        let tokens = SlidingSyncTokens::new().after(&first);
        let mut wanted = ExtensionsWanted::new();
        tokens.fill(&mut wanted);
        assert_eq!(wanted, ExtensionsWanted::new());
        wanted.to_device = Some(ToDeviceWanted::new());
        wanted.sticky_events = Some(StickyEventsWanted::new());
        tokens.fill(&mut wanted);
        assert_eq!(wanted.to_device.unwrap().since.as_deref(), Some("d1"));
        assert_eq!(wanted.sticky_events.unwrap().since.as_deref(), Some("s1"));

        let mut second = answer("2");
        second.extensions.sticky_events = Some(StickyEvents::default());
        let expected = SlidingSyncTokens {
            pos: Some("2".to_owned()),
            ..tokens.clone()
        };
        assert_eq!(tokens.after(&second), expected);
    }
}
