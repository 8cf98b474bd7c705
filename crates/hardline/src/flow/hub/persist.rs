use hardline_derive::Persist;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::flow::engine::persist::UNPOLLED;
use crate::flow::engine::persist::version::Version;
use crate::flow::engine::request_id::RequestIds;
use crate::flow::hub::flow_id::FlowId;
use crate::flow::{Gated, Hub, RequestId, TokenManager};

/// A saved hub. The version is read first, so that another one is reported as such.
#[derive(Persist)]
struct Saved<I, M, G> {
    version: Version,
    ids: I,
    token_manager: M,
    flows: Vec<(u64, G)>,
}

impl<F: Serialize> Serialize for Hub<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.ready.is_empty() || !self.cancelled.is_empty() || self.manager.has_output() {
            return Err(S::Error::custom(UNPOLLED));
        }
        let flows = self.flows.iter();
        Saved {
            version: Version,
            ids: &self.ids,
            token_manager: &self.manager,
            flows: flows.map(|(id, slot)| (id.0, &slot.flow)).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de, F: Deserialize<'de>> Deserialize<'de> for Hub<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::<RequestIds, TokenManager, Gated<F>>::deserialize(deserializer)?;
        let mut hub = Self::new(saved.token_manager);
        hub.ids = saved.ids;
        hub.is_loaded = true;
        for (id, flow) in saved.flows {
            if !hub.ids.has_given(RequestId::from_u64(id)) || hub.flows.contains_key(&FlowId(id)) {
                return Err(D::Error::custom(format_args!(
                    "the saved hub has no room for a flow {id}: it was changed after it was saved"
                )));
            }
            hub.add(FlowId(id), flow);
        }
        Ok(hub)
    }
}
