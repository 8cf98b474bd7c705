use std::collections::HashSet;

use serde::Deserialize;

/// A row whose aim is known to be missed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missed {
    /// The name of the row.
    pub row: String,
    /// The ratio that it has instead.
    pub ratio: f64,
    /// Why it is missed, as a sentence.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    missed: Vec<Missed>,
    /// Those of `build_cost/measure.py`.
    #[serde(default)]
    build_cost: Vec<Missed>,
}

/// Reads the list of missed aims, `missed.toml`, and returns those of the rows with these names.
///
/// # Errors
/// The text is not such a list; an entry names no row, repeats one, or has no reason.
pub fn read_missed(text: &str, names: &HashSet<&str>) -> Result<Vec<Missed>, String> {
    let document: Document = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut seen = HashSet::new();
    for missed in document.missed.iter().chain(&document.build_cost) {
        if !seen.insert(&missed.row) {
            return Err(format!("{:?} is listed twice; keep one entry", missed.row));
        }
        if missed.reason.trim().is_empty() {
            return Err(format!("{:?} needs a reason", missed.row));
        }
        if !missed.ratio.is_finite() {
            return Err(format!("the ratio of {:?} must be finite", missed.row));
        }
    }
    let unknown = document
        .missed
        .iter()
        .find(|missed| !names.contains(&*missed.row));
    match unknown {
        Some(missed) => Err(format!(
            "no row is called {:?}; correct its name, or remove it",
            missed.row
        )),
        None => Ok(document.missed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "[[missed]]\nrow = 'a row'\nratio = 0.4\nreason = 'It is slow.'\n";

    fn read(text: &str) -> Result<Vec<Missed>, String> {
        read_missed(text, &HashSet::from(["a row", "another"]))
    }

    #[test]
    fn an_entry_has_a_name_a_ratio_and_a_reason() {
        let missed = read(ENTRY).unwrap();
        assert_eq!(missed[0].row, "a row");
        assert_eq!(missed[0].ratio, 0.4);
        assert!(read("").unwrap().is_empty());
        for key in ["row", "ratio", "reason"] {
            let lines = ENTRY.lines().filter(|line| !line.starts_with(key));
            let without: Vec<_> = lines.collect();
            assert!(read(&without.join("\n")).is_err(), "{key}");
        }
        assert!(read(&ENTRY.replace("It is slow.", " ")).is_err());
        assert!(read(&ENTRY.replace("0.4", "nan")).is_err());
    }

    #[test]
    fn an_entry_that_names_no_row_is_an_error() {
        let error = read(&ENTRY.replace("a row", "a raw")).unwrap_err();
        assert!(error.contains("no row is called \"a raw\""), "{error}");
    }

    #[test]
    fn a_row_is_listed_once() {
        assert!(read(&ENTRY.repeat(2)).is_err());
    }

    #[test]
    fn rows_of_the_build_cost_are_listed_apart() {
        let other = ENTRY
            .replace("missed", "build_cost")
            .replace("a row", "a program");
        assert_eq!(read(&(other + ENTRY)).unwrap().len(), 1);
    }
}
