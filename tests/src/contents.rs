//! The contents of events, found by their types.

use hardline::client_api;
use hardline::events::{
    self, ArbitraryContentVisitor, ContentError, EventContentVisitor, RawEvent, RegisteredContent,
};
use hardline::json::{DecodeWarnings, RawJson};

/// Shows a visitor every content.
pub fn visit(visitor: &mut impl EventContentVisitor) {
    events::visit_contents(visitor);
    client_api::visit_contents(visitor);
}

/// The same, with what property tests need.
pub fn visit_arbitrary(visitor: &mut impl ArbitraryContentVisitor) {
    events::visit_arbitrary_contents(visitor);
    client_api::visit_arbitrary_contents(visitor);
}

/// All contents.
pub struct Contents(Vec<Content>);

/// What can be done with events of one type, without the type.
#[derive(Clone, Copy)]
pub struct Content {
    is_of: fn(&str) -> bool,
    decode: fn(&RawEvent) -> Result<(RawJson, DecodeWarnings), ContentError>,
    decode_strictly: fn(&RawEvent) -> Result<RawJson, ContentError>,
}

impl Contents {
    /// All that the library has.
    pub fn new() -> Self {
        let mut contents = Self(Vec::new());
        visit(&mut contents);
        contents
    }

    /// The content of events of this type.
    pub fn of(&self, event_type: &str) -> Option<Content> {
        self.iter().find(|content| content.is_of(event_type))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Content> {
        self.0.iter().copied()
    }
}

impl Default for Contents {
    fn default() -> Self {
        Self::new()
    }
}

impl EventContentVisitor for Contents {
    fn visit<C: RegisteredContent>(&mut self) {
        self.0.push(Content {
            is_of: C::is_content_of,
            decode: |event| {
                let warnings = event.content_warnings::<C>()?;
                Ok((encoded(&event.content_as::<C>()?), warnings))
            },
            decode_strictly: |event| {
                event
                    .content_as_strict::<C>()
                    .map(|content| encoded(&content))
            },
        });
    }
}

impl Content {
    /// Whether events of this type have it.
    pub fn is_of(&self, event_type: &str) -> bool {
        (self.is_of)(event_type)
    }

    /// The content, decoded and encoded again, and what was skipped.
    ///
    /// # Errors
    /// Those of [`RawEvent::content_as`].
    pub fn decode(&self, event: &RawEvent) -> Result<(RawJson, DecodeWarnings), ContentError> {
        (self.decode)(event)
    }

    /// The same, if nothing has to be skipped.
    ///
    /// # Errors
    /// Those of [`RawEvent::content_as_strict`].
    pub fn decode_strictly(&self, event: &RawEvent) -> Result<RawJson, ContentError> {
        (self.decode_strictly)(event)
    }
}

fn encoded<C: RegisteredContent>(content: &C) -> RawJson {
    RawJson::new(content).unwrap_or_else(|error| panic!("{content:?} has no JSON form: {error}"))
}
