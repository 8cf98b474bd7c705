use hardline_derive::Wire;

use crate::events::EventContent;
use crate::types::{DeviceId, RoomId};

/// `m.dummy`: nothing. A device sends it, encrypted with Olm, so that there is a new session between the two.
///
/// ```
/// use hardline::events::{Dummy, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.dummy", "content": {}}))?;
/// assert_eq!(event.content_as::<Dummy>()?, Dummy::new());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.dummy`](https://spec.matrix.org/v1.19/client-server-api/#mdummy).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct Dummy {}

impl Dummy {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

impl EventContent for Dummy {
    const TYPE: &'static str = "m.dummy";
}

/// `m.new_device`: a device is new in rooms. It has no meaning any more; old clients send it.
///
/// ```
/// use hardline::events::{NewDevice, RawEvent};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.new_device",
///     "content": {"device_id": "XYZABCDE", "rooms": ["!room:example.org"]},
/// }))?;
/// assert_eq!(event.content_as::<NewDevice>()?.device_id.unwrap(), "XYZABCDE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [the example of a sync](https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct NewDevice {
    /// The device.
    pub device_id: Option<DeviceId>,
    /// The rooms.
    pub rooms: Option<Vec<RoomId>>,
}

impl NewDevice {
    /// This device is new in these rooms.
    pub fn new(device_id: DeviceId, rooms: Vec<RoomId>) -> Self {
        Self {
            device_id: Some(device_id),
            rooms: Some(rooms),
        }
    }
}

impl EventContent for NewDevice {
    const TYPE: &'static str = "m.new_device";
}
