use hardline::types::UserId;

use crate::cli_error::CliError;
use crate::session::Session;

/// The users who are meant: one without a server is on that of the account.
pub(super) fn user_ids(users: &[String], session: &Session) -> Result<Vec<UserId>, CliError> {
    let user_id = |user: &String| match session.user.server_name() {
        Some(server) if !user.starts_with('@') => UserId::from_parts(user, &server),
        _ => UserId::parse(user.as_str()),
    };
    let refused = |user: &String| {
        let user_id = user_id(user);
        user_id.map_err(|error| CliError::usage(format!("{user} is no user: {error}")))
    };
    users.iter().map(refused).collect()
}
