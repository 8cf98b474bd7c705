use super::files::read;

/// Those of Keep a Changelog, in its order.
const KINDS: [&str; 6] = [
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
    "Fixed",
    "Security",
];

#[test]
fn every_release_has_the_headings_of_keep_a_changelog() {
    let text = read("CHANGELOG.md");
    let mut releases = text.split("\n## ").skip(1).peekable();
    assert!(releases.peek().unwrap().starts_with("[Unreleased]\n"));
    for release in releases {
        let title = release.lines().next().unwrap();
        let headings: Vec<_> = release
            .lines()
            .filter_map(|line| line.strip_prefix("### "))
            .collect();
        assert!(!headings.is_empty(), "{title} says nothing");
        let places: Vec<_> = headings
            .iter()
            .map(|heading| KINDS.iter().position(|kind| kind == heading))
            .collect();
        assert!(
            !places.contains(&None) && places.is_sorted_by(|one, next| one < next),
            "{title}: {headings:?} are not of {KINDS:?}, in this order and each once"
        );
        let link = title.split_inclusive(']').next().unwrap();
        assert!(
            text.contains(&format!("\n{link}: http")),
            "{link} leads nowhere"
        );
    }
}
