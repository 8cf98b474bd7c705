//! `call`: any operation, by its name.

use std::fs::File;
use std::io::{self, Read};

use hardline::client::Client;
use hardline::flow::HomeserverAddress;
use hardline::json::{JsonObject, Shape};
use hardline::types::AccessToken;
use hardline::wire::{Auth, Credentials, EncodeError, Target, TargetKind};
use hardline_hyper::TokioClock;
use serde_json::error::Category;

use crate::args::{Call, Fields};
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::explain::explain;
use crate::interrupt::{Interrupt, interrupted};
use crate::logins;
use crate::network::transport;
use crate::printable::without_mark;
use crate::prompt::Prompt;
use crate::report::Report;
use crate::secrets::env_secret;
use crate::session::Session;
use crate::temporary_homeserver::TemporaryHomeserver;
use crate::transport::AnyClient;

/// Longer than the body of any operation.
const LONGEST_ARGUMENTS: u64 = 64 * 1024 * 1024;

pub(crate) async fn run(call: &Call, report: &Report) -> Result<(), CliError> {
    let arguments = fields(call)?;
    check(call, &arguments)?;
    let calling = Calling {
        call,
        report,
        interrupt: Interrupt::watch(),
    };
    let operation = call.operation.operation();
    match (operation.target_kind(), operation.auth) {
        (TargetKind::Homeserver, Auth::None) => calling.as_nobody(arguments).await,
        (TargetKind::Homeserver, Auth::Optional) if calling.is_nobody()? => {
            calling.as_nobody(arguments).await
        }
        (TargetKind::Homeserver, _) => calling.as_somebody(arguments).await,
        (TargetKind::ServerName, _) => calling.at_site(arguments).await,
        (TargetKind::IdentityServer, auth) => calling.at_identity_server(auth, arguments).await,
        (TargetKind::Url, _) => Err(CliError::usage(
            "this operation goes to a URL that a server gives, which `call` cannot do",
        )),
    }
}

struct Calling<'a> {
    call: &'a Call,
    report: &'a Report,
    interrupt: Interrupt,
}

impl Calling<'_> {
    /// Whether there is neither an access token nor a password.
    fn is_nobody(&self) -> Result<bool, CliError> {
        let account = &self.call.account;
        if account.address()?.is_none() {
            return Ok(logins::file_of(&account.session)?.load()?.is_none());
        }
        let login = &account.login;
        Ok(!login.access_token_stdin
            && !login.password_stdin
            && login.user.is_none()
            && env_secret("HARDLINE_ACCESS_TOKEN").is_none())
    }

    async fn as_nobody(&self, arguments: JsonObject) -> Result<(), CliError> {
        let account = &self.call.account;
        let saved = || -> Result<Option<HomeserverAddress>, CliError> {
            match logins::file_of(&account.session)?.load()? {
                Some(saved) => saved.address().map(Some),
                None => Ok(None),
            }
        };
        let address = match account.address()? {
            Some(address) => Some(address),
            None => saved()?,
        };
        let (report, interrupt) = (self.report, &self.interrupt);
        if let Some(address) = address {
            let connected = Connected::to(&address, &account.network, report, interrupt).await?;
            return self.answer(arguments, &connected.client).await;
        }
        let temporary = TemporaryHomeserver::start(&account.network, report)?;
        let connected = temporary
            .connected(&account.network, report, interrupt)
            .await?;
        self.answer(arguments, &connected.client).await
    }

    async fn as_somebody(&self, arguments: JsonObject) -> Result<(), CliError> {
        let account = &self.call.account;
        let (report, interrupt) = (self.report, &self.interrupt);
        let prompt = Prompt::new(report, interrupt.clone());
        if let Some(session) = Session::find(account, report, &prompt, interrupt).await? {
            let ended = self.answer(arguments, session.client()).await;
            session.end(report).await;
            return ended;
        }
        let temporary = TemporaryHomeserver::start(&account.network, report)?;
        let session = temporary
            .session(&account.network, report, interrupt)
            .await?;
        self.answer(arguments, session.client()).await
    }

    /// The operation asks the site that a server is named after.
    async fn at_site(&self, arguments: JsonObject) -> Result<(), CliError> {
        let account = &self.call.account;
        let no_url = |error: &dyn std::error::Error| CliError::usage(error.to_string());
        let temporary;
        let site = match account.address()? {
            Some(HomeserverAddress::Name(name)) => {
                Target::server_name(&name).map_err(|error| no_url(&error))?
            }
            Some(HomeserverAddress::Url(url)) => Target::ServerName(url),
            Some(_) => return Err(CliError::usage("give the site's name with --homeserver")),
            None => {
                temporary = TemporaryHomeserver::start(&account.network, self.report)?;
                Target::ServerName(temporary.base_url()?)
            }
        };
        let client = self.client(site)?;
        self.answer(arguments, &client).await
    }

    async fn at_identity_server(&self, auth: Auth, arguments: JsonObject) -> Result<(), CliError> {
        let token = env_secret("HARDLINE_IDENTITY_TOKEN").map(AccessToken::from);
        if auth != Auth::None && token.is_none() {
            return Err(CliError::new(
                Exit::Authentication,
                "this operation needs a login at the identity server",
                "set HARDLINE_IDENTITY_TOKEN to the token that is:registerAccount returned",
            ));
        }
        let temporary;
        let base_url = match &self.call.identity_server {
            Some(base_url) => base_url.clone(),
            None => {
                temporary = TemporaryHomeserver::start(&self.call.account.network, self.report)?;
                temporary.base_url()?
            }
        };
        let client = self.client(Target::IdentityServer(base_url))?;
        if auth != Auth::None {
            client.set_access_token(token);
        }
        self.answer(arguments, &client).await
    }

    fn client(&self, target: Target) -> Result<AnyClient, CliError> {
        let network = &self.call.account.network;
        let client = Client::new(transport(network, self.report)?, TokioClock, target);
        Ok(client.with_policy(network.policy()))
    }

    async fn answer(&self, arguments: JsonObject, client: &AnyClient) -> Result<(), CliError> {
        self.report.busy(Doing::Calling.in_words());
        let name = self.call.operation.operation().name().to_string();
        let answer = tokio::select! {
            () = self.interrupt.pressed() => return Err(interrupted()),
            answer = client.call_by_name(&name, arguments) => answer,
        };
        let answer = answer.map_err(|error| explain(&error, Doing::Calling, client.now()))?;
        if self.call.raw {
            self.report.answer(&String::from_utf8_lossy(&answer.body));
            return Ok(());
        }
        for fault in answer.warnings.iter() {
            self.report.warning(&format!("{fault}, so it was skipped"));
        }
        self.report.answer(answer.value.as_str());
        Ok(())
    }
}

/// Refuses fields that the operation does not take, before anything is started or sent.
fn check(call: &Call, arguments: &JsonObject) -> Result<(), CliError> {
    let nowhere = Target::homeserver("https://invalid.invalid")
        .map_err(|error| CliError::usage(error.to_string()))?;
    match call
        .operation
        .encode(arguments, &nowhere, &Credentials::None)
    {
        Err(EncodeError::ByName(error)) => Err(CliError::usage(error.to_string())),
        // The rest is told when it is sent.
        _ => Ok(()),
    }
}

/// The operation's fields.
fn fields(call: &Call) -> Result<JsonObject, CliError> {
    let login = &call.account.login;
    let fields = call.fields().map_err(|given| {
        CliError::new(
            Exit::Usage,
            format!("{given} is no field"),
            "write NAME=VALUE, or one JSON object, or @FILE, or - for standard input",
        )
    })?;
    let text = match fields {
        Fields::Pairs(pairs) => return object(call, &pairs),
        Fields::Text(text) => text.into_bytes(),
        Fields::File(path) => File::open(&path).and_then(whole).map_err(|error| {
            CliError::usage(format!("could not read {}: {error}", path.display()))
        })?,
        Fields::Stdin if login.password_stdin || login.access_token_stdin => {
            return Err(CliError::usage(
                "standard input can hold the arguments or a secret, not both",
            ));
        }
        Fields::Stdin => whole(io::stdin().lock())
            .map_err(|error| CliError::usage(format!("could not read standard input: {error}")))?,
    };
    let text = std::str::from_utf8(&text)
        .map_err(|_| CliError::usage("the arguments are not JSON: they are not UTF-8"))?;
    serde_json::from_str(without_mark(text)).map_err(|error| match error.classify() {
        // serde_json's own message would repeat the value.
        Category::Data => CliError::usage("the arguments are JSON, but not an object"),
        _ => CliError::usage(format!("the arguments are not JSON: {error}")),
    })
}

/// An object of these members. What the operation does not know is refused later.
fn object(call: &Call, pairs: &[(String, String)]) -> Result<JsonObject, CliError> {
    let mut object = JsonObject::new();
    for (name, value) in pairs {
        let mut fields = call.operation.fields().iter();
        let shape = fields.find(|field| field.name == name);
        let is_text = shape
            .is_some_and(|field| matches!(field.shape.present(), Shape::Text(_) | Shape::Bytes));
        let json = serde_json::from_str(value).ok().filter(|_| !is_text);
        let json = json.unwrap_or_else(|| serde_json::Value::from(value.as_str()));
        object.insert(name, &json).map_err(|error| {
            CliError::new(
                Exit::Usage,
                format!("{name} cannot be sent"),
                error.to_string(),
            )
        })?;
    }
    Ok(object)
}

fn whole(from: impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    from.take(LONGEST_ARGUMENTS).read_to_end(&mut text)?;
    Ok(text)
}
