use hardline_derive::Wire;

/// What is wanted besides rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ExtensionsWanted {
    /// What was sent to this device.
    pub to_device: Option<ToDeviceWanted>,
    /// Whose devices have changed, and how many keys there are.
    pub e2ee: Option<ExtensionWanted>,
    /// Account data.
    pub account_data: Option<ExtensionWanted>,
    /// Receipts.
    pub receipts: Option<ExtensionWanted>,
    /// Who is typing.
    pub typing: Option<ExtensionWanted>,
    /// Which threads the user has subscribed to and unsubscribed from: MSC4308, flag `org.matrix.msc4306`.
    #[serde(rename = "io.element.msc4308.thread_subscriptions")]
    pub thread_subscriptions: Option<ThreadSubscriptionsWanted>,
    /// What has changed of the profiles of users in the rooms: MSC4262.
    #[serde(rename = "org.matrix.msc4262.profiles")]
    pub profiles: Option<ProfilesWanted>,
    /// Sticky events: MSC4480, flag `org.matrix.msc4354`.
    #[serde(rename = "org.matrix.msc4354.sticky_events")]
    pub sticky_events: Option<StickyEventsWanted>,
}

impl ExtensionsWanted {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Whether something is wanted besides rooms, and of which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ExtensionWanted {
    /// Whether it is wanted.
    pub enabled: Option<bool>,
    /// Of the rooms of these lists: of all by default.
    pub lists: Option<Vec<String>>,
    /// Of these rooms that are subscribed to: of all by default.
    pub rooms: Option<Vec<String>>,
}

impl ExtensionWanted {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Whether what was sent to this device is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ToDeviceWanted {
    /// Whether it is wanted.
    pub enabled: Option<bool>,
    /// The maximum number of events: 100 by default.
    pub limit: Option<u64>,
    /// Where to begin: the token of the response before. What came until then is deleted.
    pub since: Option<String>,
}

impl ToDeviceWanted {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Whether changes of subscriptions to threads are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ThreadSubscriptionsWanted {
    /// Whether it is wanted.
    pub enabled: Option<bool>,
    /// The maximum number of changes: 100 by default.
    pub limit: Option<u64>,
}

impl ThreadSubscriptionsWanted {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Whether changes of profiles are wanted, and of which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct ProfilesWanted {
    /// Whether it is wanted.
    pub enabled: Option<bool>,
    /// Of the rooms of these lists: of all by default.
    pub lists: Option<Vec<String>>,
    /// Of these rooms that are subscribed to: of all by default.
    pub rooms: Option<Vec<String>>,
    /// The names of the fields: all by default.
    pub fields: Option<Vec<String>>,
}

impl ProfilesWanted {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Whether sticky events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[non_exhaustive]
pub struct StickyEventsWanted {
    /// Whether it is wanted.
    pub enabled: Option<bool>,
    /// The maximum number of events: 100 by default.
    pub limit: Option<u64>,
    /// Where to begin: the token of the response before.
    pub since: Option<String>,
}

impl StickyEventsWanted {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }
}
