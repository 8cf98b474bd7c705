use std::cell::RefCell;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::advice::CliError;

const DONE: Style = AnsiColor::Green.on_default();
const UNDER_WAY: Style = AnsiColor::Cyan.on_default();
const CAREFUL: Style = AnsiColor::Yellow.on_default();
const FAILED: Style = AnsiColor::Red.on_default().bold();

/// The longest text of a server that is shown, in characters.
const LONGEST_TEXT: usize = 400;

/// Tells what happens: in words for people, as JSON for programs.
pub(crate) struct Report {
    form: Form,
    spinner: RefCell<Option<ProgressBar>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Words,
    Quiet,
    Json,
}

/// What happened. The names, of the steps and of their members, are what programs rely on.
#[derive(Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(crate) enum Step {
    LoopbackStarted {
        url: String,
        transport: &'static str,
    },
    Listening {
        url: String,
    },
    Registered {
        user_id: String,
    },
    HomeserverFound {
        server_name: String,
        homeserver: String,
    },
    LoggedIn {
        user_id: String,
        homeserver: String,
    },
    LoggedOut,
    Whoami {
        user_id: String,
        device_id: Option<String>,
        homeserver: String,
    },
    CodeSent {
        phone_number: String,
        country: String,
        send_attempt: u64,
    },
    TextMessage {
        medium: String,
        to: String,
        text: String,
        code: String,
    },
    CodeRejected(Words),
    CodeAccepted,
    ConfirmationNeeded,
    NotConfirmed(Words),
    PasswordNeeded,
    PasswordRejected(Words),
    NewPasswordNeeded,
    NewPasswordRejected(Words),
    UsernameNeeded,
    UsernameRejected(Words),
    AddressNeeded {
        medium: String,
    },
    AddressRejected(Words),
    RegistrationTokenNeeded,
    RegistrationTokenRejected(Words),
    TermsNeeded {
        documents: Vec<Document>,
    },
    PageNeeded {
        url: String,
    },
    SignOnNeeded {
        pages: Vec<Document>,
    },
    PasswordReset {
        address: String,
    },
    Waiting {
        wait_ms: u64,
        #[serde(flatten)]
        why: Words,
    },
    Stalled(Words),
    Added {
        user_id: String,
        medium: &'static str,
        address: String,
    },
    ThrowAway,
    Listed {
        user_id: String,
        threepids: Vec<Threepid>,
    },
    Removed {
        user_id: String,
        medium: String,
        address: String,
    },
    NoHomeserver(Words),
    Discovered {
        homeserver: String,
        /// The newest release of the specification that it has, of those that are known here.
        newest: Option<String>,
        identity_server: Option<String>,
    },
    LookedUp {
        asked: usize,
        found: Vec<Found>,
    },
    Warning {
        message: String,
    },
}

/// What a server said of a failure, or what is known of one that it said nothing of.
#[derive(Debug, Serialize)]
pub(crate) struct Words {
    pub(crate) errcode: Option<String>,
    pub(crate) message: String,
}

/// A page that a server wants seen: a document, or where to log in.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// A phone number or e-mail address of an account.
#[derive(Debug, Serialize)]
pub(crate) struct Threepid {
    pub(crate) medium: String,
    pub(crate) address: String,
    pub(crate) validated_at: Option<u64>,
    pub(crate) added_at: Option<u64>,
    /// The day of `added_at`, for people.
    #[serde(skip)]
    pub(crate) added: Option<String>,
}

/// A phone number or e-mail address, and whom others find by it.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    pub(crate) medium: String,
    pub(crate) address: String,
    pub(crate) user_id: String,
}

/// An operation as `operations` lists it.
#[derive(Serialize)]
pub(crate) struct OperationRow {
    pub(crate) api: &'static str,
    pub(crate) operation_id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) auth: &'static str,
    pub(crate) uia: bool,
    pub(crate) query: &'static [&'static str],
    /// The first release that had it, where there were releases without it.
    pub(crate) since: Option<String>,
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
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        let form = match (json, quiet) {
            (true, _) => Form::Json,
            (false, true) => Form::Quiet,
            (false, false) => Form::Words,
        };
        Self {
            form,
            spinner: RefCell::new(None),
        }
    }

    /// A step on the way.
    pub(crate) fn step(&self, step: &Step) {
        match self.form {
            Form::Words => self.to_stderr(step),
            Form::Quiet => {}
            Form::Json => self.json(step),
        }
    }

    /// What to be careful about, which is said even where little is.
    pub(crate) fn warning(&self, message: &str) {
        let step = Step::Warning {
            message: message.to_owned(),
        };
        match self.form {
            Form::Words | Form::Quiet => self.to_stderr(&step),
            Form::Json => self.json(&step),
        }
    }

    /// What the command was run for.
    pub(crate) fn result(&self, step: &Step) {
        if self.form == Form::Json {
            return self.json(step);
        }
        self.rest();
        let mut out = anstream::stdout().lock();
        for (_, line) in step.lines() {
            written(writeln!(out, "{}", printable(&line)));
        }
    }

    /// One of the operations that there are.
    pub(crate) fn operation(&self, row: &OperationRow) {
        if self.form == Form::Json {
            return self.json(row);
        }
        let name = format!("{}:{}", row.api, row.operation_id);
        let mut out = anstream::stdout().lock();
        written(writeln!(out, "{name:<40} {:<6} {}", row.method, row.path));
    }

    /// The answer to an operation, as it is.
    pub(crate) fn answer(&self, json: &str) {
        self.rest();
        written(writeln!(io::stdout().lock(), "{}", escaped(json)));
    }

    /// Why the command failed.
    pub(crate) fn trouble(&self, trouble: &CliError) {
        if self.form == Form::Json {
            return self.json(&ErrorStep {
                exit_code: trouble.exit.code(),
                errcode: trouble.errcode.as_deref(),
                message: trouble.sentence(),
                server_message: trouble.server_message.as_deref(),
            });
        }
        self.rest();
        let sentence = trouble.sentence();
        written(writeln!(
            anstream::stderr(),
            "{FAILED}hardline:{FAILED:#} {sentence}"
        ));
    }

    /// Shows that something is waited for, at a terminal.
    pub(crate) fn busy(&self, what: &'static str) {
        self.rest();
        if self.form != Form::Words {
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

    /// Nothing is waited for any more.
    pub(crate) fn rest(&self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }

    fn to_stderr(&self, step: &Step) {
        self.rest();
        let mut err = anstream::stderr().lock();
        for (mark, line) in step.lines() {
            let (style, sign) = mark.style_and_sign();
            let space = if line.is_empty() { "" } else { " " };
            let line = printable(&line);
            written(writeln!(err, "{style}{sign}{style:#}{space}{line}"));
        }
    }

    fn json(&self, step: &impl Serialize) {
        let mut out = io::stdout().lock();
        if let Ok(line) = serde_json::to_string(step) {
            written(writeln!(out, "{line}"));
        }
    }
}

/// What stands before a line.
#[derive(Clone, Copy)]
enum Mark {
    Done,
    UnderWay,
    Careful,
    Top,
    Side,
    Bottom,
}

impl Mark {
    fn style_and_sign(self) -> (Style, &'static str) {
        match self {
            Self::Done => (DONE, "✓"),
            Self::UnderWay => (UNDER_WAY, "→"),
            Self::Careful => (CAREFUL, "!"),
            Self::Top => (UNDER_WAY, "  ╭"),
            Self::Side => (UNDER_WAY, "  │"),
            Self::Bottom => (UNDER_WAY, "  ╰"),
        }
    }
}

impl Step {
    fn lines(&self) -> Vec<(Mark, String)> {
        let line = |mark, text: String| vec![(mark, text)];
        match self {
            Self::LoopbackStarted { url, transport } => line(
                Mark::UnderWay,
                format!(
                    "no --homeserver is given, so this is a try-out: one runs on this machine, {url}, over {transport}"
                ),
            ),
            Self::Listening { url } => vec![
                (
                    Mark::UnderWay,
                    format!("a homeserver for trying things out listens at {url}"),
                ),
                (
                    Mark::UnderWay,
                    "the texts that it would send are shown here; Ctrl-C ends it".to_owned(),
                ),
            ],
            Self::Registered { user_id } => line(Mark::Done, format!("registered {user_id}")),
            Self::HomeserverFound {
                server_name,
                homeserver,
            } => line(
                Mark::Done,
                format!("the homeserver of {server_name} is {homeserver}"),
            ),
            Self::LoggedIn {
                user_id,
                homeserver,
            } => line(Mark::Done, format!("logged in as {user_id} at {homeserver}")),
            Self::LoggedOut => line(Mark::Done, "logged out".to_owned()),
            Self::Whoami {
                user_id,
                device_id,
                homeserver,
            } => {
                let device = match device_id {
                    Some(device_id) => format!(", device {device_id},"),
                    None => String::new(),
                };
                line(Mark::Done, format!("{user_id}{device} at {homeserver}"))
            }
            Self::CodeSent {
                phone_number,
                country,
                send_attempt,
            } => {
                let which = if *send_attempt > 1 { "another" } else { "a" };
                line(
                    Mark::Done,
                    format!("{which} text message is on its way to {phone_number} ({country})"),
                )
            }
            Self::TextMessage { to, text, .. } => {
                let mut lines = vec![(Mark::Top, format!("to {to}"))];
                lines.extend(text.lines().map(|line| (Mark::Side, line.to_owned())));
                lines.push((Mark::Bottom, String::new()));
                lines
            }
            Self::CodeRejected(words) => line(
                Mark::Careful,
                format!("the server did not take the code: {}", words.message),
            ),
            Self::CodeAccepted => line(Mark::Done, "the code was right".to_owned()),
            Self::ConfirmationNeeded => line(
                Mark::UnderWay,
                "a message is on its way: do what it says".to_owned(),
            ),
            Self::NotConfirmed(words) => line(
                Mark::Careful,
                format!("the server has not heard of it yet: {}", words.message),
            ),
            Self::PasswordNeeded => line(
                Mark::UnderWay,
                "the server wants the account's password".to_owned(),
            ),
            Self::PasswordRejected(words) => line(
                Mark::Careful,
                format!("the server did not take the password: {}", words.message),
            ),
            Self::NewPasswordNeeded => line(
                Mark::UnderWay,
                "a new password is needed for the account".to_owned(),
            ),
            Self::NewPasswordRejected(words) => line(
                Mark::Careful,
                format!("the server wants a better password: {}", words.message),
            ),
            Self::UsernameNeeded => line(Mark::UnderWay, "the account needs a name".to_owned()),
            Self::UsernameRejected(words) => line(
                Mark::Careful,
                format!("the server does not give this name: {}", words.message),
            ),
            Self::AddressNeeded { medium } => line(
                Mark::UnderWay,
                format!("the server wants to know your {} as well", kind(medium)),
            ),
            Self::AddressRejected(words) => line(
                Mark::Careful,
                format!("the server did not take it: {}", words.message),
            ),
            Self::RegistrationTokenNeeded => line(
                Mark::UnderWay,
                "the server wants a token from its administrator".to_owned(),
            ),
            Self::RegistrationTokenRejected(words) => line(
                Mark::Careful,
                format!("the server did not take the token: {}", words.message),
            ),
            Self::TermsNeeded { documents } => {
                let first = "the server wants agreement with:".to_owned();
                let mut lines = vec![(Mark::UnderWay, first)];
                lines.extend(documents.iter().map(|document| {
                    (Mark::Side, format!("{}: {}", document.name, document.url))
                }));
                lines
            }
            Self::PageNeeded { url } => line(
                Mark::UnderWay,
                format!("open this page and do what it says: {url}"),
            ),
            Self::SignOnNeeded { pages } if pages.is_empty() => line(
                Mark::UnderWay,
                "a token is needed, of a device that is logged in".to_owned(),
            ),
            Self::SignOnNeeded { pages } => {
                let first = "log in with a browser on this machine:".to_owned();
                let mut lines = vec![(Mark::UnderWay, first)];
                let page = |page: &Document| format!("{}: {}", page.name, page.url);
                lines.extend(pages.iter().map(|document| (Mark::Side, page(document))));
                lines
            }
            Self::PasswordReset { address } => line(
                Mark::Done,
                format!("the account of {address} has its new password: log in with it"),
            ),
            Self::Waiting { wait_ms, why } => {
                let wait = Duration::from_millis(*wait_ms).as_secs_f32();
                line(
                    Mark::Careful,
                    format!("{}; trying again in {wait:.1} s", why.message),
                )
            }
            Self::Stalled(words) => line(Mark::Careful, words.message.clone()),
            Self::Added {
                user_id, address, ..
            } => line(Mark::Done, format!("{address} now belongs to {user_id}")),
            Self::ThrowAway => line(
                Mark::UnderWay,
                "that account is gone with this command; for your own: --homeserver example.org --user alice"
                    .to_owned(),
            ),
            Self::Listed { user_id, threepids } if threepids.is_empty() => line(
                Mark::Done,
                format!("{user_id} has no phone numbers and no e-mail addresses"),
            ),
            Self::Listed { threepids, .. } => threepids
                .iter()
                .map(|threepid| {
                    let address = shown(&threepid.medium, &threepid.address);
                    let added = match &threepid.added {
                        Some(day) => format!("added {day}"),
                        None => String::new(),
                    };
                    let kind = kind(&threepid.medium);
                    let row = format!("{address:<24} {kind:<14} {added}");
                    (Mark::Done, row.trim_end().to_owned())
                })
                .collect(),
            Self::Removed {
                user_id,
                medium,
                address,
            } => line(
                Mark::Done,
                format!("{} no longer belongs to {user_id}", shown(medium, address)),
            ),
            Self::NoHomeserver(words) => line(
                Mark::Careful,
                format!("that leads to no homeserver: {}", words.message),
            ),
            Self::Discovered {
                homeserver,
                newest,
                identity_server,
            } => {
                let release = match newest {
                    Some(newest) => format!(", which has Matrix up to {newest}"),
                    None => String::new(),
                };
                let mut lines = line(Mark::Done, format!("the homeserver is {homeserver}{release}"));
                if let Some(url) = identity_server {
                    lines.push((Mark::Done, format!("the identity server is {url}")));
                }
                lines
            }
            Self::LookedUp { asked, found } if found.is_empty() => {
                let none = if *asked == 1 {
                    "that is not"
                } else {
                    "none of them is"
                };
                line(Mark::Done, format!("{none} bound to anybody"))
            }
            Self::LookedUp { found, .. } => found
                .iter()
                .map(|found| {
                    let address = shown(&found.medium, &found.address);
                    (Mark::Done, format!("{address:<24} {}", found.user_id))
                })
                .collect(),
            Self::Warning { message } => line(Mark::Careful, message.clone()),
        }
    }
}

/// An address as people write it: phone numbers with a `+`.
pub(crate) fn shown(medium: &str, address: &str) -> String {
    if medium == "msisdn" {
        format!("+{address}")
    } else {
        address.to_owned()
    }
}

fn kind(medium: &str) -> &str {
    match medium {
        "msisdn" => "phone number",
        "email" => "e-mail address",
        other => other,
    }
}

/// Whether a terminal acts on a character, or turns its direction or shows nothing for it.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The same JSON with escapes for what a terminal would act on: in JSON such characters stand in strings alone, but for
/// line breaks and tabs.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\n' | '\r' | '\t' => escaped.push(character),
            _ if is_unprintable(character) => {
                // All of them are in the first plane.
                escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Text without what a terminal acts on, or that turns its direction, and not too much of it: servers write some of it.
pub(crate) fn printable(text: &str) -> String {
    let spaced = text.chars().map(|character| {
        if character.is_whitespace() {
            ' '
        } else {
            character
        }
    });
    spaced
        .filter(|character| !is_unprintable(*character))
        .take(LONGEST_TEXT)
        .collect()
}

/// Where nobody reads any more, nobody can be told.
fn written(result: io::Result<()>) {
    drop(result);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_left_out() {
        assert_eq!(
            printable("a\u{1b}[31mb\r\n\tc\u{202e}d\u{7}"),
            "a[31mb   cd"
        );
        assert_eq!(printable(&"x".repeat(1000)).len(), LONGEST_TEXT);
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped_in_json() {
        let value = serde_json::json!({"a": "\u{9b}31m\u{202e}\u{7f}é"});
        let shown = escaped(&value.to_string());
        assert_eq!(shown, r#"{"a":"\u009b31m\u202e\u007fé"}"#);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }

    #[test]
    fn steps_are_named_for_programs() {
        let waiting = Step::Waiting {
            wait_ms: 500,
            why: Words {
                errcode: None,
                message: "refused".to_owned(),
            },
        };
        assert_eq!(
            serde_json::to_string(&waiting).unwrap(),
            r#"{"step":"waiting","wait_ms":500,"errcode":null,"message":"refused"}"#
        );
        assert_eq!(
            serde_json::to_string(&Step::CodeAccepted).unwrap(),
            r#"{"step":"code_accepted"}"#
        );
    }
}
