//! A folder of the core holds no more files than one can take in at a glance.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::workspace;

const MOST: usize = 16;

#[test]
fn a_folder_of_the_core_holds_at_most_16_files() {
    let core = workspace::folder().join("crates/hardline/src");
    let mut counts = BTreeMap::new();
    count(&core, &core, &mut counts);
    assert!(counts.len() > 5, "only {counts:?} were found");
    counts.retain(|_, files| *files > MOST);
    assert!(
        counts.is_empty(),
        "a folder that holds more is missing a level: {counts:?}"
    );
}

fn count(folder: &Path, core: &Path, counts: &mut BTreeMap<String, usize>) {
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count(&path, core, counts);
        } else {
            files += 1;
        }
    }
    let name = folder.strip_prefix(core).unwrap().to_str().unwrap();
    counts.insert(name.to_owned(), files);
}
