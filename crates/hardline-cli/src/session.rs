use hardline::client_api::account::Register;
use hardline::client_api::session::LoginResponse;
use hardline::flow::{HomeserverAddress, RetryPolicy, SessionTokens, ThreepidInput};
use hardline::types::{DeviceId, Password, UserId};
use hardline::wire::{AuthData, BaseUrl, Endpoint, Homeserver};

use crate::args::{Account, LoginOptions, NetworkOptions};
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain;
use crate::interrupt::Interrupt;
use crate::left::{About, Keeper, Purpose};
use crate::logins;
use crate::password_login;
use crate::private_file::PrivateFile;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::secret::{Secret, owner};
use crate::secrets::env_secret;
use crate::session_file::{SavedSession, SessionFile};
use crate::session_store::SessionStore;
use crate::step::Step;
use crate::transport::AnyClient;
use crate::user_password::UserPassword;

/// A client that is logged in, and who that is.
pub(crate) struct Session {
    connected: Connected,
    pub(crate) user: UserId,
    /// Where the server told it.
    pub(crate) device_id: Option<DeviceId>,
    /// Where it is known.
    pub(crate) password: Option<Password>,
    /// Whether this command logged in, and so has to log out.
    is_ours: bool,
    /// Where new tokens go.
    store: Option<SessionStore>,
    /// What is left of a conversation goes beside this.
    file: Option<SessionFile>,
}

impl Session {
    /// The account's session: at the homeserver that is named, or the one that `login` keeps.
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
        let file = logins::file_of(&account.session)?;
        let kept = file.clone();
        let mut found = if let Some(address) = &account.address()? {
            Self::at(address, &account.login, network, report, prompt, interrupt).await?
        } else if let Some(saved) = file.load()? {
            Self::resume(file, saved, network, report, interrupt).await?
        } else {
            return Ok(None);
        };
        found.file = Some(kept);
        Ok(Some(found))
    }

    /// Logs in again for a conversation that was left, as the command did that left it.
    pub(crate) async fn again(
        address: &HomeserverAddress,
        user: &str,
        account: &Account,
        report: &Report,
        prompt: &Prompt<'_>,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let login = LoginOptions {
            user: Some(user.to_owned()),
            password_stdin: false,
            access_token_stdin: false,
        };
        let network = &account.network;
        let session = Self::at(address, &login, network, report, prompt, interrupt).await?;
        Ok(session.beside(&logins::file_of(&account.session)?))
    }

    /// Where what it was about is kept if a conversation of this session is left; `None` if nobody could go on with it.
    pub(crate) fn keeper(&self, purpose: Purpose, threepid: ThreepidInput) -> Option<Keeper> {
        let about = About {
            purpose,
            homeserver: self.homeserver().base_url.to_string(),
            user: Some(self.user.to_string()),
            logs_in: self.store.is_none(),
            threepid: Some(threepid),
        };
        Some(Keeper::new(self.file.as_ref()?.left(), about))
    }

    /// A file beside the session, with this ending of its name; `None` if no other command uses the session.
    pub(crate) fn kept_file(&self, ending: &str) -> Option<PrivateFile> {
        self.store.as_ref()?;
        Some(self.file.as_ref()?.beside(ending))
    }

    /// Says beside which session what is left is kept.
    pub(crate) fn beside(mut self, file: &SessionFile) -> Self {
        self.file = Some(file.clone());
        self
    }

    /// Resumes a session that was kept, which other commands may use meanwhile. It is not logged out at the end.
    async fn resume(
        file: SessionFile,
        saved: SavedSession,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let connected = Connected::to(&saved.address()?, network, report, interrupt).await?;
        let mut session = Self::resume_alone(&saved, connected);
        let store = SessionStore::new(file, saved, interrupt.clone());
        session.connected.client = session.connected.client.with_store(store.clone());
        session.store = Some(store);
        Ok(session)
    }

    /// Resumes a session that no other command uses, since the caller has locked its file. New tokens are the caller's to
    /// save.
    pub(crate) fn resume_alone(saved: &SavedSession, connected: Connected) -> Self {
        connected.client.set_session(Some(saved.tokens.clone()));
        let password = env_secret("HARDLINE_PASSWORD").map(Password::from);
        let mut session = Self::new(connected, saved.user_id.clone(), password, false);
        session.device_id = saved.device_id.clone();
        session
    }

    /// Logs in with the password, for the commands that follow.
    pub(crate) async fn log_in(
        connected: Connected,
        secret: UserPassword,
        report: &Report,
    ) -> Result<(Self, SavedSession), CliError> {
        let answer = password_login::log_in(&connected, &secret, report).await?;
        Ok(Self::of_login(connected, answer, Some(secret.password)))
    }

    /// The session of a login that is for the commands that follow.
    pub(crate) fn of_login(
        connected: Connected,
        answer: LoginResponse,
        password: Option<Password>,
    ) -> (Self, SavedSession) {
        let tokens = SessionTokens::of_login(connected.client.now(), &answer);
        Self::of_tokens(
            connected,
            answer.user_id,
            answer.device_id,
            tokens,
            password,
        )
    }

    /// The session of a new login, which is logged out again unless it is saved.
    pub(crate) fn of_tokens(
        connected: Connected,
        user_id: UserId,
        device_id: Option<DeviceId>,
        tokens: SessionTokens,
        password: Option<Password>,
    ) -> (Self, SavedSession) {
        connected.client.set_session(Some(tokens.clone()));
        let saved = SavedSession {
            homeserver: connected.homeserver.base_url.to_string(),
            user_id: user_id.clone(),
            device_id,
            tokens,
        };
        (Self::new(connected, user_id, password, true), saved)
    }

    /// Logs in to the homeserver at this address.
    async fn at(
        address: &HomeserverAddress,
        login: &LoginOptions,
        network: &NetworkOptions,
        report: &Report,
        prompt: &Prompt<'_>,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        // Secrets first: the user may have to type them, or to correct them, before anything is sent.
        let secret = Secret::find(login, prompt).await?;
        let known_password = env_secret("HARDLINE_PASSWORD").map(Password::from);
        let connected = Connected::to(address, network, report, interrupt).await?;
        match secret {
            Secret::Token(token) => {
                connected.client.set_access_token(Some(token));
                let user = owner(&connected, login.user.as_deref(), report).await?;
                Ok(Self::new(connected, user, known_password, false))
            }
            Secret::Password(secret) => {
                let answer = password_login::log_in(&connected, &secret, report).await?;
                let session = Self::new(connected, answer.user_id, Some(secret.password), true);
                // It is logged out again at the end, which the user is told as well.
                report.step(&session.logged_in());
                Ok(session)
            }
        }
    }

    /// Registers an account at a temporary homeserver.
    pub(crate) async fn register(
        url: BaseUrl,
        user: &str,
        password: Password,
        network: &NetworkOptions,
        report: &Report,
        interrupt: &Interrupt,
    ) -> Result<Self, CliError> {
        let connected = Connected::to_own(url, network, report, interrupt).await?;
        let mut register = Register::new();
        register.username = Some(user.to_owned());
        register.password = Some(password.clone());
        register.auth = Some(AuthData::dummy());
        let doing = Doing::Registering;
        report.busy(doing.in_words());
        let answer = connected.call(register, doing).await?;
        connected.client.set_access_token(answer.access_token);
        report.step(&Step::Registered {
            user_id: answer.user_id.to_string(),
        });
        Ok(Self::new(connected, answer.user_id, Some(password), false))
    }

    fn new(connected: Connected, user: UserId, password: Option<Password>, is_ours: bool) -> Self {
        Self {
            connected,
            user,
            device_id: None,
            password,
            is_ours,
            store: None,
            file: None,
        }
    }

    pub(crate) fn client(&self) -> &AnyClient {
        &self.connected.client
    }

    pub(crate) fn homeserver(&self) -> &Homeserver {
        &self.connected.homeserver
    }

    pub(crate) fn policy(&self) -> RetryPolicy {
        self.connected.policy.clone()
    }

    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.connected.interrupt
    }

    /// Does one operation.
    pub(crate) async fn call<E: Endpoint>(
        &self,
        operation: E,
        doing: Doing,
    ) -> Result<E::Response, CliError> {
        self.connected.call(operation, doing).await
    }

    pub(crate) fn logged_in(&self) -> Step {
        Step::LoggedIn {
            user_id: self.user.to_string(),
            homeserver: self.homeserver().base_url.to_string(),
        }
    }

    /// Logs out. A token that is no longer valid needs no logging out.
    pub(crate) async fn log_out(&self, report: &Report) -> Result<(), CliError> {
        let doing = Doing::LoggingOut;
        report.busy(doing.in_words());
        let result = self.client().log_out().await;
        result.map_err(|error| explain(&error, doing, self.client().now()))
    }

    /// Logs out where this command logged in, whether or not the rest succeeded.
    pub(crate) async fn end(&self, report: &Report) {
        if let Some(error) = self.store.as_ref().and_then(SessionStore::take_error) {
            report.warning(&format!(
                "could not save the new access token, so you have to log in again: {}",
                error.sentence()
            ));
        }
        if !self.is_ours {
            return;
        }
        report.busy(Doing::LoggingOut.in_words());
        match self.client().log_out().await {
            Ok(()) => report.step(&Step::LoggedOut),
            Err(_) => report.warning(
                "could not log out: the account still has a device named \"hardline\", so remove it with another client",
            ),
        }
    }
}
