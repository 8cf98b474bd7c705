//! The `hardline` command: see the documentation of [`hardline_cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    hardline_cli::run()
}
