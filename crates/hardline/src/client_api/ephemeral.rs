//! What passes: presence, typing, receipts and read markers, and events that go to devices.
//!
//! Specification: [presence](https://spec.matrix.org/v1.19/client-server-api/#presence),
//! [typing notifications](https://spec.matrix.org/v1.19/client-server-api/#typing-notifications),
//! [receipts](https://spec.matrix.org/v1.19/client-server-api/#receipts),
//! [read and unread markers](https://spec.matrix.org/v1.19/client-server-api/#read-and-unread-markers),
//! [send-to-device messaging](https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging).

mod presence;
mod receipts;
mod send_to_device;
mod typing;

pub use crate::types::ReceiptType;
pub use presence::{GetPresence, GetPresenceResponse, SetPresence};
pub use receipts::{PostReceipt, SetReadMarker};
pub use send_to_device::SendToDevice;
pub use typing::SetTyping;

crate::wire::operations![
    GetPresence,
    PostReceipt,
    SendToDevice,
    SetPresence,
    SetReadMarker,
    SetTyping,
];
