use super::dialogue::{Dialogue, NamedFlow};
use super::forms::error::EmbedError;
use super::forms::event::EVENTS;
use super::forms::read::read;
use super::forms::reply::REPLIES;
use super::forms::typed::TypedForm;
use super::json_flow::JsonFlow;
#[cfg(any(feature = "sync", feature = "room_events"))]
use super::looping::{Looping, NamedLoop};
use super::opening::Opening;
#[cfg(any(feature = "sync", feature = "room_events"))]
use crate::json::Empty;
use crate::json::{Shape, Shaped};
use crate::types::Timestamp;

/// A row in the table of flows: how a flow is opened and loaded by its name, and the forms that it has.
pub(super) struct FlowKind {
    /// Its name.
    pub(super) name: &'static str,
    /// The name of its saved form.
    pub(super) saved_as: &'static str,
    pub(super) open: fn(&mut Opening<'_>, &str) -> Result<JsonFlow, EmbedError>,
    pub(super) load: fn(Timestamp, &str) -> Result<JsonFlow, EmbedError>,
    /// The shape of its arguments.
    pub(super) arguments: &'static Shape,
    /// The shape of what it brings.
    pub(super) done: &'static Shape,
    /// The shape of its events, with their types.
    pub(super) events: (&'static Shape, &'static [TypedForm]),
    /// The shape of its replies, with their types.
    pub(super) replies: (&'static Shape, &'static [TypedForm]),
}

impl FlowKind {
    /// The row of an interactive flow.
    pub(super) const fn of<F: NamedFlow>() -> Self {
        Self {
            name: F::NAME,
            saved_as: F::SAVED_AS,
            open: open::<F>,
            load: load::<F>,
            arguments: F::Arguments::SHAPE,
            done: F::Done::SHAPE,
            events: (super::EventForm::SHAPE, EVENTS),
            replies: (super::ReplyForm::SHAPE, REPLIES),
        }
    }

    /// The row of a flow that goes on until it is stopped.
    #[cfg(any(feature = "sync", feature = "room_events"))]
    pub(super) const fn of_loop<F: NamedLoop>() -> Self {
        Self {
            name: F::NAME,
            saved_as: F::SAVED_AS,
            open: open_loop::<F>,
            load: load_loop::<F>,
            arguments: F::Arguments::SHAPE,
            done: Empty::SHAPE,
            events: F::EVENTS,
            replies: F::REPLIES,
        }
    }
}

fn open<F: NamedFlow>(opening: &mut Opening<'_>, arguments: &str) -> Result<JsonFlow, EmbedError> {
    let arguments = read("the arguments", arguments)?;
    let flow = F::open(opening, arguments)?;
    Ok(JsonFlow(Box::new(Dialogue::new(opening.now, flow))))
}

fn load<F: NamedFlow>(now: Timestamp, saved: &str) -> Result<JsonFlow, EmbedError> {
    let flow: F = serde_json::from_str(saved).map_err(EmbedError::usage)?;
    Ok(JsonFlow(Box::new(Dialogue::new(now, flow))))
}

#[cfg(any(feature = "sync", feature = "room_events"))]
fn open_loop<F: NamedLoop>(
    opening: &mut Opening<'_>,
    arguments: &str,
) -> Result<JsonFlow, EmbedError> {
    let flow = F::open(opening, read("the arguments", arguments)?)?;
    Ok(JsonFlow(Box::new(Looping::new(opening.now, flow))))
}

#[cfg(any(feature = "sync", feature = "room_events"))]
fn load_loop<F: NamedLoop>(now: Timestamp, saved: &str) -> Result<JsonFlow, EmbedError> {
    let flow: F = serde_json::from_str(saved).map_err(EmbedError::usage)?;
    Ok(JsonFlow(Box::new(Looping::new(now, flow))))
}
