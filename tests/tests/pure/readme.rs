//! The README's examples are compiled as doc-tests of this package. Here they stay short.

/// The lines of the first example in Rust below a heading.
fn example(heading: &str) -> Vec<&'static str> {
    let readme = include_str!("../../../README.md");
    let mut lines = readme.lines().skip_while(|line| *line != heading);
    let mut lines = lines
        .by_ref()
        .skip_while(|line| !line.starts_with("```rust"));
    lines.next().expect("there is an example");
    lines.take_while(|line| *line != "```").collect()
}

#[test]
fn what_most_programs_do_takes_few_lines() {
    for (heading, most) in [("## Without any I/O", 20), ("## With a transport", 8)] {
        let example = example(heading);
        assert!(
            !example.is_empty() && example.len() <= most,
            "{heading}: {example:#?}"
        );
        // Errors are passed on, and nothing is hidden.
        assert!(example.iter().any(|line| line.contains('?')), "{heading}");
        assert!(
            !example.iter().any(|line| line.starts_with("# ")),
            "{heading}"
        );
        assert!(
            !example.iter().any(|line| line.contains("unwrap()")),
            "{heading}"
        );
    }
}
