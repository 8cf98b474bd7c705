use hardline_derive::Wire;

use crate::events::EventContent;
use crate::json::JsonObject;
use crate::types::SafeInteger;

/// `m.recent_emoji`: the emoji that the user sends, the last one first. Read it, change it and write all of it.
///
/// ```
/// use hardline::events::{RawEvent, RecentEmoji};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.recent_emoji",
///     "content": {"recent_emoji": [{"emoji": "🤔", "total": 19}, {"emoji": "👍", "total": 7}]},
/// }))?;
/// let mut recent: RecentEmoji = event.content_as()?;
/// recent.add("👍");
/// assert_eq!((recent.recent_emoji[0].emoji.as_str(), recent.recent_emoji[0].total), ("👍", 8));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.recent_emoji`](https://spec.matrix.org/v1.19/client-server-api/#mrecent_emoji).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct RecentEmoji {
    /// The emoji, the last one first.
    #[serde(default)]
    pub recent_emoji: Vec<UsedEmoji>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RecentEmoji {
    /// These emoji, the last one first.
    pub fn new(recent_emoji: Vec<UsedEmoji>) -> Self {
        Self {
            recent_emoji,
            others: JsonObject::new(),
        }
    }

    /// The user has sent an emoji. Of more than 100, the recommended maximum, the oldest are forgotten.
    pub fn add(&mut self, emoji: &str) {
        let place = self
            .recent_emoji
            .iter()
            .position(|used| used.emoji == emoji);
        let mut used = match place {
            Some(place) => self.recent_emoji.remove(place),
            None => UsedEmoji::new(emoji.to_owned(), 0),
        };
        let most = SafeInteger::MAX.get().unsigned_abs();
        used.total = used.total.saturating_add(1).min(most);
        self.recent_emoji.insert(0, used);
        self.recent_emoji.truncate(100);
    }
}

impl EventContent for RecentEmoji {
    const TYPE: &'static str = "m.recent_emoji";
}

/// An emoji that the user sends.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct UsedEmoji {
    /// The emoji, or whatever else another client takes for one.
    pub emoji: String,
    /// How often it was sent, at most 2^53 - 1.
    pub total: u64,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl UsedEmoji {
    /// An emoji that was sent so often.
    pub fn new(emoji: String, total: u64) -> Self {
        Self {
            emoji,
            total,
            others: JsonObject::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::RawEvent;

    #[test]
    fn what_is_no_emoji_is_skipped_and_one_that_is_not_understood_is_kept() {
        let event: RawEvent = serde_json::from_str(
            r#"{"content": {"recent_emoji": [{"emoji": "a", "total": -1}, {"emoji": "b", "total": "x"}, {"total": 1}, 5,
                {"emoji": "not an emoji", "total": 2.0}]}}"#,
        )
        .unwrap();
        let recent: RecentEmoji = event.content_as().unwrap();
        assert_eq!(
            recent.recent_emoji,
            [UsedEmoji::new("not an emoji".to_owned(), 2)]
        );
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut recent = RecentEmoji::default();
        for number in 0..150 {
            recent.add(&number.to_string());
        }
        recent.add("149");
        assert_eq!(recent.recent_emoji.len(), 100);
        assert_eq!(recent.recent_emoji[0], UsedEmoji::new("149".to_owned(), 2));
        assert_eq!(recent.recent_emoji[99].emoji, "50");
    }

    #[test]
    fn what_other_clients_store_is_kept() {
        let text =
            r#"{"recent_emoji":[{"emoji":"a","total":1,"org.example.at":5}],"org.example.x":[]}"#;
        let event: RawEvent = serde_json::from_str(&format!(r#"{{"content": {text}}}"#)).unwrap();
        let mut recent: RecentEmoji = event.content_as_strict().unwrap();
        recent.add("a");
        assert_eq!(
            crate::json::RawJson::new(&recent).unwrap().as_str(),
            text.replace("1,", "2,")
        );
    }
}
