//! The `hardline` command as programs run it: arguments in, output and an exit code out.

mod failures;
mod loopback;
mod real;
mod run;
mod try_out;
