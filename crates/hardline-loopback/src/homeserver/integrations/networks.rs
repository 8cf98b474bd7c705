//! Third-party networks: what their application services say of them.

use hardline::client_api::integrations::{
    GetProtocolMetadata, GetProtocols, QueryLocationByAlias, QueryLocationByProtocol,
    QueryUserById, QueryUserByProtocol,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::super::data::HomeserverData;
use super::super::request_context::RequestContext;
use super::super::state::instance_id;
use super::ping::errand;
use crate::ApplicationService;
use crate::handlers::Handlers;
use crate::html::Page;
use crate::json_document::json_document;

pub(super) fn install(handlers: &mut Handlers<HomeserverData>) {
    handlers.show_with::<GetProtocols>(|context, _| protocols(context));
    handlers.show_with::<GetProtocolMetadata>(|context, asked| protocol(context, &asked.protocol));
    handlers.show_with::<QueryLocationByProtocol>(|context, asked| {
        look_up(context, "location", &asked.protocol)
    });
    handlers.show_with::<QueryUserByProtocol>(|context, asked| {
        look_up(context, "user", &asked.protocol)
    });
    // Synapse asks no application service for these two.
    handlers.answer_with::<QueryLocationByAlias>(|_, _| Ok(Vec::new()));
    handlers.answer_with::<QueryUserById>(|_, _| Ok(Vec::new()));
}

fn protocols(context: &mut RequestContext<'_>) -> Result<Page, ErrorResponse> {
    let services = context.state.application_services.iter();
    let mut names: Vec<String> = services
        .flat_map(|service| service.protocols.iter().cloned())
        .collect();
    names.sort();
    names.dedup();
    let mut found = Map::new();
    for name in names {
        if let Some(protocol) = metadata(context, &name)? {
            found.insert(name, protocol);
        }
    }
    Ok(json_document(&Value::Object(found)))
}

fn protocol(context: &mut RequestContext<'_>, name: &str) -> Result<Page, ErrorResponse> {
    let found = metadata(context, name)?;
    found.as_ref().map(json_document).ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "no application service has this protocol",
        )
    })
}

/// What the services that have a protocol say of it: the first one's, with the instances of all.
fn metadata(context: &mut RequestContext<'_>, name: &str) -> Result<Option<Value>, ErrorResponse> {
    let mut combined: Option<Value> = None;
    for service in services_with(context, name) {
        let path = format!("thirdparty/protocol/{}", encoded(name));
        let Some(Value::Object(mut protocol)) = response(context, &service, &path)? else {
            continue;
        };
        let instances = instances(&service, protocol.remove("instances"));
        match combined
            .as_mut()
            .and_then(|combined| combined["instances"].as_array_mut())
        {
            Some(known) => known.extend(instances),
            None => {
                protocol.insert("instances".to_owned(), instances.into());
                combined = Some(protocol.into());
            }
        }
    }
    Ok(combined)
}

/// The networks of a service, with the IDs that the directory takes.
fn instances(service: &ApplicationService, instances: Option<Value>) -> Vec<Value> {
    let Some(Value::Array(mut instances)) = instances else {
        return Vec::new();
    };
    instances.retain(|instance| instance["network_id"].is_string());
    for instance in &mut instances {
        let network = instance["network_id"].as_str().unwrap_or_default();
        instance["instance_id"] = json!(instance_id(&service.id, network));
    }
    instances
}

/// What the services that have a protocol find.
fn look_up(
    context: &mut RequestContext<'_>,
    kind: &str,
    protocol: &str,
) -> Result<Page, ErrorResponse> {
    let query = fields(context.request.uri().query().unwrap_or_default());
    let mut found = Vec::new();
    for service in services_with(context, protocol) {
        let path = format!("thirdparty/{kind}/{}?{query}", encoded(protocol));
        if let Some(Value::Array(more)) = response(context, &service, &path)? {
            found.extend(more.into_iter().filter(Value::is_object));
        }
    }
    Ok(json_document(&Value::Array(found)))
}

/// The fields in a query, without what says who asks.
fn fields(query: &str) -> String {
    let is_field = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        !matches!(name, "access_token" | "user_id" | "device_id" | "")
    };
    let fields: Vec<&str> = query.split('&').filter(is_field).collect();
    fields.join("&")
}

fn services_with(context: &RequestContext<'_>, protocol: &str) -> Vec<ApplicationService> {
    let services = context.state.application_services.iter();
    services
        .filter(|service| service.protocols.iter().any(|known| known == protocol))
        .cloned()
        .collect()
}

/// What a service responds; `None` if there is nothing that can be used.
fn response(
    context: &mut RequestContext<'_>,
    service: &ApplicationService,
    path: &str,
) -> Result<Option<Value>, ErrorResponse> {
    let Some(errand) = errand(service, Method::GET, path, "") else {
        return Ok(None);
    };
    let response = context.ask(errand)?.ok();
    let response = response.filter(|response| response.status().is_success());
    Ok(response.and_then(|response| serde_json::from_slice(response.body()).ok()))
}

/// A segment of a path.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
