use crate::exit::Exit;

pub(super) fn with_secrets() -> String {
    format!(
        "Secrets are never arguments. With --homeserver, they come from the first of these that there is:\n\
         \x20 --access-token-stdin, --password-stdin  the first line of standard input\n\
         \x20 HARDLINE_ACCESS_TOKEN                   an access token, which stays valid\n\
         \x20 HARDLINE_PASSWORD                       the password: logs in, and out again at the end\n\
         \x20 the terminal\n\
         Without --homeserver, the access token is the one that `hardline login` saved.\n\
         If a server asks for the password in spite of an access token, it gets HARDLINE_PASSWORD.\n\n{}",
        Exit::table()
    )
}

pub(super) fn with_password() -> String {
    format!(
        "The password is never an argument. It comes from the first of these that there is:\n\
         \x20 --password-stdin   the first line of standard input\n\
         \x20 HARDLINE_PASSWORD\n\
         \x20 the terminal\n\n{}",
        Exit::table()
    )
}
