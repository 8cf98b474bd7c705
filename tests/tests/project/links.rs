//! Every link from one of our documents to another one, to a heading or to a file.

use std::fs;
use std::path::{Path, PathBuf};

use super::files::{root, with_extension};
use super::markdown::{anchors, links};

/// Where the repository is published: links into it are ours, too.
const PUBLISHED: &str = "https://github.com/hardline-rs/hardline/";

#[test]
fn every_link_between_our_documents_leads_somewhere() {
    let documents = with_extension("md");
    assert!(documents.len() > 20, "{documents:?}");
    let mut checked = 0;
    let mut broken = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for (line, link) in links(&text) {
            let Some((file, anchor)) = destination(&document, &link) else {
                continue;
            };
            checked += 1;
            if let Some(why) = complaint(&file, anchor.as_deref()) {
                let document = document.strip_prefix(root()).unwrap().display();
                broken.push(format!("{document}:{line}: {link}: {why}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(checked > 50, "{checked} links are too few to be all");
}

/// The file and the anchor, if the link leads to something of ours.
fn destination(document: &Path, link: &str) -> Option<(PathBuf, Option<String>)> {
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (link, None),
    };
    if let Some(path) = path.strip_prefix(PUBLISHED) {
        let in_repository = ["blob/main/", "tree/main/"];
        let path = in_repository
            .iter()
            .find_map(|prefix| path.strip_prefix(prefix))?;
        return Some((root().join(path), anchor));
    }
    if path.contains("://") || path.starts_with("mailto:") {
        return None;
    }
    if path.is_empty() {
        return Some((document.to_owned(), anchor));
    }
    Some((document.parent().unwrap().join(path), anchor))
}

fn complaint(file: &Path, anchor: Option<&str>) -> Option<String> {
    if !file.exists() {
        return Some("there is no such file".to_owned());
    }
    // A folder shows its README, and what is no document has lines for anchors.
    let anchor = anchor?;
    if file.extension().is_none_or(|extension| extension != "md") {
        return None;
    }
    let known = anchors(&fs::read_to_string(file).unwrap());
    let is_known = known.iter().any(|other| other == anchor);
    (!is_known).then(|| format!("there is no such heading, but {known:?}"))
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let readme = root().join("README.md");
    let leads = |link: &str| {
        let (file, anchor) = destination(&readme, link).unwrap();
        complaint(&file, anchor.as_deref())
    };
    assert!(leads("CONTRIBUTING.md#habits").is_none());
    assert!(leads("CONTRIBUTING.md#no-such-heading").is_some());
    assert!(leads("docs/no-such-file.md").is_some());
    assert!(leads(&format!("{PUBLISHED}blob/main/nothing.md")).is_some());
    assert!(destination(&readme, "https://example.org/nothing.md").is_none());
}
