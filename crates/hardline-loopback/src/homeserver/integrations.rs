//! Bridges, third-party networks and calls.

mod directory;
mod networks;
mod ping;

use hardline::client_api::integrations::GetTurnServer;
use serde_json::{Value, json};

use super::data::HomeserverData;
use crate::handlers::Handlers;
use crate::json_document::json_document;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    // Without a TURN server, nothing is said: as Synapse does, although the specification requires all of it.
    handlers.show_with::<GetTurnServer>(|context, _| {
        context.login()?;
        let turn_server = context.state.turn_server.as_ref();
        let turn_server = turn_server.and_then(|known| serde_json::to_value(known).ok());
        let turn_server: Value = turn_server.unwrap_or_else(|| json!({}));
        Ok(json_document(&turn_server))
    });
    ping::install(handlers);
    networks::install(handlers);
    directory::install(handlers);
}
