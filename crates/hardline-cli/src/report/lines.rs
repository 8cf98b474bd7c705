use std::time::Duration;

use serde::Serialize;

use crate::step::{Document, Step, shown};

/// What is reported: in words for people, and as JSON for programs.
pub(crate) trait Told: Serialize {
    fn lines(&self) -> Vec<(Mark, String)>;

    /// Whether nothing happens until the user does something, which only this says how to do.
    fn needs_the_user(&self) -> bool {
        false
    }

    /// What a camera may read in place of the user.
    fn qr_text(&self) -> Option<&str> {
        None
    }
}

/// What stands before a line.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    Done,
    UnderWay,
    Careful,
    Top,
    Side,
    Bottom,
    /// Nothing but an address, which has to be whole.
    Address,
}

impl Told for Step {
    fn lines(&self) -> Vec<(Mark, String)> {
        lines(self)
    }

    fn needs_the_user(&self) -> bool {
        self.needs_the_user()
    }

    fn qr_text(&self) -> Option<&str> {
        self.qr_text()
    }
}

/// A step as people read it.
fn lines(step: &Step) -> Vec<(Mark, String)> {
    let line = |mark, text: String| vec![(mark, text)];
    match step {
            Step::LoopbackStarted { url, transport } => line(
                Mark::UnderWay,
                format!(
                    "no --homeserver was given, so a temporary one was started on this machine: {url}, over {transport}"
                ),
            ),
            Step::Listening { url, page } => {
                let listening = format!("a test homeserver is listening at {url}");
                let page = page.as_ref().map(|page| format!("what it does is shown at {page}"));
                let stop = "it shows text messages here instead of sending them; press Ctrl-C to stop it";
                let lines = [Some(listening), page, Some(stop.to_owned())];
                lines.into_iter().flatten().map(|line| (Mark::UnderWay, line)).collect()
            }
            Step::Registered { user_id } => line(Mark::Done, format!("registered {user_id}")),
            Step::HomeserverFound {
                server_name,
                homeserver,
            } => line(
                Mark::Done,
                format!("the homeserver of {server_name} is {homeserver}"),
            ),
            Step::LoggedIn {
                user_id,
                homeserver,
            } => line(Mark::Done, format!("logged in as {user_id} at {homeserver}")),
            Step::LoggedOut => line(Mark::Done, "logged out".to_owned()),
            Step::Whoami {
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
            Step::CodeSent {
                phone_number,
                country,
                send_attempt,
            } => {
                let which = if *send_attempt > 1 { "another" } else { "a" };
                let country = match country {
                    Some(country) => format!(" ({country})"),
                    None => String::new(),
                };
                line(
                    Mark::Done,
                    format!("{which} text message is on its way to {phone_number}{country}"),
                )
            }
            Step::TextMessage { to, text, .. } => {
                let mut lines = vec![(Mark::Top, format!("to {to}"))];
                lines.extend(text.lines().map(|line| (Mark::Side, line.to_owned())));
                lines.push((Mark::Bottom, String::new()));
                lines
            }
            Step::CodeRejected(words) => line(
                Mark::Careful,
                format!("the server rejected the code: {}", words.message),
            ),
            Step::MessageNotSent(words) => line(
                Mark::Careful,
                format!("the server sent no other message: {}", words.message),
            ),
            Step::MessageExpired(words) => line(
                Mark::Careful,
                format!("the message is too old: {}", words.message),
            ),
            Step::CodeAccepted => line(Mark::Done, "the code was right".to_owned()),
            Step::ConfirmationNeeded => line(
                Mark::UnderWay,
                "a message is on its way: do what it says".to_owned(),
            ),
            Step::NotConfirmed(words) => line(
                Mark::Careful,
                format!("the server has not had the confirmation yet: {}", words.message),
            ),
            Step::Left => line(
                Mark::UnderWay,
                "to go on from here, without another message: hardline resume".to_owned(),
            ),
            Step::Resumed => line(
                Mark::Done,
                "this goes on where it was left, so no other message was sent".to_owned(),
            ),
            Step::PasswordNeeded => line(
                Mark::UnderWay,
                "the server asks for the account's password".to_owned(),
            ),
            Step::PasswordRejected(words) => line(
                Mark::Careful,
                format!("the server rejected the password: {}", words.message),
            ),
            Step::NewPasswordNeeded => line(
                Mark::UnderWay,
                "the account needs a new password".to_owned(),
            ),
            Step::NewPasswordRejected(words) => line(
                Mark::Careful,
                format!("the server requires a better password: {}", words.message),
            ),
            Step::UsernameNeeded => line(Mark::UnderWay, "the account needs a user name".to_owned()),
            Step::UsernameRejected(words) => line(
                Mark::Careful,
                format!("the server rejected this user name: {}", words.message),
            ),
            Step::AddressNeeded { medium } => line(
                Mark::UnderWay,
                format!("the server also asks for your {}", kind(medium)),
            ),
            Step::AddressRejected(words) => line(
                Mark::Careful,
                format!("the server rejected it: {}", words.message),
            ),
            Step::RegistrationTokenNeeded => line(
                Mark::UnderWay,
                "the server asks for a registration token from its administrator".to_owned(),
            ),
            Step::RegistrationTokenRejected(words) => line(
                Mark::Careful,
                format!("the server rejected the token: {}", words.message),
            ),
            Step::TermsNeeded { documents } => {
                let first = "the server requires that you agree to:".to_owned();
                let mut lines = vec![(Mark::UnderWay, first)];
                lines.extend(documents.iter().map(|document| {
                    (Mark::Side, format!("{}: {}", document.name, document.url))
                }));
                lines
            }
            Step::PageNeeded { url } => line(
                Mark::UnderWay,
                format!("open this page and do what it says: {url}"),
            ),
            Step::SignOnNeeded { pages } if pages.is_empty() => line(
                Mark::UnderWay,
                "you need a login token from another device of yours".to_owned(),
            ),
            Step::SignOnNeeded { pages } => {
                let first = "log in with a browser on this machine:".to_owned();
                let mut lines = vec![(Mark::UnderWay, first)];
                let page = |page: &Document| format!("{}: {}", page.name, page.url);
                lines.extend(pages.iter().map(|document| (Mark::Side, page(document))));
                lines
            }
            Step::OauthChosen {
                issuer,
                device_code,
            } => {
                let how = if *device_code {
                    "with a code, on any device"
                } else {
                    "in a browser"
                };
                line(
                    Mark::UnderWay,
                    format!("the server has a page of its own for this (OAuth 2.0, {issuer}), where you log in {how}"),
                )
            }
            Step::AuthorizationNeeded { url } => vec![
                (
                    Mark::UnderWay,
                    "log in on this page, with a browser on this machine:".to_owned(),
                ),
                (Mark::Address, url.clone()),
            ],
            Step::BrowserOpened => line(Mark::Done, "it is open in your browser".to_owned()),
            Step::AuthorizationRejected(words) => line(
                Mark::Careful,
                format!("that is not the end of this login: {}", words.message),
            ),
            Step::DeviceAuthorizationNeeded {
                user_code,
                verification_uri,
                lifetime,
                ..
            } => {
                let within = match lifetime {
                    Some(lifetime) => format!(" within {}", in_words(*lifetime)),
                    None => String::new(),
                };
                vec![
                    (
                        Mark::UnderWay,
                        format!("open this page on any device{within}:"),
                    ),
                    (Mark::Address, verification_uri.clone()),
                    (Mark::UnderWay, format!("and type this code there, or compare it: {user_code}")),
                ]
            }
            Step::AccountPage { url, .. } => line(Mark::Address, url.clone()),
            Step::PasswordReset { address } => line(
                Mark::Done,
                format!("the account of {address} has its new password, so log in with that"),
            ),
            Step::Waiting { wait_ms, why } => {
                let wait = Duration::from_millis(*wait_ms).as_secs_f32();
                line(
                    Mark::Careful,
                    format!("{}; trying again in {wait:.1} s", why.message),
                )
            }
            Step::Stalled(words) => line(Mark::Careful, words.message.clone()),
            Step::Added {
                user_id, address, ..
            } => line(Mark::Done, format!("{address} now belongs to {user_id}")),
            Step::ThrowAway => line(
                Mark::UnderWay,
                "the account is gone when this command ends; to use your own: --homeserver example.org --user alice"
                    .to_owned(),
            ),
            Step::Listed { user_id, medium, threepids } if threepids.is_empty() => {
                let plural = if *medium == "email" { "es" } else { "s" };
                line(Mark::Done, format!("{user_id} has no {}{plural}", kind(medium)))
            }
            Step::Listed { threepids, .. } => threepids
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
            Step::Accounts { accounts } if accounts.is_empty() => {
                line(Mark::Done, "nobody is logged in".to_owned())
            }
            Step::Accounts { accounts } => accounts
                .iter()
                .map(|account| {
                    let name = account.name.as_deref().unwrap_or("(default)");
                    let (user_id, homeserver) = (&account.user_id, &account.homeserver);
                    (Mark::Done, format!("{name:<16} {user_id} at {homeserver}"))
                })
                .collect(),
            Step::ManualWritten { folder, pages } => {
                line(Mark::Done, format!("{pages} manual pages are in {folder}"))
            }
            Step::Removed {
                user_id,
                medium,
                address,
            } => line(
                Mark::Done,
                format!("{} no longer belongs to {user_id}", shown(medium, address)),
            ),
            Step::NoHomeserver(words) => line(
                Mark::Careful,
                format!("there is no homeserver at that address: {}", words.message),
            ),
            Step::Discovered {
                homeserver,
                newest,
                identity_server,
            } => {
                let release = match newest {
                    Some(newest) => format!(", which supports Matrix up to {newest}"),
                    None => String::new(),
                };
                let mut lines = line(Mark::Done, format!("the homeserver is {homeserver}{release}"));
                if let Some(url) = identity_server {
                    lines.push((Mark::Done, format!("the identity server is {url}")));
                }
                lines
            }
            Step::LookedUp { asked, found } if found.is_empty() => {
                let none = if *asked == 1 {
                    "it is not"
                } else {
                    "none of them is"
                };
                line(Mark::Done, format!("{none} bound to anybody"))
            }
            Step::LookedUp { found, .. } => found
                .iter()
                .map(|found| {
                    let address = shown(&found.medium, &found.address);
                    (Mark::Done, format!("{address:<24} {}", found.user_id))
                })
                .collect(),
            Step::Warning { message } => line(Mark::Careful, message.clone()),
        }
}

fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 30) / 60),
    }
}

fn kind(medium: &str) -> &str {
    match medium {
        "msisdn" => "phone number",
        "email" => "e-mail address",
        other => other,
    }
}
