mod account_data;
mod marking;
mod presence;
mod receipts;
mod typing;

use serde::{Deserialize, Serialize};

use account_data::AccountData;
pub(crate) use marking::told_of_presence;
use presence::Presence;
pub(crate) use presence::Status;
pub(crate) use receipts::Receipt;
use receipts::Receipts;
use typing::Typing;

/// What users keep with their accounts, and what they show of themselves for a while.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct People {
    pub(crate) account_data: AccountData,
    pub(crate) presence: Presence,
    pub(crate) receipts: Receipts,
    pub(crate) typing: Typing,
}
