use std::collections::BTreeSet;

const DIFFERENCES: &str = include_str!("../../DIFFERENCES.md");

/// Fails unless the table below a heading of `DIFFERENCES.md` has these differences and no others. A difference is a row
/// without its last cell, which says who is right, and why.
pub(crate) fn hold_to_table(heading: &str, found: &BTreeSet<String>) {
    let listed = differences_below(heading);
    let unlisted: Vec<_> = found.difference(&listed).cloned().collect();
    let gone: Vec<_> = listed.difference(found).cloned().collect();
    assert!(
        unlisted.is_empty() && gone.is_empty(),
        "not listed:\n{}\nlisted, and not found:\n{}",
        unlisted.join("\n"),
        gone.join("\n"),
    );
}

fn differences_below(heading: &str) -> BTreeSet<String> {
    let rows = DIFFERENCES
        .lines()
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .skip_while(|line| !line.starts_with("| --- "))
        .skip(1);
    let mut listed = BTreeSet::new();
    for row in rows.filter(|row| !row.is_empty()) {
        let (difference, why) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        assert!(
            why.ends_with('.'),
            "{row}: who is right, and why, is a sentence"
        );
        assert!(
            listed.insert(difference.to_owned()),
            "{row}: it is there twice"
        );
    }
    listed
}
