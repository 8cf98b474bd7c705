//! What a page says of itself in its head: `<meta property="og:...">`, and its title.

use std::collections::BTreeMap;

/// The properties of a page, `og:` and more; `og:title` and `og:description` come from elsewhere in the page if it has no
/// better ones.
pub(super) fn properties(page: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let (mut title, mut description) = (None, None);
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = tag;
        let name_end = tag.find(|letter: char| !letter.is_ascii_alphanumeric());
        let (name, after) = tag.split_at(name_end.unwrap_or(tag.len()));
        if name.eq_ignore_ascii_case("meta") {
            let attributes = attributes(after);
            let attribute = |name: &str| attributes.get(name).cloned();
            let Some(content) = attribute("content") else {
                continue;
            };
            let property = attribute("property").unwrap_or_default();
            if property.starts_with("og:") {
                found.entry(property).or_insert(content);
            } else if attribute("name").is_some_and(|name| name == "description") {
                description.get_or_insert(content);
            }
        } else if name.eq_ignore_ascii_case("title")
            && let Some((_, text)) = after.split_once('>')
            && let Some((text, _)) = text.split_once('<')
        {
            title.get_or_insert(collapsed(&unescaped(text)));
        }
    }
    for (name, text) in [("og:title", title), ("og:description", description)] {
        if let Some(text) = text {
            found.entry(name.to_owned()).or_insert(text);
        }
    }
    found
}

/// The attributes of a tag, from what follows its name; the first of a name counts.
fn attributes(mut text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    loop {
        text =
            text.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        let ends = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '>' | '/');
        let end = text.find(ends).unwrap_or(text.len());
        let (name, after) = text.split_at(end);
        if name.is_empty() {
            return found;
        }
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=') else {
            text = after;
            continue;
        };
        let value = value.trim_start();
        let quoted = value
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''));
        let (value, after) = match quoted {
            Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            None => {
                let ends = |letter: char| letter.is_ascii_whitespace() || letter == '>';
                value.split_at(value.find(ends).unwrap_or(value.len()))
            }
        };
        found
            .entry(name.to_ascii_lowercase())
            .or_insert_with(|| unescaped(value));
        text = after;
    }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of what is escaped in HTML: the escapes that HTML needs, and numbers.
fn unescaped(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        unescaped.push_str(before);
        let letter = after
            .split_once(';')
            .filter(|(escape, _)| escape.len() <= 10)
            .and_then(|(escape, after)| Some((letter(escape)?, after)));
        rest = match letter {
            Some((letter, after)) => {
                unescaped.push(letter);
                after
            }
            None => {
                unescaped.push('&');
                after
            }
        };
    }
    unescaped.push_str(rest);
    unescaped
}

fn letter(escape: &str) -> Option<char> {
    match escape {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = escape.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(page: &str) -> Vec<(String, String)> {
        properties(page).into_iter().collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let expected = expected.iter();
        expected
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn a_page_says_what_it_is() {
        let page = r#"<!DOCTYPE html><html><head><title>A page</title>
            <meta property="og:title" content="One &amp; two">
            <META content='What it is about &#8212; &#x1F980;' property='og:description' />
            <meta property=og:image content=/picture.png>
            <meta name="description" content="worse"></head></html>"#;
        let expected = [
            ("og:description", "What it is about \u{2014} \u{1f980}"),
            ("og:image", "/picture.png"),
            ("og:title", "One & two"),
        ];
        assert_eq!(read(page), pairs(&expected));
    }

    #[test]
    fn a_page_without_properties_has_a_title() {
        let page = "<html><head><title>\n Only a\n title </title><meta name=description content=d>";
        let expected = [("og:description", "d"), ("og:title", "Only a title")];
        assert_eq!(read(page), pairs(&expected));
    }

    #[test]
    fn broken_pages_are_read_as_far_as_they_go() {
        for page in [
            "",
            "<",
            "<meta",
            "<meta property",
            "<meta property=",
            "<meta property='og:title",
            "<meta property='og:title' content=",
            "<title",
            "<title>x",
            "&#xffffffff; &#0 &;",
            "<m\u{e9}ta \u{1f980}='\u{1f980}'>",
        ] {
            read(page);
        }
        let page = "<meta property='og:title' content='a & b &nope; &#xd800;'>";
        assert_eq!(read(page), pairs(&[("og:title", "a & b &nope; &#xd800;")]));
    }
}
