//! `login`.

use hardline::types::UserId;

use crate::args::Login;
use crate::browser;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::logins;
use crate::oauth_login::{self, Purpose};
use crate::offers::Offers;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::session::Session;
use crate::session_file::{SavedSession, SessionFile};
use crate::session_lock::SessionLock;
use crate::sign_on;
use crate::step::Step;
use crate::user_password::UserPassword;

/// Logs in and keeps the tokens.
pub(crate) async fn run(login: &Login, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let file = logins::file_of(&login.session)?;
    refuse_second_login(&file)?;
    let (session, saved) = log_in(login, report, &prompt, &interrupt).await?;
    let expected = expect_user(login.user.as_deref(), &session.user);
    keep(&file, &session, &saved, expected, report).await?;
    report.result(&session.logged_in());
    Ok(())
}

/// A file keeps one session.
pub(crate) fn refuse_second_login(file: &SessionFile) -> Result<(), CliError> {
    match file.load()? {
        None => Ok(()),
        Some(saved) => Err(CliError::new(
            Exit::Usage,
            format!("{} is already logged in", saved.user_id),
            "run `hardline logout` first, or keep both: log in with --account and a name for the other",
        )),
    }
}

/// Keeps a new session for the commands that follow, or logs out again where it cannot be kept, or may not be.
pub(crate) async fn keep(
    file: &SessionFile,
    session: &Session,
    saved: &SavedSession,
    may: Result<(), CliError>,
    report: &Report,
) -> Result<(), CliError> {
    let kept = may.and_then(|()| {
        let _lock = SessionLock::of(file, session.interrupt());
        // Another command may have logged in meanwhile.
        refuse_second_login(file)?;
        file.save(saved)
    });
    if kept.is_err() {
        // Nobody would have the device's token, and it would stay for ever.
        session.end(report).await;
    }
    kept
}

async fn log_in(
    login: &Login,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(Session, SavedSession), CliError> {
    let address = login.address()?;
    let connect = || Connected::to(&address, &login.network, report, interrupt);
    if login.login_token_stdin {
        return sign_on::with_token(login, report, prompt, interrupt).await;
    }
    let user = login.user.as_deref();
    if login.has_password() && Way::wanted(login).is_none() {
        let secret = UserPassword::find(user, login.password_stdin, prompt).await?;
        return Session::log_in(connect().await?, secret, report).await;
    }
    let connected = connect().await?;
    let way = match Way::wanted(login) {
        Some(way) => way,
        None => {
            let offers = Offers::of(&connected, report).await?;
            let way = Way::choose(&offers, user.is_some(), browser::is_there());
            if let (Some(metadata), Way::Browser | Way::DeviceCode) = (&offers.oauth, way) {
                report.step(&Step::OauthChosen {
                    issuer: metadata.issuer.clone(),
                    device_code: way == Way::DeviceCode,
                });
            }
            way
        }
    };
    let options = &login.oauth_options;
    match way {
        Way::Password => {
            let secret = UserPassword::find(user, false, prompt).await?;
            Session::log_in(connected, secret, report).await
        }
        Way::Browser => {
            oauth_login::with_browser(connected, options, Purpose::LogIn, report, prompt).await
        }
        Way::DeviceCode => oauth_login::with_device_code(connected, options, report, prompt).await,
        Way::SingleSignOn => sign_on::with_browser(connected, options, report, prompt).await,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Password,
    /// By OAuth 2.0.
    Browser,
    /// By OAuth 2.0.
    DeviceCode,
    SingleSignOn,
}

impl Way {
    /// The one that the user names.
    fn wanted(login: &Login) -> Option<Self> {
        match login {
            Login { oauth: true, .. } => Some(Self::Browser),
            Login {
                device_code: true, ..
            } => Some(Self::DeviceCode),
            Login { sso: true, .. } => Some(Self::SingleSignOn),
            _ => None,
        }
    }

    /// The one that suits what the server offers. A server with pages of its own wants them to be used, except by a user who
    /// has a name to go with a password.
    fn choose(offers: &Offers, has_name: bool, has_browser: bool) -> Self {
        match &offers.oauth {
            Some(_) if offers.password && has_name => Self::Password,
            Some(metadata) if metadata.device_authorization_endpoint.is_some() && !has_browser => {
                Self::DeviceCode
            }
            Some(_) => Self::Browser,
            None if offers.single_sign_on && !offers.password => Self::SingleSignOn,
            // A server that offers nothing says best what is wrong.
            None => Self::Password,
        }
    }
}

/// On a page of the server, anybody can log in. An address or a number does not tell who that was.
fn expect_user(expected: Option<&str>, user: &UserId) -> Result<(), CliError> {
    let names_user = |name: &&str| name.starts_with('@') || !name.contains(['@', '+']);
    match expected.filter(names_user) {
        Some(expected) if expected != user.as_str() && expected != user.localpart() => {
            Err(CliError::new(
                Exit::Authentication,
                format!("{user} logged in, not {expected}"),
                "log in as that user on the server's page, or leave --user out",
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use hardline::client_api::discovery::AuthMetadata;

    use super::*;

    fn offers(password: bool, single_sign_on: bool, oauth: Option<bool>) -> Offers {
        let oauth = oauth.map(|has_device_codes| {
            let url = || "https://account.example.org/".to_owned();
            let mut metadata = AuthMetadata::new(url(), url(), url(), url(), url());
            metadata.device_authorization_endpoint = has_device_codes.then(url);
            metadata
        });
        Offers {
            password,
            single_sign_on,
            oauth,
        }
    }

    #[test]
    fn what_the_server_offers_decides() {
        use Way::*;
        for (offers, has_name, has_browser, way) in [
            (offers(true, false, None), false, true, Password),
            (offers(true, true, None), false, true, Password),
            (offers(false, true, None), false, true, SingleSignOn),
            (offers(false, false, None), false, true, Password),
            (offers(false, false, Some(true)), false, true, Browser),
            (offers(false, false, Some(true)), true, true, Browser),
            (offers(false, true, Some(true)), false, true, Browser),
            (offers(true, true, Some(true)), false, true, Browser),
            (offers(true, true, Some(true)), true, true, Password),
            (offers(false, false, Some(true)), false, false, DeviceCode),
            (offers(false, false, Some(false)), false, false, Browser),
        ] {
            let chosen = Way::choose(&offers, has_name, has_browser);
            let what = (offers.password, offers.single_sign_on, offers.oauth);
            assert_eq!(chosen, way, "{what:?} {has_name} {has_browser}");
        }
    }

    #[test]
    fn the_user_who_is_named_has_to_be_the_one_who_logs_in() {
        let alice = UserId::parse("@alice:example.org").unwrap();
        for (expected, is) in [
            (None, true),
            (Some("alice"), true),
            (Some("@alice:example.org"), true),
            (Some("alice@example.org"), true),
            (Some("+447700900001"), true),
            (Some("bob"), false),
            (Some("@alice:example.com"), false),
        ] {
            assert_eq!(expect_user(expected, &alice).is_ok(), is, "{expected:?}");
        }
    }
}
