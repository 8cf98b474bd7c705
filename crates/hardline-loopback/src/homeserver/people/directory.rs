use std::collections::BTreeSet;

use hardline::client_api::user_data::{
    DirectoryUser, SearchUserDirectory, SearchUserDirectoryResponse,
};
use hardline::types::{Membership, MxcUri, UserId};
use hardline::wire::server::ErrorResponse;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::State;
use crate::handlers::Handlers;

/// How many users are found if nobody asks for a number.
const PAGE: u64 = 10;
/// How many are found at most.
const LARGEST_PAGE: u64 = 50;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(search);
}

fn search(
    context: &mut RequestContext<'_>,
    search: SearchUserDirectory,
) -> Result<SearchUserDirectoryResponse, ErrorResponse> {
    let user_id = context.user_id()?;
    let limit = search.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let term = search.search_term.to_lowercase();
    let wanted: Vec<&str> = words(&term).collect();
    if wanted.is_empty() {
        return Ok(SearchUserDirectoryResponse::default());
    }
    let known = known_to(context.state, &user_id);
    let mut found: Vec<(bool, DirectoryUser)> = known
        .into_iter()
        .filter_map(|other| {
            let listed = listed(context.state, other);
            let fit = fit(&listed, &wanted)?;
            Some((fit, listed))
        })
        .collect();
    // Those who are called so go before those whose names only begin so.
    found.sort_by_key(|(is_whole, _)| !is_whole);
    let limited = found.len() > limit;
    found.truncate(limit);
    let found = found.into_iter().map(|(_, listed)| listed);
    Ok(SearchUserDirectoryResponse::new(found.collect(), limited))
}

/// The users whom a user can know: of shared rooms, and of those that everybody can see.
fn known_to(state: &State, user_id: &UserId) -> BTreeSet<UserId> {
    let public = state.rooms.iter().filter(|room| {
        room.is_world_readable()
            || room.state_text("m.room.join_rules", "join_rule") == Some("public")
    });
    let mut known = state.rooms.sharing_with(user_id);
    known.extend(public.flat_map(|room| room.members(&Membership::Join)));
    known.remove(user_id);
    known.retain(|other| state.accounts.is_active(other));
    known
}

fn listed(state: &State, user_id: UserId) -> DirectoryUser {
    let profile = state.profiles.of(&user_id);
    let text = |name: &str| profile?.get(name)?.as_str();
    let (name, avatar) = (text("displayname"), text("avatar_url"));
    let mut listed = DirectoryUser::new(user_id);
    listed.display_name = name.map(str::to_owned);
    listed.avatar_url = avatar.and_then(|avatar| MxcUri::parse(avatar).ok());
    listed
}

/// Whether each wanted word begins one of the user's, and if so, whether each is a whole one.
fn fit(user: &DirectoryUser, wanted: &[&str]) -> Option<bool> {
    let names = format!(
        "{} {}",
        user.user_id.as_str().to_lowercase(),
        user.display_name
            .as_deref()
            .unwrap_or_default()
            .to_lowercase()
    );
    let words: Vec<&str> = words(&names).collect();
    let begins = |wanted: &&str| words.iter().any(|word| word.starts_with(wanted));
    let fits = wanted.iter().all(begins);
    fits.then(|| wanted.iter().all(|wanted| words.contains(wanted)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    words.filter(|word| !word.is_empty())
}
