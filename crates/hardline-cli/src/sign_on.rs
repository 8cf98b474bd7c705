//! Logging in without a password: by single sign-on in a browser, or with a token that another device got.

use std::time::Duration;

use hardline::client_api::session;
use hardline::flow::LogIn;
use hardline::types::LoginToken;
use hardline::wire::AuthType;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::advice::{Doing, CliError};
use crate::args::Login;
use crate::conversation::{Conversation, homeserver_of};
use crate::interrupt::Interrupt;
use crate::prompt::Prompt;
use crate::random::{random_text, seed};
use crate::report::Report;
use crate::session::Session;
use crate::session_file::SavedSession;

/// Logs in for longer than this command.
pub(crate) async fn log_in(
    login: &Login,
    report: &Report,
    prompt: &Prompt<'_>,
    interrupt: &Interrupt,
) -> Result<(Session, SavedSession), CliError> {
    let mut operation = session::Login::new(AuthType::Token);
    operation.initial_device_display_name = Some("hardline".to_owned());
    operation.refresh_token = Some(true);
    if login.login_token_stdin {
        let line = prompt.line("login token: ").await?;
        let token = line.filter(|line| !line.trim().is_empty());
        let token =
            token.ok_or_else(|| prompt.ended("login token", "pipe it in as the first line"))?;
        operation.token = Some(LoginToken::from(token.trim()));
    }
    let client = Session::nobody(&login.homeserver, &login.network, report, interrupt).await?;
    let flow = LogIn::new(client.now(), homeserver_of(&client)?, operation, seed()?)
        .with_policy(login.network.policy());
    let conversation = Conversation::new(&client, report, prompt, interrupt, Doing::LoggingIn);
    let answer = if login.sso {
        let landing = Landing::new().await?;
        let flow = flow.with_redirect_url(landing.url.as_str());
        conversation.with_landing(landing).hold(flow).await?
    } else {
        conversation.hold(flow).await?
    };
    Session::of_login(client, answer, &login.network, interrupt)
}

/// Where the browser is sent once the person is known: this program.
pub(crate) struct Landing {
    listener: TcpListener,
    url: String,
    /// The path, which nobody else can know: whoever did could have the person logged in as somebody else.
    path: String,
}

impl Landing {
    async fn new() -> Result<Self, CliError> {
        let failed = |error: std::io::Error| {
            CliError::local("the browser cannot be waited for on this machine", &error)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let path = format!("/{}", random_text()?);
        Ok(Self {
            listener,
            url: format!("http://127.0.0.1:{port}{path}"),
            path,
        })
    }

    /// The token that a browser brings.
    pub(crate) async fn token(&self) -> LoginToken {
        loop {
            // What comes of one connection says nothing about the next: browsers open some that they never use.
            let Ok((connection, _)) = self.listener.accept().await else {
                continue;
            };
            let visit = tokio::time::timeout(PATIENCE, self.visit(connection));
            if let Ok(Ok(Some(token))) = visit.await {
                return token;
            }
        }
    }

    async fn visit(&self, connection: TcpStream) -> std::io::Result<Option<LoginToken>> {
        let mut connection = BufReader::new(connection);
        let mut line = String::new();
        let mut head = tokio::io::AsyncReadExt::take(&mut connection, LONGEST_LINE);
        head.read_line(&mut line).await?;
        let token = self.token_in(&line);
        let (status, words) = match token {
            Some(_) => ("200 OK", "You are logged in. Go back to the terminal."),
            None => ("404 Not Found", "There is nothing here."),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{words}",
            words.len()
        );
        connection.write_all(answer.as_bytes()).await?;
        connection.shutdown().await?;
        Ok(token)
    }

    /// The token in the first line of a request.
    fn token_in(&self, line: &str) -> Option<LoginToken> {
        let target = line.strip_prefix("GET ")?.split(' ').next()?;
        let query = target.strip_prefix(self.path.as_str())?.strip_prefix('?')?;
        let mut fields = query.split('&');
        let token = fields.find_map(|field| field.strip_prefix("loginToken="))?;
        unescaped(token).map(LoginToken::from)
    }
}

/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// No first line of a request that is meant is longer.
const LONGEST_LINE: u64 = 16 * 1024;

/// Text of a query; `None` where it is none.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                u8::from_str_radix(digits, 16).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_brings_is_read() {
        assert_eq!(unescaped("a%2Bb+c"), Some("a+b c".to_owned()));
        for broken in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(unescaped(broken), None, "{broken}");
        }
    }
}
