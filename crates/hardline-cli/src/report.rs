mod lines;
mod room_lines;

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Color, Style};
use console::Term;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use lines::{Mark, Told};

use crate::args::OutputOptions;
use crate::cli_error::CliError;
use crate::printable::{address, escaped, printable, whole};
use crate::qr_code::qr_code;
use crate::step::{OperationRow, Step};

const DONE: Style = AnsiColor::Green.on_default();
const UNDER_WAY: Style = AnsiColor::Cyan.on_default();
const CAREFUL: Style = AnsiColor::Yellow.on_default();
const FAILED: Style = AnsiColor::Red.on_default().bold();
/// Cameras expect the light modules, which are what is drawn, to be the brighter ones.
const CODE: Style = AnsiColor::BrightWhite
    .on_default()
    .bg_color(Some(Color::Ansi(AnsiColor::Black)));

/// Reports what happens: in words for people, as JSON for programs.
pub(crate) struct Report {
    form: Form,
    /// What goes over the wire is shown, and a spinner would be drawn over it.
    shows_wire: bool,
    spinner: RefCell<Option<ProgressBar>>,
    bar: RefCell<Option<ProgressBar>>,
    /// Why something could not be written, which was the first that could not.
    unwritten: RefCell<Option<io::Error>>,
    /// Nobody reads the output any more.
    has_no_reader: Cell<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Words,
    Quiet,
    Json,
}

#[derive(Serialize)]
#[serde(tag = "step", rename = "error")]
struct ErrorStep<'t> {
    exit_code: u8,
    errcode: Option<&'t str>,
    message: String,
    server_message: Option<&'t str>,
}

impl Report {
    pub(crate) fn new(output: OutputOptions) -> Self {
        let form = match (output.json, output.quiet) {
            (true, _) => Form::Json,
            (false, true) => Form::Quiet,
            (false, false) => Form::Words,
        };
        Self {
            form,
            shows_wire: output.verbose,
            spinner: RefCell::new(None),
            bar: RefCell::new(None),
            unwritten: RefCell::new(None),
            has_no_reader: Cell::new(false),
        }
    }

    /// A step towards the result.
    pub(crate) fn step(&self, step: &impl Told) {
        match self.form {
            Form::Words => self.to_stderr(step),
            Form::Quiet if step.needs_the_user() => self.to_stderr(step),
            Form::Quiet => {}
            Form::Json => self.json(step),
        }
    }

    /// Something to be careful about, which even `--quiet` shows.
    pub(crate) fn warning(&self, message: &str) {
        let step = Step::Warning {
            message: message.to_owned(),
        };
        match self.form {
            Form::Words | Form::Quiet => self.to_stderr(&step),
            Form::Json => self.json(&step),
        }
    }

    /// The result of the command.
    pub(crate) fn result(&self, step: &impl Told) {
        if self.form == Form::Json {
            return self.json(step);
        }
        self.rest();
        let mut out = anstream::stdout().lock();
        for (mark, line) in step.lines() {
            self.written(writeln!(out, "{}", shown(mark, &line)));
        }
    }

    /// One operation of the list.
    pub(crate) fn operation(&self, row: &OperationRow) {
        if self.form == Form::Json {
            return self.json(row);
        }
        let name = format!("{}:{}", row.api, row.operation_id);
        let mut out = anstream::stdout().lock();
        let msc = row.msc.map(|number| format!(" (MSC{number})"));
        let msc = msc.unwrap_or_default();
        self.written(writeln!(
            out,
            "{name:<40} {:<6} {}{msc}",
            row.method, row.path
        ));
    }

    /// A script for another program.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        self.written(io::stdout().lock().write_all(bytes));
    }

    /// A text that was asked for.
    pub(crate) fn text(&self, text: &str) {
        self.written(write!(anstream::stdout().lock(), "{text}"));
    }

    /// The response to an operation, as it is.
    pub(crate) fn answer(&self, json: &str) {
        self.rest();
        self.written(writeln!(io::stdout().lock(), "{}", escaped(json)));
    }

    /// Something that happened in a room: as it is for programs, and in these lines for people.
    pub(crate) fn event(&self, json: &str, lines: &[String]) {
        self.rest();
        if self.form == Form::Json {
            // Between the values of JSON a line break is white space, and in them there is none.
            let line = escaped(json).replace(['\n', '\r'], " ");
            self.written(writeln!(io::stdout().lock(), "{line}"));
            return;
        }
        let mut out = anstream::stdout().lock();
        for line in lines {
            self.written(writeln!(out, "{}", whole(line)));
        }
    }

    /// How things stand, beside a result that does not end.
    pub(crate) fn aside(&self, step: &impl Told) {
        if self.form != Form::Quiet {
            self.to_stderr(step);
        }
    }

    /// Why the command failed.
    pub(crate) fn error(&self, error: &CliError) {
        if self.form == Form::Json {
            self.json(&ErrorStep {
                exit_code: error.exit.code(),
                errcode: error.errcode.as_deref(),
                message: error.sentence(),
                server_message: error.server_message.as_deref(),
            });
            // If it is the output that fails, it still has to be told.
            if !self.is_unwritten() {
                return;
            }
        }
        self.rest();
        let sentence = error.sentence();
        self.written(writeln!(
            anstream::stderr(),
            "{FAILED}hardline:{FAILED:#} {sentence}"
        ));
    }

    /// The help that was asked for, or what is wrong with the arguments.
    pub(crate) fn help(&self, error: &clap::Error) {
        self.written(error.print());
    }

    /// Whether what goes over the wire is shown.
    pub(crate) fn shows_wire(&self) -> bool {
        self.shows_wire
    }

    /// Whether all of it could be written, which shows only now for what is written last.
    pub(crate) fn end(&self) -> Result<(), CliError> {
        self.rest();
        self.written(io::stdout().flush());
        match self.unwritten.take() {
            None => Ok(()),
            Some(error) => Err(CliError::local("could not write the output", &error)),
        }
    }

    /// Whether some of it could not be written.
    pub(crate) fn is_unwritten(&self) -> bool {
        self.unwritten.borrow().is_some()
    }

    /// Whether nobody reads any more, or nothing can be written: what comes after that is lost.
    pub(crate) fn is_over(&self) -> bool {
        self.has_no_reader.get() || self.is_unwritten()
    }

    /// If nobody reads the output any more, there is nobody to report that to. Everything else that keeps it from being
    /// written is reported in the end: a script must not take half of it for all.
    fn written(&self, result: io::Result<()>) {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.has_no_reader.set(true),
            Err(error) => {
                self.unwritten.borrow_mut().get_or_insert(error);
            }
            Ok(()) => {}
        }
    }

    /// Shows at a terminal what the command is waiting for.
    pub(crate) fn busy(&self, what: &'static str) {
        self.rest();
        if self.form != Form::Words || self.shows_wire {
            return;
        }
        let spinner = ProgressBar::new_spinner().with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ...") {
            spinner.set_style(style);
        }
        // It draws nothing where standard error is not a terminal.
        spinner.enable_steady_tick(Duration::from_millis(100));
        self.spinner.replace(Some(spinner));
    }

    /// Shows at a terminal how far a file is, of so many bytes.
    pub(crate) fn progress(&self, bytes: u64, total: Option<u64>) {
        if self.form != Form::Words {
            return;
        }
        let mut shown = self.bar.borrow_mut();
        let bar = shown.get_or_insert_with(|| {
            if let Some(spinner) = self.spinner.take() {
                spinner.finish_and_clear();
            }
            bar()
        });
        bar.set_length(total.unwrap_or(bytes).max(bytes));
        bar.set_position(bytes);
    }

    /// Nothing is being waited for any more.
    pub(crate) fn rest(&self) {
        for shown in [self.spinner.take(), self.bar.take()].iter().flatten() {
            shown.finish_and_clear();
        }
    }

    fn to_stderr(&self, step: &impl Told) {
        self.rest();
        let mut err = anstream::stderr().lock();
        for (mark, line) in step.lines() {
            let (style, sign) = style_and_sign(mark);
            let space = if line.is_empty() { "" } else { " " };
            let line = shown(mark, &line);
            self.written(writeln!(err, "{style}{sign}{style:#}{space}{line}"));
        }
        let terminal = Term::stderr();
        if let Some(text) = step.qr_text()
            && terminal.is_term()
            && let Some((_, width)) = terminal.size_checked()
        {
            for line in qr_code(text, width.into()).iter().flatten() {
                self.written(writeln!(err, "{CODE}{line}{CODE:#}"));
            }
        }
    }

    fn json(&self, step: &impl Serialize) {
        let mut out = io::stdout().lock();
        if let Ok(line) = serde_json::to_string(step) {
            self.written(writeln!(out, "{line}"));
        }
    }
}

/// It draws nothing where standard error is not a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let template =
        "{bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

fn style_and_sign(mark: Mark) -> (Style, &'static str) {
    match mark {
        Mark::Done => (DONE, "✓"),
        Mark::UnderWay => (UNDER_WAY, "→"),
        Mark::Careful => (CAREFUL, "!"),
        Mark::Top => (UNDER_WAY, "  ╭"),
        Mark::Side => (UNDER_WAY, "  │"),
        Mark::Bottom => (UNDER_WAY, "  ╰"),
        Mark::Address => (UNDER_WAY, " "),
    }
}

fn shown(mark: Mark, line: &str) -> String {
    match mark {
        Mark::Address => address(line),
        _ => printable(line),
    }
}
