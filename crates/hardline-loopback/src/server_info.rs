use hardline::types::ServerName;

use crate::Inbox;

/// The name and address of the homeserver, and where its messages go: all that an identity server beside it, or a
/// message, has to know of it.
pub(crate) struct ServerInfo {
    server_name: ServerName,
    base_url: String,
    inbox: Inbox,
}

impl ServerInfo {
    pub(crate) fn new(server_name: ServerName, base_url: &str) -> Self {
        Self {
            server_name,
            base_url: base_url.trim_end_matches('/').to_owned(),
            inbox: Inbox::default(),
        }
    }

    pub(crate) fn server_name(&self) -> &ServerName {
        &self.server_name
    }

    /// Where clients reach it, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// The path of a request below the base URL; `None` if it is not below it.
    pub(crate) fn operation_path<'a>(&self, path: &'a str) -> Option<&'a str> {
        // Paths at the root of the server name stay there, wherever the homeserver is.
        if path.starts_with("/.well-known/") {
            return Some(path);
        }
        let (_, base_path) = self.authority_and_path();
        let rest = path.strip_prefix(base_path)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// The origin of the base URL, as browsers write it.
    pub(crate) fn origin(&self) -> &str {
        let (_, base_path) = self.authority_and_path();
        &self.base_url[..self.base_url.len() - base_path.len()]
    }

    /// The path of the base URL, without a slash at the end.
    pub(crate) fn base_path(&self) -> &str {
        self.authority_and_path().1
    }

    /// The host and the port of the base URL.
    pub(crate) fn authority(&self) -> &str {
        self.authority_and_path().0
    }

    fn authority_and_path(&self) -> (&str, &str) {
        let rest = self
            .base_url
            .split_once("://")
            .map_or(&*self.base_url, |(_, rest)| rest);
        rest.split_at(rest.find('/').unwrap_or(rest.len()))
    }
}
