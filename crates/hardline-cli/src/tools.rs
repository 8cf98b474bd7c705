//! `completions` and `man`: what shells and `man` know about this command, made from its arguments.

use std::fs;

use clap::{Arg, CommandFactory};

use crate::args::{Cli, Completions, ManualPages};
use crate::cli_error::CliError;
use crate::report::Report;
use crate::step::Step;

const NAME: &str = "hardline";

/// Prints what a shell needs to complete this command.
pub(crate) fn completions(completions: &Completions, report: &Report) {
    let mut script = Vec::new();
    // The help does not list hundreds of names, but shells are to know them.
    let show = |argument: Arg| argument.hide_possible_values(false);
    let mut command = Cli::command().mut_subcommand("call", |call| call.mut_arg("operation", show));
    clap_complete::generate(completions.shell, &mut command, NAME, &mut script);
    report.bytes(&script);
}

/// Writes the manual pages.
pub(crate) fn manual(manual: &ManualPages, report: &Report) -> Result<(), CliError> {
    let folder = &manual.folder;
    let write = || {
        fs::create_dir_all(folder)?;
        clap_mangen::generate_to(Cli::command(), folder)?;
        let pages = fs::read_dir(folder)?.filter_map(Result::ok);
        Ok(pages
            .filter(|page| page.file_name().to_string_lossy().starts_with(NAME))
            .count())
    };
    let pages = write().map_err(|error: std::io::Error| {
        let what = format!("could not write the manual to {}", folder.display());
        CliError::local(&what, &error)
    })?;
    report.result(&Step::ManualWritten {
        folder: folder.display().to_string(),
        pages,
    });
    Ok(())
}
