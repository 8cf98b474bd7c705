use std::time::Duration;

use hardline::types::LoginToken;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::cli_error::CliError;
use crate::random::random_text;

/// Listens for the browser that single sign-on redirects to this program.
pub(crate) struct RedirectListener {
    listener: TcpListener,
    url: String,
    /// The path, which nobody can guess: whoever knew it could have the user logged in as somebody else.
    path: String,
}

impl RedirectListener {
    pub(crate) async fn new() -> Result<Self, CliError> {
        let failed = |error: std::io::Error| {
            CliError::local("could not listen for the browser on this machine", &error)
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

    /// The URL to redirect to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The token that a browser brings.
    pub(crate) async fn token(&self) -> LoginToken {
        loop {
            // One that fails says nothing about the next: browsers open connections that they never use.
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
