use std::collections::HashSet;
use std::io;

use crate::{Group, Measured, Missed, Row, Verdict, read_missed};

/// Measures the rows whose name contains `part`, prints a table for each group, and returns whether none fails.
///
/// # Errors
/// The list of missed aims has a mistake, or a row cannot be measured.
pub fn print(groups: &[Group], part: &str, missed: &str) -> io::Result<bool> {
    let rows = groups.iter().flat_map(|group| &group.rows);
    let names: HashSet<&str> = rows.map(|row| &*row.name).collect();
    let missed = read_missed(missed, &names)
        .map_err(|error| io::Error::other(format!("missed.toml: {error}")))?;
    let mut verdicts = Vec::new();
    for group in groups {
        let rows: Vec<&Row> = group
            .rows
            .iter()
            .filter(|row| row.name.contains(part))
            .collect();
        if rows.is_empty() {
            continue;
        }
        println!("{}\n", group.title);
        print_heading();
        for row in rows {
            verdicts.push(print_row(row, &missed)?);
        }
        println!();
    }
    if verdicts.is_empty() {
        return Err(io::Error::other(format!("no row's name contains {part:?}")));
    }
    print_sum(&verdicts);
    Ok(!verdicts.iter().any(|verdict| verdict.fails()))
}

/// Every row in the form of Markdown, to be pasted.
fn print_heading() {
    println!(
        "| {:<54} | {:>6} | {:<19} | {:>12} | {:>12} | {:<15} | verdict |",
        "", "aim", "min, median, max", "ours", "other", "allocations"
    );
    println!(
        "| {:-<54} | {:->5}: | {:-<19} | {:->11}: | {:->11}: | {:-<15} | ------- |",
        "", "", "", "", "", ""
    );
}

fn print_row(row: &Row, missed: &[Missed]) -> io::Result<Verdict> {
    let measured = Measured::of(&row.name, &(row.work)())?;
    let [least, greatest] = measured.spread();
    let median = measured.median();
    let verdict = Verdict::of(
        median,
        row.aim,
        missed.iter().find(|missed| missed.row == row.name),
    );
    let ratios = if least == greatest {
        format!("{median:.3}")
    } else {
        format!("{least:.2}, {median:.3}, {greatest:.2}")
    };
    let allocations = measured
        .allocations
        .map_or_else(String::new, |[ours, other]| format!("{ours} to {other}"));
    println!(
        "| {:<54} | {:>6} | {ratios:<19} | {:>12} | {:>12} | {allocations:<15} | {verdict:<7} |",
        row.name, row.aim, measured.ours, measured.other
    );
    Ok(verdict)
}

fn print_sum(verdicts: &[Verdict]) {
    let count = |wanted: &[Verdict]| {
        let found = verdicts.iter().filter(|verdict| wanted.contains(verdict));
        found.count()
    };
    println!(
        "{} rows: {} ok, {} met although listed, {} missed as listed, {} MISSED",
        verdicts.len(),
        count(&[Verdict::Met]),
        count(&[Verdict::MetAndListed]),
        count(&[Verdict::Listed]),
        count(&[Verdict::Missed, Verdict::WorseThanListed]),
    );
}
