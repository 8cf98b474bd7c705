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
/// [`GetVersions`](crate::client_api::discovery::GetVersions).
#[cfg(feature = "unstable")]
pub mod unstable {
    /// Dehydrated devices.
    pub mod msc3814;
    /// Delayed events.
    pub mod msc4140;
    /// Simplified sliding sync.
    pub mod msc4186;

    use msc3814::{
        DeleteDehydratedDevice, GetDehydratedDevice, GetDehydratedDeviceEvents,
        PostDehydratedDeviceEvents, PutDehydratedDevice,
    };
    use msc4140::{
        GetDelayedEvents, ScheduleDelayedEvent, SendDelayedEvent, SetDelayedState,
        UpdateDelayedEvent,
    };
    use msc4186::SlidingSync;

    crate::wire::operations![
        DeleteDehydratedDevice,
        GetDehydratedDevice,
        GetDehydratedDeviceEvents,
        GetDelayedEvents,
        PostDehydratedDeviceEvents,
        PutDehydratedDevice,
        ScheduleDelayedEvent,
        SendDelayedEvent,
        SetDelayedState,
        SlidingSync,
        UpdateDelayedEvent,
    ];
}

#[cfg(all(feature = "events", feature = "push", feature = "proptest"))]
use crate::events::ArbitraryContentVisitor;
#[cfg(all(feature = "events", feature = "push"))]
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
#[cfg(all(feature = "events", feature = "push"))]
pub fn visit_contents(visitor: &mut impl EventContentVisitor) {
    push::push_rules_event::visit(visitor);
}

/// The same, as types that can be generated.
#[cfg(all(feature = "events", feature = "push", feature = "proptest"))]
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
