use hardline::client_api::room_events::SearchKey;

use super::super::super::state::Event;

/// What is looked for: words in any order, and phrases in quotation marks.
pub(super) struct Query {
    parts: Vec<Vec<String>>,
}

impl Query {
    pub(super) fn new(term: &str) -> Self {
        let mut parts = Vec::new();
        // Every second piece stood between quotation marks.
        for (number, piece) in term.split('"').enumerate() {
            let words = words(piece);
            if number % 2 == 1 {
                parts.push(words);
            } else {
                parts.extend(words.into_iter().map(|word| vec![word]));
            }
        }
        parts.retain(|part| !part.is_empty());
        Self { parts }
    }

    /// The words that a client may mark where it shows what was found.
    pub(super) fn highlights(&self) -> Vec<String> {
        let mut highlights: Vec<String> = Vec::new();
        for word in self.parts.iter().flatten() {
            if !highlights.contains(word) {
                highlights.push(word.clone());
            }
        }
        highlights
    }

    /// How well a text fits, from 0 to 1; `None` if it does not have everything.
    pub(super) fn rank(&self, text: &str) -> Option<f64> {
        let words = words(text);
        let mut found = 0;
        for part in &self.parts {
            let here = words.windows(part.len()).filter(|words| *words == part);
            let count = here.count();
            if count == 0 {
                return None;
            }
            found += count * part.len();
        }
        let share = |part: usize, whole: usize| {
            f64::from(u32::try_from(part).unwrap_or(u32::MAX))
                / f64::from(u32::try_from(whole).unwrap_or(u32::MAX))
        };
        (found > 0).then(|| share(found, words.len()))
    }
}

/// The text of an event that is searched under these keys.
pub(super) fn text<'e>(event: &'e Event, keys: &[SearchKey]) -> Option<&'e str> {
    let (key, name) = match event.event_type.as_str() {
        "m.room.message" => (SearchKey::ContentBody, "body"),
        "m.room.name" => (SearchKey::ContentName, "name"),
        "m.room.topic" => (SearchKey::ContentTopic, "topic"),
        _ => return None,
    };
    event.text(name).filter(|_| keys.contains(&key))
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_to_be_there_and_phrases_in_their_order() {
        let fits = |term: &str, text: &str| Query::new(term).rank(text).is_some();
        assert!(fits("fox Quick", "The quick, brown fox"));
        assert!(!fits("fox slow", "The quick, brown fox"));
        assert!(!fits("qui", "The quick, brown fox"));
        assert!(fits("\"brown fox\" the", "The quick, brown fox"));
        assert!(!fits("\"fox brown\"", "The quick, brown fox"));
        assert!(!fits("", "The quick, brown fox"));
        assert!(!fits("fox", ""));
        assert!(Query::new("fox").rank("fox fox") > Query::new("fox").rank("fox den"));
        assert_eq!(Query::new("Fox \"fox den\"").highlights(), ["fox", "den"]);
    }
}
