use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The content of an event of one type: a plain struct. [`RawEvent::content_as`](crate::events::RawEvent::content_as) decodes it.
///
/// Implement it for your own types of events, which are then equal to those of the specification:
///
/// ```
/// use hardline::events::{EventContent, RawEvent};
/// use serde::{Deserialize, Serialize};
/// use serde_json::json;
///
/// #[derive(Serialize, Deserialize)]
/// struct Coffee {
///     cups: u8,
/// }
///
/// impl EventContent for Coffee {
///     const TYPE: &'static str = "org.example.coffee";
/// }
///
/// let event = RawEvent::new(&json!({"type": "org.example.coffee", "content": {"cups": 2}}))?;
/// assert_eq!(event.content_as::<Coffee>()?.cups, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait EventContent: Serialize + DeserializeOwned {
    /// The type: `m.room.message`. If [`IS_PREFIX`](Self::IS_PREFIX), what it begins with.
    const TYPE: &'static str;

    /// Other names of the type that are in use: those from before it was specified.
    const OTHER_TYPES: &'static [&'static str] = &[];

    /// Whether something follows in the type itself: a key's ID after `m.secret_storage.key.`.
    const IS_PREFIX: bool = false;

    /// Whether events of this type have this content.
    fn is_content_of(event_type: &str) -> bool {
        let is = |name: &str| match event_type.strip_prefix(name) {
            Some(rest) => rest.is_empty() != Self::IS_PREFIX,
            None => false,
        };
        is(Self::TYPE) || Self::OTHER_TYPES.iter().any(|name| is(name))
    }
}

/// What every content that this library has can do, with any set of features. Your own need not be a `RegisteredContent`;
/// it states what an [`EventContentVisitor`] may rely on.
pub trait RegisteredContent: EventContent + Clone + fmt::Debug + PartialEq + 'static {}

impl<C: EventContent + Clone + fmt::Debug + PartialEq + 'static> RegisteredContent for C {}

/// Visits the contents that this library has, one after the other: [`visit_contents`](crate::events::visit_contents).
pub trait EventContentVisitor {
    /// Visits one content.
    fn visit<C: RegisteredContent>(&mut self);
}

/// A content that can be generated: for property tests. Implemented for every type that has the traits.
#[cfg(feature = "proptest")]
pub trait ArbitraryContent: RegisteredContent + proptest::arbitrary::Arbitrary {}

#[cfg(feature = "proptest")]
impl<C: RegisteredContent + proptest::arbitrary::Arbitrary> ArbitraryContent for C {}

/// Visits the contents that this library has, one after the other, to check a property of each:
/// [`visit_arbitrary_contents`](crate::events::visit_arbitrary_contents).
#[cfg(feature = "proptest")]
pub trait ArbitraryContentVisitor {
    /// Visits one content.
    fn visit<C: ArbitraryContent>(&mut self);
}

/// Lists the contents of a module.
#[cfg(feature = "events")]
macro_rules! contents {
    ($($content:ty),* $(,)?) => {
        pub(crate) fn visit(visitor: &mut impl $crate::events::EventContentVisitor) {
            let _ = &visitor;
            $(visitor.visit::<$content>();)*
        }

        #[cfg(feature = "proptest")]
        pub(crate) fn visit_arbitrary(visitor: &mut impl $crate::events::ArbitraryContentVisitor) {
            let _ = &visitor;
            $(visitor.visit::<$content>();)*
        }
    };
}
#[cfg(feature = "events")]
pub(crate) use contents;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Key {}

    impl EventContent for Key {
        const TYPE: &'static str = "m.secret_storage.key.";
        const IS_PREFIX: bool = true;
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Unread {}

    impl EventContent for Unread {
        const TYPE: &'static str = "m.marked_unread";
        const OTHER_TYPES: &'static [&'static str] = &["com.famedly.marked_unread"];
    }

    #[test]
    fn a_type_has_one_content_whatever_it_is_called() {
        assert!(Unread::is_content_of("m.marked_unread"));
        assert!(Unread::is_content_of("com.famedly.marked_unread"));
        for other in [
            "m.marked_unread.",
            "m.marked_unrea",
            "",
            "org.m.marked_unread",
        ] {
            assert!(!Unread::is_content_of(other), "{other}");
        }
    }

    #[test]
    fn a_type_that_goes_on_needs_something_to_go_on_with() {
        assert!(Key::is_content_of("m.secret_storage.key.abc"));
        assert!(!Key::is_content_of("m.secret_storage.key."));
        assert!(!Key::is_content_of("m.secret_storage.default_key"));
    }
}
