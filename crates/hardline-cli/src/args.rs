mod account_page;
mod call;
mod discover;
mod email;
mod help;
mod identity;
mod login;
mod loopback;
mod media;
mod operation_name;
mod operations;
mod options;
mod phone;
mod register;
mod room;
mod send;
mod tail;
mod tools;
mod values;

use clap::{Parser, Subcommand};

pub(crate) use account_page::{AccountPage, Action};
pub(crate) use call::{Call, Fields};
pub(crate) use discover::Discover;
pub(crate) use email::Email;
use help::{with_password, with_secrets};
pub(crate) use identity::{Identity, LookUp};
pub(crate) use login::{Login, Logout, Whoami};
pub(crate) use loopback::LoopbackOptions;
pub(crate) use media::{Get, Media};
pub(crate) use operations::ListOperations;
pub(crate) use options::{
    Account, LoginOptions, NetworkOptions, OAuthOptions, OutputOptions, SessionOption,
};
pub(crate) use phone::{Add, Phone};
pub(crate) use register::{PasswordCommand, Register, Reset};
pub(crate) use room::{CreateRoom, Invite, JoinRoom, LeaveRoom, Members, Room, Rooms};
pub(crate) use send::Send;
pub(crate) use tail::Tail;
pub(crate) use tools::{Completions, ManualPages, Resume};
pub(crate) use values::phone_number;

use crate::exit::Exit;

/// Talks to Matrix homeservers: accounts, their phone numbers and e-mail addresses, and rooms.
#[derive(Debug, Parser)]
#[command(name = "hardline", version, after_help = Exit::table())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the homeserver of a user or a server, and show what it advertises
    #[command(after_help = Exit::table())]
    Discover(Discover),

    /// Log in for the commands that follow: with a password, on the server's own page (OAuth 2.0), or by single sign-on
    ///
    /// Unless you say how, what the server offers decides. The access token is saved in a file that only you can read. Every
    /// command without --homeserver uses it.
    #[command(after_help = with_password())]
    Login(Login),

    /// Log out, and delete the access token that `login` saved
    #[command(after_help = Exit::table())]
    Logout(Logout),

    /// Open the server's own page where you manage your account
    #[command(after_help = Exit::table())]
    Account(AccountPage),

    /// Show whose access token this is
    #[command(after_help = with_secrets())]
    Whoami(Whoami),

    /// Register an account, and log in to it for the commands that follow
    ///
    /// Where accounts are registered on the server's own page, the command opens that in a browser.
    ///
    /// If the server requires more, the command asks for it at a terminal, and otherwise reads it from standard input, one
    /// line each: another name, the code from a text message, any line once you have followed the link in an e-mail, a
    /// token from the server's administrator, `y` to agree to the terms.
    #[command(after_help = with_password())]
    Register(Register),

    /// Set a new password for an account when you have forgotten the old one
    #[command(subcommand)]
    Password(PasswordCommand),

    /// Add, list and remove the phone numbers of an account
    #[command(subcommand)]
    Phone(Phone),

    /// Add, list and remove the e-mail addresses of an account
    #[command(subcommand)]
    Email(Email),

    /// List the rooms that you are in, and the invitations to others
    #[command(after_help = with_secrets())]
    Rooms(Box<Rooms>),

    /// Create, join and leave rooms, invite users to them and list their members
    ///
    /// A room is its ID (!room:example.org), an alias (#tea:example.org) or a link (https://matrix.to/#/...). Put the first two
    /// in single quotes, or write tea:example.org for the alias: shells take # and ! for something else.
    #[command(subcommand)]
    Room(Room),

    /// Send a message to a room
    ///
    /// It is saved beside the session before it leaves. If the command is interrupted, or the server cannot be reached,
    /// `hardline resume` sends it, and the room has it once. The command does not encrypt, and refuses encrypted rooms.
    #[command(after_help = with_secrets())]
    Send(Box<Send>),

    /// Show what happens in a room, until Ctrl-C
    ///
    /// It begins with what is new since the last time, and the server's answers are asked for again if the network fails.
    /// With --json, each event is a line of its own, as the server has it. Encrypted messages are shown as such.
    #[command(after_help = with_secrets())]
    Tail(Box<Tail>),

    /// Upload and download files
    #[command(subcommand)]
    Media(Media),

    /// Ask an identity server
    #[command(subcommand)]
    Identity(Identity),

    /// Call any operation of the specification by its name, and print the response as JSON
    ///
    /// Without --homeserver and without a login (`hardline login`), this starts a temporary homeserver on this machine and
    /// registers an account there.
    #[command(after_help = with_secrets())]
    Call(Box<Call>),

    /// List the operations that `call` knows
    #[command(after_help = Exit::table())]
    Operations(ListOperations),

    /// Go on with what was left: where a code was asked for, say, or messages that were not sent
    ///
    /// What `phone add`, `email add`, `register` and `password reset` were about when they ended is saved beside the session,
    /// in a file that only you can read: it holds what they need, such as the password of an account that is being
    /// registered. It is deleted once that is done.
    #[command(after_help = with_secrets())]
    Resume(Box<Resume>),

    /// List the accounts that are logged in
    #[command(after_help = Exit::table())]
    Accounts,

    /// Print completions for a shell
    #[command(
        after_help = "As in: hardline completions bash > ~/.local/share/bash-completion/completions/hardline"
    )]
    Completions(Completions),

    /// Write the manual pages to a folder
    #[command(after_help = "As in: hardline man ~/.local/share/man/man1")]
    Man(ManualPages),

    /// Run a test homeserver on this machine, which shows text messages instead of sending them
    #[command(after_help = "It runs until you press Ctrl-C. Nothing is saved.")]
    Loopback(LoopbackOptions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn retries_come_on_top_of_the_first_attempt() {
        let arguments = "hardline phone add 1 --country GB --retries 0 --timeout 1";
        let cli = Cli::try_parse_from(arguments.split(' ')).unwrap();
        let Command::Phone(Phone::Add(add)) = cli.command else {
            panic!("not phone add")
        };
        let policy = add.account.network.policy();
        assert_eq!((policy.attempts, policy.timeout.as_secs()), (1, 1));
    }
}
