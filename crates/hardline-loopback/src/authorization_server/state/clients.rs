use hardline::oauth_api::{GrantType, RegisterClientResponse};
use hardline::types::{ClientId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;

/// The registered clients.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Clients(Vec<Client>);

/// A client, as it was registered.
#[derive(Serialize, Deserialize)]
pub(crate) struct Client(RegisterClientResponse);

impl Clients {
    /// Registers a client, whose ID is made here. One with equal metadata is the same client.
    pub(crate) fn register(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        mut metadata: RegisterClientResponse,
    ) -> RegisterClientResponse {
        for Client(known) in &self.0 {
            metadata.client_id = known.client_id.clone();
            metadata.client_id_issued_at = known.client_id_issued_at;
            if metadata == *known {
                return metadata;
            }
        }
        metadata.client_id =
            ClientId::parse(entropy.letters(26)).expect("letters are printable ASCII");
        metadata.client_id_issued_at = Some(now.as_millis() / 1000);
        self.0.push(Client(metadata.clone()));
        metadata
    }

    pub(crate) fn get(&self, client_id: &ClientId) -> Option<&Client> {
        let mut clients = self.0.iter();
        clients.find(|Client(known)| known.client_id == *client_id)
    }
}

impl Client {
    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        let uri = self.0.client_uri.as_deref();
        self.0.client_name.as_deref().or(uri).unwrap_or_default()
    }

    pub(crate) fn redirect_uris(&self) -> &[String] {
        self.0.redirect_uris.as_deref().unwrap_or_default()
    }

    /// Whether it is registered for this grant.
    pub(crate) fn may_use(&self, grant_type: &GrantType) -> bool {
        let grant_types = self.0.grant_types.as_deref().unwrap_or_default();
        grant_types.contains(grant_type)
    }
}
