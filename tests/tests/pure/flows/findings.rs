//! What a table of flows and servers says, and what is found instead.

use hardline_tests::simulation::Ends;

/// What a word of a table means: the code that a flow is refused with; `?` before it if the flow asks again and again
/// instead, `~` if it stalls.
pub(super) fn ends(word: &str) -> Ends {
    let owned = str::to_owned;
    match word.split_at_checked(1) {
        None => Ends::Succeeds,
        Some(("?", code)) => Ends::AsksAgain(owned(code)),
        Some(("~", code)) => Ends::Stalls(owned(code)),
        Some(_) => Ends::Refused(owned(word)),
    }
}

/// Collects what is not as the table says, so that all of it shows at once.
#[derive(Default)]
pub(super) struct Findings(Vec<String>, u32);

impl Findings {
    pub(super) fn expect(&mut self, cell: &str, expected: &Ends, found: Result<Ends, String>) {
        self.1 += 1;
        if found.as_ref() != Ok(expected) {
            self.0
                .push(format!("{cell}: {found:?} instead of {expected:?}"));
        }
    }

    /// At least this many cells were compared, and all of them are right.
    pub(super) fn hold(self, cells: u32) {
        let Self(wrong, compared) = self;
        assert!(compared >= cells, "only {compared} cells were compared");
        assert!(
            wrong.is_empty(),
            "{} of {compared}:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }
}
