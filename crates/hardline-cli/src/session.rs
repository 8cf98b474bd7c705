use std::env;

use hardline::client_api::AuthData;
use hardline::client_api::account::{GetTokenOwner, Register};
use hardline::client_api::discovery::{GetVersions, GetWellknown};
use hardline::client_api::session::{Login, LoginResponse, Logout};
use hardline::client::Client;
use hardline::flow::{RetryPolicy, SessionTokens};
use hardline::types::{AccessToken, Password, ServerName, UserId};
use hardline::wire::{
    BaseUrl, Endpoint, Error, ErrorCode, ErrorKind, Homeserver, DecodeError, Target, is_loopback,
};
use hardline_hyper::TokioClock;

use crate::advice::{Doing, CliError};
use crate::args::{Account, Address, Login as LoginCommand, LoginOptions, NetworkOptions};
use crate::conversation::homeserver_of;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::prompt::{Prompt, interrupted};
use crate::report::{Report, Step};
use crate::session_file::{SavedSession, SessionFile};
use crate::transport::AnyClient;
use crate::user_password::UserPassword;

/// How often `.well-known` may send on: example.org to www.example.org, and perhaps once more.
const MOST_REDIRECTS: usize = 3;

/// A client that is logged in, and who that is.
pub(crate) struct Session {
    client: AnyClient,
    pub(crate) homeserver: Homeserver,
    pub(crate) user: UserId,
    /// Where it is known.
    pub(crate) password: Option<Password>,
    pub(crate) policy: RetryPolicy,
    pub(crate) interrupt: Interrupt,
    /// Logged in here, so to be logged out here.
    is_ours: bool,
    /// Where it is kept, and as what.
    kept: Option<(SessionFile, SavedSession)>,
}

/// How to log in.
enum Secret {
    Token(AccessToken),
    Password(UserPassword),
}

impl Session {
    /// The account's session: that of the homeserver that is named, or the one that `login` keeps.
    pub(crate) async fn begin(
        account: &Account,
        report: &Report,
        prompt: &Prompt<'_>,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let found = Self::find(account, report, prompt, interrupt).await?;
        found.ok_or_else(|| {
            CliError::new(
                Exit::Usage,
                "nobody is logged in",
                "name the homeserver with --homeserver, or run `hardline login`",
            )
        })
    }

    /// As [`begin`](Session::begin). `None` where no homeserver is named and nobody is logged in.
    pub(crate) async fn find(
        account: &Account,
        report: &Report,
        prompt: &Prompt<'_>,
        interrupt: &Interrupt,
    ) -> Result<Option<Self>, CliError> {
        let network = &account.network;
        if let Some(address) = &account.homeserver {
            let login = &account.login;
            let session = Self::at(address, login, network, report, prompt, interrupt).await?;
            return Ok(Some(session));
        }
        let file = SessionFile::new(&account.session)?;
        match file.load()? {
            Some(saved) => {
                let session = Self::resume(file, saved, network, report, interrupt).await?;
                report.step(&session.logged_in());
                Ok(Some(session))
            }
            None => Ok(None),
        }
    }

    /// Goes on with a session that was kept. It is not logged out at the end; new tokens are kept then.
    pub(crate) async fn resume(
        file: SessionFile,
        saved: SavedSession,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let mut opening = Opening::new(network, report, interrupt)?;
        opening.find(&saved.address()?).await?;
        opening.client.set_session(Some(saved.tokens.clone()));
        let password = env_secret("HARDLINE_PASSWORD").map(Password::from);
        let mut session = opening.session(saved.user_id.clone(), password, false)?;
        session.kept = Some((file, saved));
        Ok(session)
    }

    /// Logs in for longer than this command.
    pub(crate) async fn log_in(
        login: &LoginCommand,
        report: &Report,
        prompt: &Prompt<'_>,
        interrupt: &Interrupt,
    ) -> Result<(Self, SavedSession), CliError> {
        let secret =
            UserPassword::find(login.user.as_deref(), login.password_stdin, prompt).await?;
        let mut opening = Opening::new(&login.network, report, interrupt)?;
        opening.find(&login.homeserver).await?;
        let answer = opening.log_in(&secret).await?;
        let session = opening.session(answer.user_id.clone(), Some(secret.password), true)?;
        let tokens = session.client.session();
        let saved = SavedSession {
            homeserver: session.homeserver.base_url.to_string(),
            user_id: answer.user_id,
            device_id: answer.device_id,
            tokens: tokens.unwrap_or_else(|| SessionTokens::new(answer.access_token)),
        };
        Ok((session, saved))
    }

    /// What a conversation brought that logged in for longer than this command.
    pub(crate) fn of_login(
        client: AnyClient,
        answer: LoginResponse,
        network: &NetworkOptions,
        interrupt: &Interrupt,
    ) -> Result<(Self, SavedSession), CliError> {
        let homeserver = homeserver_of(&client)?;
        let tokens = SessionTokens::of_login(client.now(), &answer);
        client.set_session(Some(tokens.clone()));
        let saved = SavedSession {
            homeserver: homeserver.base_url.to_string(),
            user_id: answer.user_id.clone(),
            device_id: answer.device_id,
            tokens,
        };
        let session = Self {
            client,
            homeserver,
            user: answer.user_id,
            password: None,
            policy: network.policy(),
            interrupt: interrupt.clone(),
            is_ours: true,
            kept: None,
        };
        Ok((session, saved))
    }

    /// Logs in to the homeserver at this address.
    async fn at(
        address: &Address,
        login: &LoginOptions,
        network: &NetworkOptions,
        report: &Report,
        prompt: &Prompt<'_>,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        // First what a person may have to type or to correct, then what is sent.
        let secret = Secret::find(login, prompt).await?;
        let known_password = env_secret("HARDLINE_PASSWORD").map(Password::from);
        let mut opening = Opening::new(network, report, interrupt)?;
        opening.find(address).await?;
        let session = match secret {
            Secret::Token(token) => {
                let user = opening.whoami(token, login.user.as_deref()).await?;
                opening.session(user, known_password, false)?
            }
            Secret::Password(secret) => {
                let answer = opening.log_in(&secret).await?;
                opening.session(answer.user_id, Some(secret.password), true)?
            }
        };
        report.step(&session.logged_in());
        Ok(session)
    }

    /// A client of the homeserver at this address that is not logged in.
    pub(crate) async fn nobody(
        address: &Address,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<AnyClient, CliError> {
        let mut opening = Opening::new(network, report, interrupt)?;
        opening.find(address).await?;
        Ok(opening.client)
    }

    /// Registers a throw-away account at a homeserver that is there for that.
    pub(crate) async fn register(
        url: BaseUrl,
        user: &str,
        password: Password,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let mut opening = Opening::new(network, report, interrupt)?;
        opening.at(url).await?;
        opening.register(user, password).await
    }

    pub(crate) fn client(&self) -> &AnyClient {
        &self.client
    }

    /// Does one operation.
    pub(crate) async fn call<E: Endpoint>(
        &self,
        operation: E,
        doing: Doing,
    ) -> Result<E::Response, CliError> {
        call(&self.client, &self.interrupt, operation, doing).await
    }

    pub(crate) fn logged_in(&self) -> Step {
        Step::LoggedIn {
            user_id: self.user.to_string(),
            homeserver: self.homeserver.base_url.to_string(),
        }
    }

    /// Logs out. A token that is not valid any more needs no logging out.
    pub(crate) async fn log_out(&self, report: &Report) -> Result<(), CliError> {
        report.busy("logging out");
        match self.client.call(Logout::new()).await {
            Ok(_) => Ok(()),
            Err(error) if error.errcode() == Some(&ErrorCode::UnknownToken) => Ok(()),
            Err(error) => Err(CliError::of(&error, Doing::LoggingOut, self.client.now())),
        }
    }

    /// Logs out where it logged in, and keeps new tokens where it did not, whatever became of the rest.
    pub(crate) async fn end(&self, report: &Report) {
        if let (Some((file, saved)), Some(tokens)) = (&self.kept, self.client.session())
            && tokens != saved.tokens
            && let Err(trouble) = file.save(&saved.with(tokens))
        {
            report.warning(&format!(
                "the new access token is not kept, so log in again: {}",
                trouble.sentence()
            ));
        }
        if !self.is_ours {
            return;
        }
        report.busy("logging out");
        match self.client.call(Logout::new()).await {
            Ok(_) => report.step(&Step::LoggedOut),
            Err(_) => report.warning(
                "could not log out, so the account has a device named \"hardline\" now: remove it with another client",
            ),
        }
    }
}

pub(crate) const PIPE: &str = "pipe it in as the first line";

impl Secret {
    async fn find(login: &LoginOptions, prompt: &Prompt<'_>) -> Result<Self, CliError> {
        if login.access_token_stdin {
            let line = prompt.line("access token: ").await?;
            let token = line.filter(|line| !line.trim().is_empty());
            let token = token.ok_or_else(|| prompt.ended("access token", PIPE))?;
            return Ok(Self::Token(token.trim().into()));
        }
        if !login.password_stdin {
            if let Some(token) = env_secret("HARDLINE_ACCESS_TOKEN") {
                return Ok(Self::Token(token.trim().into()));
            }
            if env_secret("HARDLINE_PASSWORD").is_none() && !prompt.is_terminal() {
                return Err(CliError::new(
                    Exit::Authentication,
                    "this needs to be logged in",
                    "set HARDLINE_ACCESS_TOKEN, or --user and HARDLINE_PASSWORD",
                ));
            }
        }
        UserPassword::find(login.user.as_deref(), login.password_stdin, prompt)
            .await
            .map(Self::Password)
    }
}

/// A session on its way.
struct Opening<'r> {
    client: AnyClient,
    homeserver: Option<Homeserver>,
    policy: RetryPolicy,
    report: &'r Report,
    interrupt: Interrupt,
}

impl<'r> Opening<'r> {
    fn new(
        network: &NetworkOptions,
        report: &'r Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let policy = network.policy();
        // Replaced as soon as it is known where the homeserver is; until then nothing is sent.
        let nowhere = Target::homeserver("https://invalid.invalid")
            .map_err(|error| CliError::usage(error.to_string()))?;
        let client = Client::new(network.transport.build()?, TokioClock, nowhere)
            .with_policy(policy.clone());
        Ok(Self {
            client,
            homeserver: None,
            policy,
            report,
            interrupt: interrupt.clone(),
        })
    }

    async fn find(&mut self, address: &Address) -> Result<(), CliError> {
        let url = match address {
            Address::Url(url) => url.clone(),
            Address::Name(name) => self.well_known(name).await?,
        };
        if !url.is_https() && !is_this_machine(&url) {
            self.report.warning(&format!(
                "{url} is not encrypted: everybody on the way can read the password and the access token"
            ));
        }
        self.at(url).await
    }

    /// Asks the site that the server is named after. Where it says nothing, the name is the best guess.
    async fn well_known(&mut self, name: &ServerName) -> Result<BaseUrl, CliError> {
        let no_url = |error: &dyn std::error::Error| CliError::usage(error.to_string());
        let mut site = Target::server_name(name).map_err(|error| no_url(&error))?;
        self.report.busy("finding the homeserver");
        let mut redirects = 0;
        let found = loop {
            self.client.set_target(site);
            let result = tokio::select! {
                () = self.interrupt.pressed() => return Err(interrupted()),
                result = self.client.call(GetWellknown::new()) => result,
            };
            match result {
                Ok(found) => break found,
                Err(error) if error.status() == Some(http::StatusCode::NOT_FOUND) => {
                    return BaseUrl::parse(&format!("https://{name}"))
                        .map_err(|error| no_url(&error));
                }
                Err(error) => match other_site(&error) {
                    Some(other) if redirects < MOST_REDIRECTS => {
                        redirects += 1;
                        site = other;
                    }
                    _ => {
                        let now = self.client.now();
                        return Err(CliError::of(&error, Doing::FindingTheHomeserver, now));
                    }
                },
            }
        };
        let url = BaseUrl::parse(&found.homeserver.base_url).map_err(|error| {
            CliError::new(
                Exit::NotMatrix,
                format!("{name} names a homeserver that cannot be used ({error})"),
                "give the homeserver's URL with --homeserver",
            )
        })?;
        self.report.step(&Step::HomeserverFound {
            server_name: name.to_string(),
            homeserver: url.to_string(),
        });
        Ok(url)
    }

    /// Asks for the versions, so that the paths of what follows fit the server.
    async fn at(&mut self, url: BaseUrl) -> Result<(), CliError> {
        let mut homeserver = Homeserver::new(url);
        self.client
            .set_target(Target::Homeserver(homeserver.clone()));
        self.report.busy("asking the homeserver for its versions");
        let versions = self
            .call(GetVersions::new(), Doing::AskingForVersions)
            .await?;
        homeserver.supported = Some(versions.supported());
        self.client
            .set_target(Target::Homeserver(homeserver.clone()));
        self.homeserver = Some(homeserver);
        Ok(())
    }

    async fn whoami(
        &mut self,
        token: AccessToken,
        expected: Option<&str>,
    ) -> Result<UserId, CliError> {
        self.client.set_access_token(Some(token));
        self.report.busy("asking whose the access token is");
        let owner = self
            .call(GetTokenOwner::new(), Doing::AskingWhoItIs)
            .await?;
        let user = owner.user_id;
        if let Some(expected) = expected
            && expected != user.as_str()
            && expected != user.localpart()
        {
            return Err(CliError::new(
                Exit::Authentication,
                format!("the access token is that of {user}, not of {expected}"),
                "use the token of that account, or leave --user out",
            ));
        }
        Ok(user)
    }

    async fn log_in(&mut self, secret: &UserPassword) -> Result<LoginResponse, CliError> {
        let mut login = Login::password(secret.identifier(), secret.password.clone());
        login.initial_device_display_name = Some("hardline".to_owned());
        login.refresh_token = Some(true);
        self.report.busy("logging in");
        let answer = self.call(login, Doing::LoggingIn).await?;
        let tokens = SessionTokens::of_login(self.client.now(), &answer);
        self.client.set_session(Some(tokens));
        Ok(answer)
    }

    async fn register(mut self, user: &str, password: Password) -> Result<Session, CliError> {
        let mut register = Register::new();
        register.username = Some(user.to_owned());
        register.password = Some(password.clone());
        register.auth = Some(AuthData::dummy());
        self.report.busy("registering");
        let answer = self.call(register, Doing::Registering).await?;
        self.client.set_access_token(answer.access_token);
        self.report.step(&Step::Registered {
            user_id: answer.user_id.to_string(),
        });
        self.session(answer.user_id, Some(password), false)
    }

    fn session(
        self,
        user: UserId,
        password: Option<Password>,
        is_ours: bool,
    ) -> Result<Session, CliError> {
        let homeserver = self
            .homeserver
            .ok_or_else(|| CliError::usage("there is no homeserver"))?;
        Ok(Session {
            client: self.client,
            homeserver,
            user,
            password,
            policy: self.policy,
            interrupt: self.interrupt,
            is_ours,
            kept: None,
        })
    }

    async fn call<E: Endpoint>(&self, operation: E, doing: Doing) -> Result<E::Response, CliError> {
        call(&self.client, &self.interrupt, operation, doing).await
    }
}

async fn call<E: Endpoint>(
    client: &AnyClient,
    interrupt: &Interrupt,
    operation: E,
    doing: Doing,
) -> Result<E::Response, CliError> {
    tokio::select! {
        () = interrupt.pressed() => Err(interrupted()),
        result = client.call(operation) => {
            result.map_err(|error| CliError::of(&error, doing, client.now()))
        }
    }
}

pub(crate) fn env_secret(name: &str) -> Option<String> {
    env::var(name).ok().filter(|secret| !secret.is_empty())
}

/// The site that another one sends `.well-known` on to. Transports follow no redirect, because requests carry secrets;
/// this one carries none, and the specification asks for it.
fn other_site(error: &Error) -> Option<Target> {
    let ErrorKind::UnexpectedResponse(answer) = error.kind() else {
        return None;
    };
    let DecodeError::Redirect = answer.problem else {
        return None;
    };
    let location = answer.headers.get(http::header::LOCATION)?.to_str().ok()?;
    let site = BaseUrl::parse(location.strip_suffix("/.well-known/matrix/client")?).ok()?;
    site.is_https().then_some(Target::ServerName(site))
}

fn is_this_machine(url: &BaseUrl) -> bool {
    url.to_string().parse().is_ok_and(|uri| is_loopback(&uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_go_without_encryption() {
        for (url, is) in [
            ("http://127.0.0.1:8008", true),
            ("http://[::1]:8008", true),
            ("http://LOCALHOST", true),
            ("http://127.0.0.1.example.org", false),
            ("http://192.168.1.2", false),
            ("http://example.org", false),
        ] {
            assert_eq!(is_this_machine(&BaseUrl::parse(url).unwrap()), is, "{url}");
        }
    }

    #[test]
    fn well_known_may_be_sent_on_to_another_site_over_https() {
        let redirected = |location: &'static str| {
            let response = http::Response::builder()
                .status(301)
                .header("location", location)
                .body("")
                .unwrap();
            other_site(&hardline::wire::decode::<GetWellknown>(response).unwrap_err())
        };
        let www = redirected("https://www.example.org/.well-known/matrix/client");
        assert_eq!(
            www.unwrap().base_url().unwrap().to_string(),
            "https://www.example.org"
        );
        assert!(redirected("http://www.example.org/.well-known/matrix/client").is_none());
        assert!(redirected("https://example.org/login").is_none());
    }
}
