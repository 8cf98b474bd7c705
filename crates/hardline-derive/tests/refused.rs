//! What the derives do not know is refused where it stands, with a sentence that says what to do.

#[test]
fn what_is_not_known_is_refused_at_its_place() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}
