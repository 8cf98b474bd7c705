use std::path::Path;
use std::{env, fs};

#[test]
fn the_schema_of_the_forms_is_the_committed_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/hardline/embed.schema.json");
    let schema = hardline::embed::schema();
    if env::var_os("HARDLINE_WRITE_SCHEMA").is_some() {
        fs::write(&file, &schema).unwrap();
    }
    assert!(
        fs::read_to_string(file).unwrap() == schema,
        "the forms have changed: see what that means for programs, and write the schema anew with \
         HARDLINE_WRITE_SCHEMA=1 cargo test -p hardline-tests --test embed schema"
    );
}
