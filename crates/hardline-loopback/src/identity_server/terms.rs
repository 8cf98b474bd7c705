use hardline::identity_api::terms::{AgreeToTerms, GetTerms, GetTermsResponse};
use hardline::types::Empty;
use hardline::wire::ErrorCode;
use hardline::wire::server::Refusal;

use super::{IdentityServer, Turn};

pub(super) fn install(server: &mut IdentityServer) {
    server.answer_with::<GetTerms>(|turn, _| {
        let mut terms = GetTermsResponse::default();
        terms.policies = turn.state.policies.clone();
        Ok(terms)
    });
    server.answer_with(agree);
}

fn agree(turn: &mut Turn<'_>, agree: AgreeToTerms) -> Result<Empty, Refusal> {
    let known = |url: &String| {
        let policies = turn.state.policies.values();
        let mut translations = policies.flat_map(|policy| policy.translations.values());
        translations.any(|translation| translation.url == *url)
    };
    if !agree.user_accepts.iter().all(known) {
        return Err(Refusal::bad_request(
            ErrorCode::Unknown,
            "a URL is that of no policy",
        ));
    }
    let user_id = turn.user_id()?.clone();
    turn.state.agree(user_id, agree.user_accepts);
    Ok(Empty {})
}
