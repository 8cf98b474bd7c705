use hardline_derive::Persist;
use http::StatusCode;

use crate::client_api::sync::{DefineFilter, DefineFilterResponse, Filter, SyncFilter};
use crate::flow::FlowError;
use crate::types::UserId;
use crate::wire::{Endpoint, Error, Failure, FailureClass};

/// Which events are wanted.
#[derive(Debug, Persist)]
pub(super) enum LoopFilter {
    All,
    Given(SyncFilter),
    /// One that the flow stores.
    Stored(Box<StoredFilter>),
}

#[derive(Debug, Persist)]
pub(super) struct StoredFilter {
    user_id: UserId,
    filter: Filter,
    id: Option<SyncFilter>,
    /// No sync was answered since it was stored.
    is_fresh: bool,
}

impl LoopFilter {
    pub(super) fn stored(user_id: UserId, filter: Filter) -> Self {
        Self::Stored(Box::new(StoredFilter {
            user_id,
            filter,
            id: None,
            is_fresh: true,
        }))
    }

    /// What is to be stored before the next sync.
    pub(super) fn to_define(&self) -> Option<DefineFilter> {
        match self {
            Self::Stored(stored) if stored.id.is_none() => {
                let (user_id, filter) = (stored.user_id.clone(), stored.filter.clone());
                Some(DefineFilter::new(user_id, filter))
            }
            _ => None,
        }
    }

    /// It was stored.
    ///
    /// # Errors
    /// No sync can name it.
    pub(super) fn defined(&mut self, response: DefineFilterResponse) -> Result<(), FlowError> {
        if let Self::Stored(stored) = self {
            let id =
                SyncFilter::parse(response.filter_id).map_err(|source| FlowError::Refused {
                    operation: DefineFilter::OPERATION.name(),
                    source: Failure::new(FailureClass::Malformed, source).into(),
                })?;
            stored.id = Some(id);
            stored.is_fresh = true;
        }
        Ok(())
    }

    /// The server knows it.
    pub(super) fn worked(&mut self) {
        if let Self::Stored(stored) = self {
            stored.is_fresh = false;
        }
    }

    /// Forgets the ID if the server may have: then the filter is stored again.
    pub(super) fn forget(&mut self, error: &Error) -> bool {
        let may_be_unknown = matches!(
            error.status(),
            Some(StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST)
        );
        match self {
            Self::Stored(stored) if may_be_unknown && !stored.is_fresh => {
                stored.id = None;
                true
            }
            _ => false,
        }
    }

    pub(super) fn parameter(&self) -> Option<SyncFilter> {
        match self {
            Self::All => None,
            Self::Given(filter) => Some(filter.clone()),
            Self::Stored(stored) => stored.id.clone(),
        }
    }
}
