use hardline::client_api::integrations::UpdateAppserviceRoomDirectoryVisibility;
use hardline::json::Empty;
use hardline::types::RoomVisibility;
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.answer_with(list);
}

/// Lists a room in a network of the service, or no longer. The room need not be there, as on Synapse.
fn list(
    context: &mut RequestContext<'_>,
    asked: UpdateAppserviceRoomDirectoryVisibility,
) -> Result<Empty, ErrorResponse> {
    let service = context.caller.application_service.clone();
    let service = service.ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "only application services list rooms in a network",
        )
    })?;
    let is_public = match asked.visibility {
        RoomVisibility::Public => true,
        RoomVisibility::Private => false,
        _ => {
            let message = "the visibility is public or private";
            return Err(ErrorResponse::bad_request(ErrorCode::InvalidParam, message));
        }
    };
    let services = &mut context.state.application_services;
    services.list(&service, &asked.network_id, asked.room_id, is_public)?;
    Ok(Empty {})
}
