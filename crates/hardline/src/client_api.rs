//! The Client-Server API: a struct for each operation, in a file for each section of the specification.
//!
//! Types are named after `operationId`s, fields after their names in JSON. Build a request with `new`, which takes the
//! required fields, and assign the others.

#[cfg(feature = "account")]
pub mod account;
#[cfg(feature = "devices")]
pub mod devices;
#[cfg(feature = "discovery")]
pub mod discovery;
#[cfg(feature = "e2ee")]
pub mod e2ee;
#[cfg(feature = "ephemeral")]
pub mod ephemeral;
#[cfg(feature = "integrations")]
pub mod integrations;
#[cfg(feature = "media")]
pub mod media;
#[cfg(feature = "membership")]
pub mod membership;
#[cfg(feature = "moderation")]
pub mod moderation;
#[cfg(feature = "push")]
pub mod push;
#[cfg(feature = "room_events")]
pub mod room_events;
#[cfg(feature = "rooms")]
pub mod rooms;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "sync")]
pub mod sync;
#[cfg(feature = "threepid")]
pub mod threepid;
#[cfg(feature = "user_data")]
pub mod user_data;

/// What is beyond the specification's newest version: a module for each proposal, named after it.
///
/// These change with the proposals, and are not held to the promises of versions. Flags are those of
/// [`GetVersions`](crate::client_api::discovery::GetVersions): [`Msc`](crate::wire::Msc) lists them, and
/// [`SupportedVersions::support_of`](crate::wire::SupportedVersions::support_of) tells whether a server has one.
///
/// An operation goes to its unstable path even if the server does not advertise its flag: some features have no flag, and
/// some flags are on for some users alone, so that they are there only if the versions were requested with the token.
/// A server without it responds with `M_UNRECOGNIZED`. A flag that ends in `.stable` leads to the stable path.
///
/// Some proposals only add a parameter to an operation of the specification. A server without the proposal ignores it, so
/// look at the flag first where that matters, and give the parameter with [`WithOptions`](crate::wire::WithOptions):
///
/// | | operation | in the | name | |
/// |---|---|---|---|---|
/// | [`MSC2815`](crate::wire::Msc::MSC2815) | `getOneRoomEvent` | query | `fi.mau.msc2815.include_unredacted_content` | `true`: what the event was before it was redacted |
/// | [`MSC3881`](crate::wire::Msc::MSC3881) | `postPusher` | body | `org.matrix.msc3881.enabled` | `false`: the pusher is there, but silent |
/// | [`MSC4354`](crate::wire::Msc::MSC4354) | `sendMessage` | query | `org.matrix.msc4354.sticky_duration_ms` | how long the event is sticky, in milliseconds: 3,600,000 at most |
/// | [`MSC4446`](crate::wire::Msc::MSC4446) | `setReadMarker` | body | `com.beeper.allow_backward` | `true`: the fully read marker may go backward |
///
/// [`Sync::with_state_after`](crate::client_api::sync::Sync::with_state_after) is one of them that gives both its names.
///
/// ```
/// # #[cfg(feature = "room_events")] {
/// use hardline::client_api::room_events::GetOneRoomEvent;
/// use hardline::types::{AccessToken, EventId, RoomId};
/// use hardline::wire::{self, Credentials, Msc, MscSupport, SupportedVersions, Target, WithOptions};
///
/// let supported = SupportedVersions::new(["v1.12"], [("fi.mau.msc2815", true)]);
/// assert_eq!(supported.support_of(Msc::MSC2815), MscSupport::Unstable);
///
/// let event = GetOneRoomEvent::new(RoomId::parse("!room:example.org")?, EventId::parse("$gone")?);
/// let event = WithOptions::new(event).query("fi.mau.msc2815.include_unredacted_content", "true");
/// let credentials = Credentials::Token(AccessToken::from("syt_secret"));
/// let request = wire::encode(&event, &Target::homeserver("https://example.org")?, &credentials)?;
/// assert_eq!(request.uri().query(), Some("fi.mau.msc2815.include_unredacted_content=true"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "unstable")]
pub mod unstable {
    /// Deleting account data.
    pub mod msc3391;
    /// Dehydrated devices.
    pub mod msc3814;
    /// A channel between two devices, to sign one of them in by a QR code: the first form.
    pub mod msc4108;
    /// Delayed events.
    pub mod msc4140;
    /// The transports of MatrixRTC.
    pub mod msc4143;
    /// Simplified sliding sync.
    pub mod msc4186;
    /// Redacting all events of a user.
    pub mod msc4194;
    /// Tokens for LiveKit, a transport of MatrixRTC.
    pub mod msc4195;
    /// Subscriptions to threads.
    pub mod msc4306;
    /// What has changed of subscriptions to threads.
    pub mod msc4308;
    /// A channel between two devices, to sign one of them in by a QR code: the second form.
    pub mod msc4388;
    /// Replacing the whole profile.
    pub mod msc4437;
    /// The profiles of many users.
    pub mod msc4536;
    /// The stripped state of a room that the user is not in.
    pub mod msc4560;

    use msc3391::{DeleteAccountData, DeleteAccountDataPerRoom};
    use msc3814::{
        DeleteDehydratedDevice, GetDehydratedDevice, GetDehydratedDeviceEvents,
        PostDehydratedDeviceEvents, PutDehydratedDevice,
    };
    use msc4108::{
        CreateRendezvousSession, DeleteRendezvousSession, GetRendezvousSession,
        UpdateRendezvousSession,
    };
    use msc4140::{
        GetDelayedEvent, GetDelayedEvents, ScheduleDelayedEvent, SendDelayedEvent, SetDelayedState,
        UpdateDelayedEvent, UpdateDelayedEventByBody,
    };
    use msc4143::GetRtcTransports;
    use msc4186::{SlidingSync, SlidingSyncV4};
    use msc4194::RedactUser;
    use msc4195::{DelegateDelayedLeave, GetLivekitToken};
    use msc4306::{DeleteThreadSubscription, GetThreadSubscription, SetThreadSubscription};
    use msc4308::GetThreadSubscriptionChanges;
    use msc4388::{
        CreateRendezvous, DeleteRendezvous, GetRendezvous, GetRendezvousAvailability,
        UpdateRendezvous,
    };
    use msc4437::ReplaceProfile;
    use msc4536::QueryProfiles;
    use msc4560::GetStrippedState;

    crate::wire::operations![
        CreateRendezvous,
        CreateRendezvousSession,
        DelegateDelayedLeave,
        DeleteAccountData,
        DeleteAccountDataPerRoom,
        DeleteDehydratedDevice,
        DeleteRendezvous,
        DeleteRendezvousSession,
        DeleteThreadSubscription,
        GetDehydratedDevice,
        GetDehydratedDeviceEvents,
        GetDelayedEvent,
        GetDelayedEvents,
        GetLivekitToken,
        GetRendezvous,
        GetRendezvousAvailability,
        GetRendezvousSession,
        GetRtcTransports,
        GetStrippedState,
        GetThreadSubscription,
        GetThreadSubscriptionChanges,
        PostDehydratedDeviceEvents,
        PutDehydratedDevice,
        QueryProfiles,
        RedactUser,
        ReplaceProfile,
        ScheduleDelayedEvent,
        SendDelayedEvent,
        SetDelayedState,
        SetThreadSubscription,
        SlidingSync,
        SlidingSyncV4,
        UpdateDelayedEvent,
        UpdateDelayedEventByBody,
        UpdateRendezvous,
        UpdateRendezvousSession,
    ];
}

#[cfg(all(feature = "push", feature = "proptest"))]
use crate::events::ArbitraryContentVisitor;
#[cfg(feature = "push")]
use crate::events::EventContentVisitor;
use crate::wire::EndpointVisitor;
#[cfg(feature = "by-name")]
use crate::wire::ShapedEndpointVisitor;
#[cfg(feature = "proptest")]
use crate::wire::server::ArbitraryEndpointVisitor;
#[cfg(feature = "server")]
use crate::wire::server::ServerEndpointVisitor;

/// Shows a visitor every operation of the Client-Server API in the enabled features.
///
/// This is the only list of them: the router, the checks against the specification and the tests all use it.
///
/// ```
/// use hardline::client_api;
/// use hardline::wire::{RegisteredEndpoint, EndpointVisitor};
///
/// struct Names(Vec<String>);
///
/// impl EndpointVisitor for Names {
///     fn visit<E: RegisteredEndpoint>(&mut self) {
///         self.0.push(E::OPERATION.name().to_string());
///     }
/// }
///
/// let mut names = Names(Vec::new());
/// client_api::visit(&mut names);
/// assert!(names.0.contains(&"cs:requestTokenTo3PIDMSISDN".to_owned()));
/// ```
pub fn visit(visitor: &mut impl EndpointVisitor) {
    in_every_section!(visit(visitor));
}

/// The same, with the shape of each operation's JSON.
///
/// ```
/// use hardline::by_name::Operations;
/// use hardline::client_api;
///
/// let mut operations = Operations::new();
/// client_api::visit_shaped(&mut operations);
/// assert!(operations.find("cs:login").is_ok());
/// ```
#[cfg(feature = "by-name")]
pub fn visit_shaped(visitor: &mut impl ShapedEndpointVisitor) {
    in_every_section!(visit_shaped(visitor));
}

/// The same, with the server's side of each operation: a
/// [`ServerEndpointVisitor`] has an example.
#[cfg(feature = "server")]
pub fn visit_server(visitor: &mut impl ServerEndpointVisitor) {
    in_every_section!(visit_server(visitor));
}

/// The same, for generating arbitrary requests and responses: an [`ArbitraryEndpointVisitor`] has an example.
#[cfg(feature = "proptest")]
pub fn visit_arbitrary(visitor: &mut impl ArbitraryEndpointVisitor) {
    in_every_section!(visit_arbitrary(visitor));
}

/// Visits the contents of events that consist of this API's types. [`events::visit_contents`](crate::events::visit_contents)
/// visits all others.
#[cfg(feature = "push")]
pub fn visit_contents(visitor: &mut impl EventContentVisitor) {
    push::push_rules_event::visit(visitor);
}

/// The same, as types that can be generated.
#[cfg(all(feature = "push", feature = "proptest"))]
pub fn visit_arbitrary_contents(visitor: &mut impl ArbitraryContentVisitor) {
    push::push_rules_event::visit_arbitrary(visitor);
}

/// Calls this function of every enabled section.
macro_rules! in_every_section {
    ($method:ident($visitor:ident)) => {
        // Without any section there is nothing to visit.
        let _ = &$visitor;
        #[cfg(feature = "discovery")]
        discovery::$method($visitor);
        #[cfg(feature = "session")]
        session::$method($visitor);
        #[cfg(feature = "account")]
        account::$method($visitor);
        #[cfg(feature = "threepid")]
        threepid::$method($visitor);
        #[cfg(feature = "devices")]
        devices::$method($visitor);
        #[cfg(feature = "e2ee")]
        e2ee::$method($visitor);
        #[cfg(feature = "integrations")]
        integrations::$method($visitor);
        #[cfg(feature = "media")]
        media::$method($visitor);
        #[cfg(feature = "moderation")]
        moderation::$method($visitor);
        #[cfg(feature = "push")]
        push::$method($visitor);
        #[cfg(feature = "user_data")]
        user_data::$method($visitor);
        #[cfg(feature = "ephemeral")]
        ephemeral::$method($visitor);
        #[cfg(feature = "membership")]
        membership::$method($visitor);
        #[cfg(feature = "room_events")]
        room_events::$method($visitor);
        #[cfg(feature = "rooms")]
        rooms::$method($visitor);
        #[cfg(feature = "sync")]
        sync::$method($visitor);
        #[cfg(feature = "unstable")]
        unstable::$method($visitor);
    };
}
use in_every_section;
