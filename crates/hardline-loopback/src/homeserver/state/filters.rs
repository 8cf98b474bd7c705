use std::collections::BTreeMap;

use hardline::client_api::sync::Filter;
use hardline::types::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many filters a user may have.
const MOST: usize = 1_000;

/// The filters that users have defined, each with its number as its ID.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Filters(BTreeMap<UserId, Vec<Value>>);

impl Filters {
    /// Adds a filter, unless it is there; `None` if the user has too many.
    pub(crate) fn add(&mut self, user_id: &UserId, filter: &Filter) -> Option<String> {
        let filter = serde_json::to_value(filter).ok()?;
        let filters = self.0.entry(user_id.clone()).or_default();
        let known = filters.iter().position(|known| *known == filter);
        let place = match known {
            Some(place) => place,
            None if filters.len() >= MOST => return None,
            None => {
                filters.push(filter);
                filters.len() - 1
            }
        };
        Some(place.to_string())
    }

    pub(crate) fn get(&self, user_id: &UserId, filter_id: &str) -> Option<Filter> {
        let place: usize = filter_id.parse().ok()?;
        let filter = self.0.get(user_id)?.get(place)?;
        serde_json::from_value(filter.clone()).ok()
    }
}
