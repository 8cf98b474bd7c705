use std::time::Duration;

use hardline::oauth_api::{AuthorizationResponse, RedirectedUrl};
use hardline::types::LoginToken;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::cli_error::CliError;
use crate::random::random_text;

/// Listens on the loopback for the browser that a page of the server redirects to this program.
pub(crate) struct RedirectListener {
    listener: TcpListener,
    port: u16,
    path: String,
}

/// What clients on the loopback register as their redirect URI: the port is another one each time.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1/callback";

impl RedirectListener {
    /// For single sign-on: at a path that nobody can guess, since whoever knew it could have the user logged in as somebody
    /// else.
    pub(crate) async fn for_login_token() -> Result<Self, CliError> {
        Self::at(format!("/{}", random_text()?)).await
    }

    /// For an authorization: at the path of [`REDIRECT_URI`]. The state in what comes back tells whether it was asked for.
    pub(crate) async fn for_authorization() -> Result<Self, CliError> {
        Self::at("/callback".to_owned()).await
    }

    async fn at(path: String) -> Result<Self, CliError> {
        let failed = |error: std::io::Error| {
            CliError::local("could not listen for the browser on this machine", &error)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self {
            listener,
            port,
            path,
        })
    }

    /// The URL to redirect to.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.path)
    }

    /// The token that a browser brings from single sign-on.
    pub(crate) async fn login_token(&self) -> LoginToken {
        let read = |target: &str| login_token_in(target.strip_prefix(self.path.as_str())?);
        let words = "You are logged in. Go back to the terminal.";
        self.visited(read, words).await
    }

    /// The URL that a browser is sent to after an authorization.
    pub(crate) async fn redirected(&self) -> RedirectedUrl {
        let read = |target: &str| {
            let query = target.strip_prefix(self.path.as_str())?;
            let is_response = query.starts_with('?') && AuthorizationResponse::parse(query).is_ok();
            is_response.then(|| RedirectedUrl::from(target))
        };
        // Whether the server accepts it is not known yet.
        let words = "You can close this page. Go back to the terminal.";
        self.visited(read, words).await
    }

    /// What the first browser brings that brings anything; it is shown these words.
    async fn visited<T>(&self, read: impl Fn(&str) -> Option<T>, words: &str) -> T {
        loop {
            // One that fails says nothing about the next: browsers open connections that they never use.
            let Ok((connection, _)) = self.listener.accept().await else {
                continue;
            };
            let visit = tokio::time::timeout(PATIENCE, visit(connection, &read, words));
            if let Ok(Ok(Some(brought))) = visit.await {
                return brought;
            }
        }
    }
}

async fn visit<T>(
    connection: TcpStream,
    read: impl Fn(&str) -> Option<T>,
    words: &str,
) -> std::io::Result<Option<T>> {
    let mut connection = BufReader::new(connection);
    let mut line = String::new();
    let mut head = (&mut connection).take(LONGEST_HEAD);
    head.read_line(&mut line).await?;
    // To the end, or the browser may be told that the connection broke in place of the answer.
    let mut field = String::new();
    while head.read_line(&mut field).await? > 0 && !field.trim().is_empty() {
        field.clear();
    }
    let target = line
        .strip_prefix("GET ")
        .and_then(|rest| rest.split(' ').next());
    let brought = target.and_then(read);
    let (status, words) = match brought {
        Some(_) => ("200 OK", words),
        None => ("404 Not Found", "There is nothing here."),
    };
    // The address of the page has a secret in it, so that it goes nowhere from here.
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\ncache-control: no-store\r\n\
         referrer-policy: no-referrer\r\nconnection: close\r\n\r\n{words}",
        words.len()
    );
    connection.write_all(answer.as_bytes()).await?;
    connection.shutdown().await?;
    Ok(brought)
}

/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// No head of a request that is meant is longer.
const LONGEST_HEAD: u64 = 64 * 1024;

/// The token in the query of a URL.
fn login_token_in(query: &str) -> Option<LoginToken> {
    let mut fields = query.strip_prefix('?')?.split('&');
    let token = fields.find_map(|field| field.strip_prefix("loginToken="))?;
    let token = unescaped(token)?;
    // A page that failed may send the browser back with nothing: the next visit may bring the token.
    (!token.trim().is_empty()).then(|| LoginToken::from(token))
}

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
        let token = |query| login_token_in(query).map(|token| token.reveal().to_owned());
        assert_eq!(token("?a=b&loginToken=x%2By"), Some("x+y".to_owned()));
        for nothing in [
            "?loginToken=",
            "?loginToken=+%20",
            "?loginToken",
            "loginToken=x",
            "?",
        ] {
            assert_eq!(token(nothing), None, "{nothing}");
        }
        for broken in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(unescaped(broken), None, "{broken}");
        }
    }

    /// What a browser is shown that asks for these in turn, and what the last of them brought.
    async fn visits(targets: &[&str]) -> (Vec<String>, RedirectedUrl) {
        let listener = RedirectListener::for_authorization().await.unwrap();
        let port = listener.port;
        let browser = async {
            let mut shown = Vec::new();
            for target in targets {
                let mut connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let request = format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
                connection.write_all(request.as_bytes()).await.unwrap();
                let mut answer = String::new();
                connection.read_to_string(&mut answer).await.unwrap();
                shown.push(answer);
            }
            shown
        };
        let listening = tokio::time::timeout(Duration::from_secs(60), listener.redirected());
        let (shown, redirected) = tokio::join!(browser, listening);
        (shown, redirected.expect("one of them was meant"))
    }

    #[tokio::test]
    async fn only_the_response_to_an_authorization_is_taken() {
        let (shown, redirected) = visits(&[
            "/favicon.ico",
            "/callback",
            "/callback?code=",
            "/callbacks?code=a&state=b",
            "/callback?code=abc&state=def",
        ])
        .await;
        assert_eq!(redirected.reveal(), "/callback?code=abc&state=def");
        for (index, answer) in shown.iter().enumerate() {
            let status = if index == 4 {
                "200 OK"
            } else {
                "404 Not Found"
            };
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")));
            assert!(!answer.contains("abc") && !answer.contains("def"));
        }
    }

    #[tokio::test]
    async fn a_refusal_is_taken_too() {
        let target = "/callback?error=access_denied&state=def";
        let (_, redirected) = visits(&[target]).await;
        assert_eq!(redirected.reveal(), target);
    }
}
