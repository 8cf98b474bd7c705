use std::collections::BTreeMap;

use hardline::types::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rooms::Object;

/// What users say of themselves.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Profiles(BTreeMap<UserId, Object>);

impl Profiles {
    /// All fields of a user's profile.
    pub(crate) fn of(&self, user_id: &UserId) -> Option<&Object> {
        self.0.get(user_id)
    }

    /// The fields that stand in the user's memberships too.
    pub(crate) fn of_member(&self, user_id: &UserId) -> Object {
        let fields = self.of(user_id).into_iter().flatten();
        fields
            .filter(|(name, _)| matches!(name.as_str(), "displayname" | "avatar_url"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Sets a field, or removes it.
    pub(crate) fn set(&mut self, user_id: &UserId, name: &str, value: Option<Value>) {
        let profile = self.0.entry(user_id.clone()).or_default();
        match value {
            Some(value) => profile.insert(name.to_owned(), value),
            None => profile.remove(name),
        };
    }

    /// Sets all fields.
    pub(crate) fn replace(&mut self, user_id: &UserId, profile: Object) {
        self.0.insert(user_id.clone(), profile);
    }

    pub(super) fn forget(&mut self, user_id: &UserId) {
        self.0.remove(user_id);
    }
}
