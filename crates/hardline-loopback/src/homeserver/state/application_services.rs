use std::collections::{BTreeMap, BTreeSet};

use hardline::types::{AccessToken, RoomAliasId, RoomId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use serde::{Deserialize, Serialize};

use crate::ApplicationService;

/// How many rooms the networks of application services list together.
const MAX_LISTED: usize = 10_000;

/// The application services that the homeserver knows, and the rooms that they list.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct ApplicationServices {
    /// Whoever sets the homeserver up adds them.
    #[serde(skip)]
    services: Vec<ApplicationService>,
    /// By the ID of the service and the network.
    listed: BTreeMap<String, BTreeSet<RoomId>>,
}

impl ApplicationServices {
    pub(crate) fn add(&mut self, service: ApplicationService) {
        self.services.push(service);
    }

    /// The same services, with the rooms that others have listed.
    pub(super) fn restore(&mut self, restored: Self) {
        self.listed = restored.listed;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ApplicationService> {
        self.services.iter()
    }

    pub(crate) fn with_id(&self, id: &str) -> Option<&ApplicationService> {
        self.iter().find(|service| service.id == id)
    }

    pub(crate) fn with_token(&self, token: &AccessToken) -> Option<&ApplicationService> {
        let mut services = self.iter();
        services.find(|service| service.token.reveal() == token.reveal())
    }

    /// Refuses a user name that is in the namespace of a service, for everybody but that.
    ///
    /// # Errors
    /// `M_EXCLUSIVE`.
    pub(crate) fn check_user_name(
        &self,
        localpart: &str,
        by: Option<&ApplicationService>,
    ) -> Result<(), ErrorResponse> {
        let localpart = localpart.to_ascii_lowercase();
        let mut others = self.others(by);
        match others.any(|service| service.has_user(&localpart)) {
            true => Err(exclusive("the user name is an application service's")),
            false => Ok(()),
        }
    }

    /// The same for an alias.
    ///
    /// # Errors
    /// `M_EXCLUSIVE`.
    pub(crate) fn check_alias(
        &self,
        alias: &RoomAliasId,
        by: Option<&str>,
    ) -> Result<(), ErrorResponse> {
        let localpart = alias.alias();
        let by = by.and_then(|id| self.with_id(id));
        let mut others = self.others(by);
        match others.any(|service| service.has_alias(localpart)) {
            true => Err(exclusive("the alias is an application service's")),
            false => Ok(()),
        }
    }

    fn others<'a>(
        &'a self,
        by: Option<&'a ApplicationService>,
    ) -> impl Iterator<Item = &'a ApplicationService> {
        let is_other = move |service: &&ApplicationService| by.is_none_or(|by| by.id != service.id);
        self.iter().filter(is_other)
    }

    /// Lists a room in a network of a service, or no longer.
    ///
    /// # Errors
    /// `M_RESOURCE_LIMIT_EXCEEDED`.
    pub(crate) fn list(
        &mut self,
        service: &str,
        network: &str,
        room_id: RoomId,
        is_public: bool,
    ) -> Result<(), ErrorResponse> {
        let key = instance_id(service, network);
        if !is_public {
            if let Some(rooms) = self.listed.get_mut(&key) {
                rooms.remove(&room_id);
            }
            return Ok(());
        }
        if self.listed.values().map(BTreeSet::len).sum::<usize>() >= MAX_LISTED {
            return Err(ErrorResponse::new(
                http::StatusCode::FORBIDDEN,
                ErrorCode::ResourceLimitExceeded,
                "the directories have no room for more rooms",
            ));
        }
        self.listed.entry(key).or_default().insert(room_id);
        Ok(())
    }

    /// The rooms of a network, by its instance ID.
    pub(crate) fn listed(&self, instance_id: &str) -> impl Iterator<Item = &RoomId> {
        self.listed.get(instance_id).into_iter().flatten()
    }

    /// The rooms of all networks.
    pub(crate) fn all_listed(&self) -> impl Iterator<Item = &RoomId> {
        self.listed.values().flatten()
    }
}

/// What clients know a network of a service by.
pub(crate) fn instance_id(service: &str, network: &str) -> String {
    format!("{service}|{network}")
}

fn exclusive(message: &str) -> ErrorResponse {
    ErrorResponse::bad_request(ErrorCode::Exclusive, message)
}
