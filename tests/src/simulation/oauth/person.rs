use std::cell::RefCell;
use std::collections::BTreeSet;

use hardline::flow::test_harness::Answer;
use hardline::flow::{Prompt, Reply};
use hardline::oauth_api::RedirectedUrl;
use hardline::wire::Error;

use super::decision::{Browser, Decision};
use super::world::OAuthWorld;
use crate::simulation::meeting::{Ends, code};

/// How a person behaves.
#[derive(Clone, Copy, Debug)]
pub struct Conduct {
    /// What they decide in the end.
    pub decision: Decision,
    /// How often they do something else first: another URL comes back, or a code expires.
    pub wrongs: u32,
    /// How often a device asks until they have decided.
    pub dawdles: u32,
    /// After how many tries they give up.
    pub patience: u32,
}

impl Conduct {
    /// Somebody who decides like this.
    pub const fn deciding(decision: Decision) -> Self {
        Self {
            decision,
            wrongs: 0,
            dawdles: 1,
            patience: 16,
        }
    }

    /// The same, after so many mistakes.
    #[must_use]
    pub const fn wrong(mut self, wrongs: u32) -> Self {
        self.wrongs = wrongs;
        self
    }
}

/// A person in front of a browser.
pub(super) struct Person {
    conduct: Conduct,
    wrongs: u32,
    tries: u32,
    /// The codes that they have seen.
    codes: BTreeSet<String>,
    /// Why the browser did not come back.
    pub(super) lost: Option<String>,
    pub(super) gave_up: Option<Ends>,
    /// How often they wanted to try again.
    pub(super) retries: u32,
}

impl Person {
    pub(super) fn new(conduct: Conduct) -> RefCell<Self> {
        RefCell::new(Self {
            conduct,
            wrongs: 0,
            tries: 0,
            codes: BTreeSet::new(),
            lost: None,
            gave_up: None,
            retries: 0,
        })
    }

    pub(super) fn answer(
        &mut self,
        world: &OAuthWorld,
        prompt: &Prompt,
        error: Option<&Error>,
    ) -> Answer {
        let why = error.map(code).unwrap_or_default();
        match prompt {
            Prompt::Retry => {
                self.tries += 1;
                if self.tries > self.conduct.patience {
                    self.gave_up = Some(Ends::Stalls(why));
                    return Answer::Cancel;
                }
                self.retries += 1;
                Answer::Retry
            }
            Prompt::Authorization { url, redirect_uri } => {
                let is_right = self.wrongs >= self.conduct.wrongs;
                if is_right {
                    self.tries += 1;
                }
                if self.tries > self.conduct.patience {
                    self.gave_up = Some(Ends::AsksAgain(why));
                    return Answer::Cancel;
                }
                match world.browse(url.reveal(), self.conduct.decision) {
                    Browser::Lost(why) => {
                        self.lost = Some(why);
                        Answer::Cancel
                    }
                    Browser::Redirected(url) => {
                        let url = if is_right {
                            part(&url, redirect_uri, self.tries)
                        } else {
                            self.wrongs += 1;
                            spoilt(&url, redirect_uri, self.wrongs)
                        };
                        Reply::Redirected(RedirectedUrl::from(url)).into()
                    }
                }
            }
            Prompt::DeviceAuthorization { user_code, .. } => {
                // Whoever does nothing lets it expire.
                if self.codes.insert(user_code.to_string()) {
                    if self.wrongs < self.conduct.wrongs {
                        self.wrongs += 1;
                    } else {
                        let Conduct {
                            decision, dawdles, ..
                        } = self.conduct;
                        world.type_code(user_code.as_str(), decision, dawdles);
                    }
                }
                Answer::Nothing
            }
            other => panic!("{other:?} is not asked for here"),
        }
    }
}

/// As much of the URL as a program may have.
fn part(url: &str, redirect_uri: &str, number: u32) -> String {
    let rest = url.strip_prefix(redirect_uri).expect("it begins so");
    match number % 3 {
        0 => rest[1..].to_owned(),
        1 => url.to_owned(),
        _ => rest.to_owned(),
    }
}

/// A URL to which the browser was sent by somebody else.
fn spoilt(url: &str, redirect_uri: &str, number: u32) -> String {
    match number % 3 {
        1 => url.replace("state=", "state=a"),
        2 => redirect_uri.to_owned(),
        _ if url.contains("iss=") => {
            url.replace("iss=", "iss=https%3A%2F%2Felsewhere.example%2F&x=")
        }
        _ => format!("{url}&iss=https%3A%2F%2Felsewhere.example%2F"),
    }
}
