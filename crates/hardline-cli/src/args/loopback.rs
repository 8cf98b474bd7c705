use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::values::non_blank;

#[derive(Debug, Args)]
pub(crate) struct LoopbackOptions {
    /// The address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8008")]
    pub(crate) listen: SocketAddr,

    /// Create this account at the start, with the password in HARDLINE_PASSWORD; clients can register others
    #[arg(long, short, value_name = "NAME", value_parser = non_blank)]
    pub(crate) user: Option<String>,

    /// Have users log in by OAuth 2.0 too, on pages of the server's own
    #[arg(long, conflicts_with = "oauth_only")]
    pub(crate) oauth: bool,

    /// Have users log in by OAuth 2.0 alone
    #[arg(long)]
    pub(crate) oauth_only: bool,

    /// Serve no page that shows texts, accounts, rooms and requests in a browser on this machine
    #[arg(long)]
    pub(crate) no_page: bool,

    /// Keep everything in this file, across restarts; by default, it is gone when the command ends
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
}
