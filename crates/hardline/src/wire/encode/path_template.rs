use http::uri::PathAndQuery;

use crate::wire::url::percent_encode;
use crate::wire::{EncodeError, InvalidUrl};

/// The path of a request: a template and the values of its placeholders, which come in any order.
pub(super) struct PathTemplate {
    placeholders: Vec<Placeholder>,
    /// The text after the last placeholder.
    end: &'static str,
    /// The values, percent-encoded, one after the other.
    values: String,
}

struct Placeholder {
    /// The text before it.
    literal: &'static str,
    name: &'static str,
    /// Where its value begins and ends in `values`.
    value: Option<(usize, usize)>,
}

impl PathTemplate {
    pub(super) fn without_placeholders(template: &'static str) -> Self {
        Self {
            placeholders: Vec::new(),
            end: template,
            values: String::new(),
        }
    }

    pub(super) fn new(template: &'static str) -> Self {
        let mut path = Self::without_placeholders(template);
        while let Some((literal, name, rest)) = split_at_placeholder(path.end) {
            path.end = rest;
            path.placeholders.push(Placeholder {
                literal,
                name,
                value: None,
            });
        }
        path
    }

    /// Whether the template has a placeholder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.placeholders
            .iter()
            .any(|placeholder| placeholder.name == name)
    }

    /// Percent-encodes the value of a placeholder.
    pub(super) fn fill(&mut self, name: &str, value: &str) {
        let begin = self.values.len();
        // Once for most requests.
        if self.values.is_empty() {
            self.values.reserve(128);
        }
        percent_encode(value, &mut self.values);
        let value = Some((begin, self.values.len()));
        let placeholders = self.placeholders.iter_mut();
        for placeholder in placeholders.filter(|placeholder| placeholder.name == name) {
            placeholder.value = value;
        }
    }

    /// The path below that of a base URL, and a query.
    pub(super) fn join(&self, base: &str, query: &str) -> Result<PathAndQuery, EncodeError> {
        let mut length = base.len() + self.end.len() + query.len();
        for placeholder in &self.placeholders {
            length += placeholder.literal.len() + self.value_of(placeholder)?.len();
        }
        // Exactly as long as needed, for it is kept as it is.
        let mut path = String::with_capacity(length);
        path.push_str(base);
        for placeholder in &self.placeholders {
            path.push_str(placeholder.literal);
            path.push_str(self.value_of(placeholder)?);
        }
        path.push_str(self.end);
        path.push_str(query);
        PathAndQuery::try_from(path).map_err(|_| InvalidUrl::too_long().into())
    }

    fn value_of(&self, placeholder: &Placeholder) -> Result<&str, EncodeError> {
        let value = placeholder
            .value
            .and_then(|(begin, end)| self.values.get(begin..end));
        value.ok_or_else(|| EncodeError::MissingSegment {
            field: placeholder.name.to_owned(),
        })
    }
}

/// The text before the first placeholder of a template, its name, and the text after it.
fn split_at_placeholder(template: &str) -> Option<(&str, &str, &str)> {
    // Templates are so short that a search by words would cost more than it saves.
    let find = |from: usize, byte: u8| {
        let rest = template.as_bytes().get(from..)?;
        Some(from + rest.iter().position(|found| *found == byte)?)
    };
    let begin = find(0, b'{')?;
    let end = find(begin, b'}')?;
    Some((
        &template[..begin],
        &template[begin + 1..end],
        &template[end + 1..],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in_any_order() {
        let mut path = PathTemplate::new("/rooms/{roomId}/send/{txnId}/end");
        assert!(path.has("roomId") && path.has("txnId"));
        assert!(!path.has("room") && !path.has("rooms"));
        path.fill("txnId", "m1");
        path.fill("roomId", "!a/b:x");
        let joined = path.join("/base", "?a=b").unwrap();
        assert_eq!(joined, "/base/rooms/%21a%2Fb%3Ax/send/m1/end?a=b");
    }

    #[test]
    fn a_placeholder_without_a_value_is_an_error() {
        let mut path = PathTemplate::new("/{a}/{b}");
        path.fill("b", "1");
        assert!(matches!(
            path.join("", ""),
            Err(EncodeError::MissingSegment { field }) if field == "a"
        ));
    }

    #[test]
    fn a_template_without_placeholders_is_the_path() {
        let path = PathTemplate::new("/versions");
        assert_eq!(path.join("", "").unwrap(), "/versions");
    }
}
