mod content_error;
mod event_content;

pub use content_error::ContentError;
#[cfg(feature = "events")]
pub(crate) use event_content::contents;
#[cfg(feature = "proptest")]
pub use event_content::{ArbitraryContent, ArbitraryContentVisitor};
pub use event_content::{EventContent, EventContentVisitor, RegisteredContent};

use super::RawEvent;
use crate::json::DecodeWarnings;

impl RawEvent {
    /// The content as the type that events of this type have. What does not fit in it is skipped:
    /// [`content_warnings`](Self::content_warnings) tells what that is, [`content`](Self::content) has everything as it came.
    ///
    /// # Errors
    /// The event is of another type, or the content lacks what the type requires, as a redacted one often does.
    pub fn content_as<C: EventContent>(&self) -> Result<C, ContentError> {
        self.envelope().content_as()
    }

    /// What [`content_as`](Self::content_as) skips. Pointers begin at the content.
    ///
    /// # Errors
    /// As [`content_as`](Self::content_as).
    pub fn content_warnings<C: EventContent>(&self) -> Result<DecodeWarnings, ContentError> {
        self.envelope().content_warnings::<C>()
    }

    /// The content as the type that events of this type have, if all of it fits.
    ///
    /// # Errors
    /// As [`content_as`](Self::content_as), or something does not fit.
    pub fn content_as_strict<C: EventContent>(&self) -> Result<C, ContentError> {
        self.envelope().content_as_strict()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, hardline_derive::Wire)]
    struct Name {
        name: Option<String>,
        tags: Vec<String>,
    }

    impl EventContent for Name {
        const TYPE: &'static str = "org.example.name";
    }

    fn event(text: &str) -> RawEvent {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_does_not_fit_in_a_content_is_skipped_and_reported() {
        let event =
            event(r#"{"type": "org.example.name", "content": {"name": 5, "tags": ["a", 7]}}"#);
        let name: Name = event.content_as().unwrap();
        assert_eq!((name.name, name.tags), (None, vec!["a".to_owned()]));
        let warnings = event.content_warnings::<Name>().unwrap();
        let pointers: Vec<_> = warnings.iter().map(|warning| &warning.pointer).collect();
        assert_eq!(pointers, ["/name", "/tags/1"]);
        assert!(event.content_as_strict::<Name>().is_err());
    }

    #[test]
    fn a_content_that_lacks_what_is_required_says_what() {
        let error = event(r#"{"type": "org.example.name", "content": {}}"#)
            .content_as::<Name>()
            .unwrap_err();
        let ContentError::Unusable(warning) = error else {
            panic!("{error}");
        };
        assert!(warning.to_string().contains("tags"), "{warning}");
    }

    #[test]
    fn the_content_of_another_type_is_refused() {
        let other = event(r#"{"type": "m.room.name", "content": {"tags": []}}"#);
        let error = other.content_as::<Name>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the content of org.example.name was asked of an event of type m.room.name: look at the event's type first"
        );
        let of_no_type = event(r#"{"content": {"tags": []}}"#);
        assert!(of_no_type.content_as::<Name>().is_ok());
    }
}
