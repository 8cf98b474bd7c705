use hardline::identity_api::terms::{AgreeToTerms, GetTerms, GetTermsResponse};
use hardline::json::Empty;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with::<GetTerms>(|context, _| {
        let mut terms = GetTermsResponse::default();
        terms.policies = context.state.policies.clone();
        Ok(terms)
    });
    handlers.answer_with(agree);
}

fn agree(context: &mut RequestContext<'_>, agree: AgreeToTerms) -> Result<Empty, ErrorResponse> {
    let known = |url: &String| {
        let policies = context.state.policies.values();
        let mut translations = policies.flat_map(|policy| policy.translations.values());
        translations.any(|translation| translation.url == *url)
    };
    if !agree.user_accepts.iter().all(known) {
        return Err(ErrorResponse::bad_request(
            ErrorCode::Unknown,
            "a URL is that of no policy",
        ));
    }
    let user_id = context.user_id()?.clone();
    context.state.agree(user_id, agree.user_accepts);
    Ok(Empty {})
}
