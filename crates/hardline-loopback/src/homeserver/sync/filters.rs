use hardline::client_api::sync::{DefineFilter, DefineFilterResponse, Filter, GetFilter};
use hardline::types::UserId;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(define);
    handlers.answer_with(get);
}

fn define(
    context: &mut RequestContext<'_>,
    define: DefineFilter,
) -> Result<DefineFilterResponse, ErrorResponse> {
    is_own(context, &define.user_id)?;
    let added = context.state.filters.add(&define.user_id, &define.filter);
    let filter_id = added.ok_or_else(|| {
        ErrorResponse::bad_request(ErrorCode::TooLarge, "the user has too many filters")
    })?;
    Ok(DefineFilterResponse::new(filter_id))
}

fn get(context: &mut RequestContext<'_>, asked: GetFilter) -> Result<Filter, ErrorResponse> {
    is_own(context, &asked.user_id)?;
    let filter = context.state.filters.get(&asked.user_id, &asked.filter_id);
    filter.ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "the user has no such filter",
        )
    })
}

fn is_own(context: &RequestContext<'_>, user_id: &UserId) -> Result<(), ErrorResponse> {
    if context.user_id()? == *user_id {
        return Ok(());
    }
    Err(ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::Forbidden,
        "filters are their user's alone",
    ))
}
