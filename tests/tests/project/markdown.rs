//! As much of Markdown as our documents use.

use std::collections::HashMap;

/// The lines that are text, with their numbers: without blocks of code, and without code inside a line.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim_start();
        match fence {
            Some(mark) if trimmed.starts_with(mark) => fence = None,
            Some(_) => {}
            None if trimmed.starts_with("```") => fence = Some("```"),
            None => lines.push((number, without_code(line))),
        }
    }
    lines
}

fn without_code(line: &str) -> String {
    // What stands between two backticks is every other part.
    let parts = line.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 0 { part } else { "code" })
        .collect()
}

/// Where the links and pictures of a document lead, with the numbers of their lines.
pub(crate) fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        for (at, _) in line.match_indices("](") {
            let target = &line[at + 2..];
            // Targets have no parentheses of their own, and a title stands behind a space.
            let end = target.find([')', ' ']).unwrap_or(target.len());
            links.push((number, target[..end].to_owned()));
        }
        for attribute in ["src=\"", "srcset=\"", "href=\""] {
            for (at, _) in line.match_indices(attribute) {
                let target = &line[at + attribute.len()..];
                let end = target.find('"').unwrap_or(target.len());
                links.push((number, target[..end].to_owned()));
            }
        }
        if let Some((label, target)) = line.split_once("]: ")
            && label.starts_with('[')
        {
            links.push((number, target.trim().to_owned()));
        }
    }
    links
}

/// The anchors of a document's headings, as GitHub and mdBook make them.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut anchors = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.trim_start().starts_with("```");
        let Some(heading) = line.strip_prefix('#') else {
            continue;
        };
        if in_code {
            continue;
        }
        let slug = slug(heading.trim_start_matches('#').trim());
        let count = seen.entry(slug.clone()).or_default();
        anchors.push(match *count {
            0 => slug.clone(),
            more => format!("{slug}-{more}"),
        });
        *count += 1;
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter_map(|char| match char {
        ' ' => Some('-'),
        '-' | '_' => Some(char),
        _ if char.is_alphanumeric() => Some(char),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

#[test]
fn links_are_found_outside_of_code_only() {
    let text = "[a](one.md#x) `[b](two.md)`\n```\n[c](three.md)\n```\n<img src=\"four.svg\">\n\n[d]: five.md\n";
    let found: Vec<_> = links(text).into_iter().map(|(_, target)| target).collect();
    assert_eq!(found, ["one.md#x", "four.svg", "five.md"]);
}

#[test]
fn anchors_are_those_that_hosts_make() {
    let text = "# What `code` is, here\n## Without any I/O\n```sh\n# no heading\n```\n## Without any I/O\n";
    assert_eq!(
        anchors(text),
        ["what-code-is-here", "without-any-io", "without-any-io-1"]
    );
}
