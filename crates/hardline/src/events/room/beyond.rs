//! State that no version of the specification has, and that is in use everywhere.

mod beacon_info;
mod call_member;
mod widget;

pub use beacon_info::BeaconInfo;
pub use call_member::CallMember;
pub use widget::Widget;
