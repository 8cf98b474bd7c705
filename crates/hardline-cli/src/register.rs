//! `register`.

use hardline::client_api::account;
use hardline::client_api::discovery::AuthMetadata;
use hardline::client_api::threepid::GetAccount3pids;
use hardline::flow::{OAuthGap, RegisterAccount, SessionTokens, ThreepidInput};
use hardline::oauth_api::PromptValue;
use hardline::types::{Medium, Password};

use crate::args::Register;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::conversation::Conversation;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain_gap;
use crate::interrupt::Interrupt;
use crate::left::{About, Keeper, Left, Purpose};
use crate::log_in::{keep, refuse_second_login};
use crate::logins;
use crate::oauth_login::{self, Purpose as OAuthPurpose};
use crate::offers::authorization_server;
use crate::phone::add_threepid;
use crate::prompt::Prompt;
use crate::random::client_secret;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::session::Session;
use crate::session_file::{SavedSession, SessionFile};
use crate::step::Step;
use crate::uia_capabilities;
use crate::user_password::UserPassword;

/// Registers an account, and keeps its tokens as `login` does.
pub(crate) async fn run(register: &Register, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let file = logins::file_of(&register.session)?;
    refuse_second_login(&file)?;
    let address = register.address()?;
    let threepid = register.contact.threepid()?;
    let has_password = register.password_stdin || env_secret("HARDLINE_PASSWORD").is_some();
    let secret = if has_password && !register.oauth {
        Some(name_and_password(register, &prompt).await?)
    } else {
        None
    };
    let connected = Connected::to(&address, &register.network, report, &interrupt).await?;
    let server = match secret {
        Some(_) => None,
        None => authorization_server(&connected).await?,
    };
    if let Some(server) = server {
        let (session, saved) = on_page(connected, &server, register, report, &prompt).await?;
        done(&file, &session, &saved, report).await?;
        if let Some(name) = register.name()
            && name != session.user.localpart()
        {
            report.warning(&format!(
                "the name is not {name}, since it was chosen on the server's page"
            ));
        }
        return with_threepid(threepid, session.beside(&file), report, &prompt).await;
    }
    let secret = match secret {
        Some(secret) => secret,
        None if register.oauth => return Err(explain_gap(OAuthGap::Metadata)),
        None => name_and_password(register, &prompt).await?,
    };
    let about = About {
        purpose: Purpose::Register,
        homeserver: connected.homeserver.base_url.to_string(),
        user: Some(secret.user.clone()),
        logs_in: false,
        threepid: threepid.clone(),
    };
    let registering = Registering {
        report,
        prompt: &prompt,
        file: &file,
        about,
        password: Some(secret.password.clone()),
    };
    let flow = flow(&connected, secret, threepid)?;
    registering.run(connected, flow, None).await
}

/// Goes on with what was left.
pub(crate) async fn go_on(
    left: &Left,
    connected: Connected,
    file: &SessionFile,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    refuse_second_login(file)?;
    let registering = Registering {
        report,
        prompt,
        file,
        about: left.about.clone(),
        password: env_secret("HARDLINE_PASSWORD").map(Password::from),
    };
    registering.run(connected, left.flow()?, Some(left)).await
}

/// Keeps the session of a new account.
async fn done(
    file: &SessionFile,
    session: &Session,
    saved: &SavedSession,
    report: &Report,
) -> Result<(), CliError> {
    keep(file, session, saved, Ok(()), report).await?;
    report.result(&Step::Registered {
        user_id: session.user.to_string(),
    });
    Ok(())
}

/// Whether the new account has an address of this kind. Where the server does not say, it has what it asked for.
async fn has_one(session: &Session, medium: &Medium) -> bool {
    let listed = session.call(GetAccount3pids::new(), Doing::Listing).await;
    listed.map_or(true, |listed| {
        let mut threepids = listed.threepids.iter();
        threepids.any(|threepid| threepid.medium == *medium)
    })
}

/// Adds the address to the new account, since the server did not ask for it.
async fn with_threepid(
    threepid: Option<ThreepidInput>,
    session: Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(), CliError> {
    let Some(threepid) = threepid else {
        return Ok(());
    };
    let added = add_threepid(&threepid, &session, report, prompt, None).await;
    added.map_err(|error| {
        error.after(&format!(
            "{} is registered and logged in, but has no {} yet",
            session.user,
            match threepid.medium() {
                Medium::Msisdn => "phone number",
                _ => "e-mail address",
            }
        ))
    })
}

async fn name_and_password(
    register: &Register,
    prompt: &Prompt<'_>,
) -> Result<UserPassword, CliError> {
    UserPassword::choose(register.name(), register.password_stdin, prompt).await
}

/// Registers on the page of the authorization server.
async fn on_page(
    connected: Connected,
    server: &AuthMetadata,
    register: &Register,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<(Session, SavedSession), CliError> {
    // A server that says nothing about it may have a link on its page.
    let create = PromptValue::Create;
    if let Some(prompts) = &server.prompt_values_supported
        && !prompts.iter().any(|prompt| prompt == create.as_str())
    {
        return Err(CliError::new(
            Exit::Unsupported,
            "the server registers no accounts for other programs",
            format!(
                "see whether you can register at {}, or ask its administrator for an account",
                server.issuer
            ),
        ));
    }
    report.step(&Step::OauthChosen {
        issuer: server.issuer.clone(),
        device_code: false,
    });
    let options = &register.oauth_options;
    oauth_login::with_browser(connected, options, OAuthPurpose::Register, report, prompt).await
}

fn flow(
    connected: &Connected,
    secret: UserPassword,
    threepid: Option<ThreepidInput>,
) -> Result<RegisterAccount, CliError> {
    let mut operation = account::Register::new();
    operation.username = Some(secret.user);
    operation.password = Some(secret.password);
    operation.initial_device_display_name = Some("hardline".to_owned());
    operation.refresh_token = Some(true);
    let now = connected.client.now();
    let homeserver = connected.homeserver.clone();
    let flow = RegisterAccount::new(now, homeserver, operation, client_secret()?)
        .with_policy(connected.policy.clone())
        .with_uia_capabilities(uia_capabilities::all());
    Ok(match threepid {
        Some(threepid) => flow.with_threepid(threepid),
        None => flow,
    })
}

/// Registers with a name and a password.
struct Registering<'r> {
    report: &'r Report,
    prompt: &'r Prompt<'r>,
    file: &'r SessionFile,
    about: About,
    password: Option<Password>,
}

impl Registering<'_> {
    async fn run(
        self,
        connected: Connected,
        flow: RegisterAccount,
        left: Option<&Left>,
    ) -> Result<(), CliError> {
        let threepid = self.about.threepid.clone();
        let (client, interrupt) = (&connected.client, &connected.interrupt);
        let keeper = Keeper::new(self.file.left(), self.about.clone());
        let mut conversation = Conversation::new(
            client,
            self.report,
            self.prompt,
            interrupt,
            Doing::Registering,
        )
        .of("the account")
        .with_threepid(threepid.clone())
        .with_keeper(Some(keeper));
        if let Some(left) = left {
            conversation = conversation.resuming(left);
        }
        let registered = match conversation.run(flow).await {
            Ok(registered) => registered,
            Err(error) => return Err(with_page(&connected, error).await),
        };
        let has_proved = conversation.has_message();
        let tokens = SessionTokens::of_registration(client.now(), &registered);
        let Some(tokens) = tokens else {
            return Err(CliError::new(
                Exit::Authentication,
                format!("registered {}, but could not log in", registered.user_id),
                "run `hardline login`",
            ));
        };
        let (user_id, device_id) = (registered.user_id, registered.device_id);
        let (session, saved) =
            Session::of_tokens(connected, user_id, device_id, tokens, self.password);
        done(self.file, &session, &saved, self.report).await?;
        let session = session.beside(self.file);
        // Without a message the server has asked for neither, and otherwise perhaps for the other kind.
        let missing = match threepid {
            Some(threepid) if has_proved && has_one(&session, &threepid.medium()).await => None,
            missing => missing,
        };
        with_threepid(missing, session, self.report, self.prompt).await
    }
}

/// Why an account could not be registered, if the server registers accounts on its page alone.
async fn with_page(connected: &Connected, error: CliError) -> CliError {
    if error.exit != Exit::Unsupported {
        return error;
    }
    match authorization_server(connected).await {
        Ok(Some(server)) => CliError::new(
            Exit::Unsupported,
            format!(
                "the server registers accounts only on its own page, at {}",
                server.issuer
            ),
            "run `hardline register --oauth`",
        ),
        _ => error,
    }
}
