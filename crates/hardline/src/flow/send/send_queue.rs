//! Sends events to rooms.
//!
//! ```text
//!           enqueue                  its turn                    a save has it
//! (program) -------> Queued, or     ---------> armed: Unsaved ----------------> Sending --answer--> Sent
//!              ^     AwaitingContent                              ^               | |
//!              |        | provide                                 '--- failure ---' |
//!              |        '---------> Queued                                          |
//!              |                                              refused               |
//!              |--edit, retry-- Stuck <---------------------------------------------|
//!              '--resend------- MayHaveBeenSent <-- another device, forgotten ------'
//! ```
//!
//! This is the way of one entry. The state of the queue is the first of these that holds: `Over`, `LoggedOut`, `Offline`,
//! `Limited` (see `pace.rs`), `Sending` (a request is in flight), `Unsaved` (a request waits for a save), `Waiting` (for
//! another attempt), `Blocked` (all that is left waits for the program), `Idle` (nothing is left).

mod failing;
mod running;
#[cfg(feature = "persist")]
mod saving;
mod settling;
#[cfg(feature = "unstable")]
mod updating;

use std::collections::VecDeque;

use serde::Serialize;

use super::outgoing_event::OutgoingEvent;
use super::queue::Queue;
use super::queued_event::{Discarded, Edited, QueuedEvent, Uncertainty};
use super::send_error::{EnqueueError, SendQueueError};
use super::send_event::SendEvent;
use super::send_options::SendOptions;
use crate::flow::RetryPolicy;
use crate::flow::engine::attempts::FlowState;
use crate::types::{DeviceId, RoomId, Timestamp, TransactionId};
use crate::wire::Homeserver;

/// Sends events to rooms: in order in each room, and each of them once, whatever the network and the program's end do.
///
/// ```
/// use hardline::flow::{Flow, Input, OutgoingEvent, Output, SendEvent, SendQueue};
/// use hardline::types::{DeviceId, RoomId, Timestamp};
/// use hardline::wire::{BaseUrl, Homeserver};
/// use serde_json::json;
///
/// let now = Timestamp::from_millis(0);
/// let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
/// let device = DeviceId::parse("JLAFKJWSCS")?;
/// let mut queue = SendQueue::new(now, homeserver, device, 1);
/// let room = RoomId::parse("!room:example.org")?;
/// let hello = OutgoingEvent::new(room, "m.room.message", &json!({"msgtype": "m.text", "body": "hello"}))?;
/// // 16 random bytes, other ones for each event.
/// let txn_id = queue.enqueue(now, hello, [7; 16])?;
/// let sent = loop {
///     match queue.poll_output() {
///         // Here the program saves the queue. It has accepted the event from then on.
///         Output::Event(SendEvent::Changed { revision }) => queue.saved(now, revision),
///         Output::Send(id, request) => {
///             assert!(request.uri().path().ends_with("/send/m.room.message/BwcHBwcHBwcHBwcHBwcHBw"));
///             let response = http::Response::new(r#"{"event_id": "$event"}"#.into());
///             queue.handle_input(now, Input::Response(id, response));
///         }
///         Output::Event(SendEvent::Sent { event_id, .. }) => break event_id,
///         other => panic!("{other:?}"),
///     }
/// };
/// assert_eq!(sent.as_str(), "$event");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With a client:
///
/// ```
/// # use hardline::client::{Client, Clock, Next, Transport};
/// # use hardline::flow::{OutgoingEvent, SendEvent, SendQueue};
/// # fn store(_: &SendQueue) {}
/// async fn send(
///     client: &Client<impl Transport, impl Clock>,
///     mut queue: SendQueue,
///     events: Vec<([u8; 16], OutgoingEvent)>,
/// ) -> Result<(), Box<dyn std::error::Error>> {
///     for (entropy, event) in events {
///         queue.enqueue(client.now(), event, entropy)?;
///     }
///     queue.close(client.now());
///     let mut conversation = client.run(queue);
///     loop {
///         match conversation.next().await {
///             Next::Event(SendEvent::Changed { revision }) => {
///                 store(conversation.flow());
///                 conversation.flow_mut().saved(client.now(), revision);
///             }
///             Next::Event(SendEvent::Stuck { txn_id, error, .. }) => {
///                 println!("{txn_id} is not sent: {error}");
///                 conversation.flow_mut().discard(client.now(), &txn_id, [0; 16])?;
///             }
///             Next::Event(event) => println!("{event:?}"),
///             Next::Done(()) => return Ok(()),
///         }
///     }
/// }
/// ```
///
/// A program that takes more events meanwhile waits for [`next`](crate::client::Conversation::next) and for them at a time,
/// and puts them into [`flow_mut`](crate::client::Conversation::flow_mut).
///
/// # What it promises
///
/// An event is *accepted* when [`enqueue`](SendQueue::enqueue) has returned and a save that has it was
/// [confirmed](SendQueue::saved). It then gets into its room once, in its place among the room's accepted events: a request
/// is repeated with the same transaction ID until the server answers, after a crash too, and the server takes it for the
/// one that it knows. No event ever gets a second transaction ID.
///
/// What the queue cannot know, it asks the program for, and nothing is sent twice on a guess: an event that the server did
/// not answer for before [another device](SendQueue::new_device) was logged in, or for longer than the server
/// [remembers](SendOptions::server_memory), is told as [`MayHaveBeenSent`](SendEvent::MayHaveBeenSent).
///
/// # What holds up what
///
/// Rooms do not hold up each other. In a room events keep their order: those behind one that [awaits its
/// content](OutgoingEvent::awaiting_content), is [stuck](SendEvent::Stuck) or is uncertain wait, unless the options
/// [say otherwise](SendOptions::goes_on_past_stuck) for the last two. A rate limit holds up all rooms, for as long as the
/// server asks; so does a network that is gone, until [`nudge`](SendQueue::nudge) or the next attempt. A server that fails
/// at one room is asked again ever more seldom, and the other rooms go on.
///
/// # Saving
///
/// The program saves the queue when it is told [`Changed`](SendEvent::Changed), and after its own calls if it wants them to
/// count, and confirms it with [`saved`](SendQueue::saved). The queue may be serialized at any time, as JSON, and not only
/// while it waits. A queue that was loaded takes what was to be sent for what may have been sent, asks the server for it
/// again, and does not repeat what it told about stuck and uncertain events: [`entries`](SendQueue::entries) has them. A
/// program that keeps nothing turns [`confirms_saves`](SendOptions::confirms_saves) off.
#[derive(Debug)]
pub struct SendQueue {
    flow_state: FlowState,
    queue: Queue,
    /// What is told next.
    events: VecDeque<SendEvent>,
    /// The revision that was saved last.
    saved: u64,
    /// The revision that the program was told last.
    told: u64,
    /// A queue that was loaded waits for the first input.
    knows_time: bool,
    is_over: bool,
}

impl SendQueue {
    /// A queue without events, for this device. `seed` varies the waits.
    pub fn new(now: Timestamp, homeserver: Homeserver, device_id: DeviceId, seed: u64) -> Self {
        Self {
            flow_state: FlowState::new(now, RetryPolicy::default(), seed),
            queue: Queue::new(homeserver, device_id),
            events: VecDeque::new(),
            saved: 0,
            told: 0,
            knows_time: true,
            is_over: false,
        }
    }

    /// Sets other options.
    #[must_use]
    pub fn with_options(mut self, options: SendOptions) -> Self {
        self.queue.options = options;
        self
    }

    /// Sets another retry policy. Its number of attempts does not count: the queue never gives up by itself. It keeps
    /// whatever wait the server asks for.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.flow_state.policy = policy.into();
        self
    }

    /// Puts an event at the end of its room's queue, and returns its transaction ID, which is made of these random bytes:
    /// other ones for each event. The event is accepted once a save of this [`revision`](SendQueue::revision) is
    /// [confirmed](SendQueue::saved).
    ///
    /// # Errors
    /// [`EnqueueError`], which gives the event back: the queue is full or [closed](SendQueue::close), the content is no
    /// JSON object or too large for an event, or an event with these random bytes is in the queue.
    pub fn enqueue(
        &mut self,
        now: Timestamp,
        event: OutgoingEvent,
        entropy: [u8; 16],
    ) -> Result<TransactionId, EnqueueError> {
        let txn_id = TransactionId::from_entropy(entropy);
        let queued = self.queue.enqueue(event, txn_id);
        self.changed(now);
        queued
    }

    /// Gives an event that [awaits its content](OutgoingEvent::awaiting_content) the content: a picture that is uploaded
    /// now, for instance.
    ///
    /// # Errors
    /// It is not in the queue or has a content, or this one is no JSON object or too large.
    pub fn provide<C: Serialize + ?Sized>(
        &mut self,
        now: Timestamp,
        txn_id: &TransactionId,
        content: &C,
    ) -> Result<(), SendQueueError> {
        let provided = self.queue.provide(txn_id, content);
        self.changed(now);
        provided
    }

    /// Lets an event have another content. It is replaced if no request for it ever left, or if the server refused it,
    /// which also tries it again. Otherwise an edit of it (`m.replace`) is queued, with a transaction ID made of these
    /// random bytes; it is sent once the event is. An edit of an edit that has yet to be sent takes its place.
    ///
    /// # Errors
    /// The event is not in the queue any more, is a redaction, or is [encrypted](SendQueueError::Encrypted); the content
    /// is no JSON object or too large; the queue is full.
    pub fn edit<C: Serialize + ?Sized>(
        &mut self,
        now: Timestamp,
        txn_id: &TransactionId,
        content: &C,
        entropy: [u8; 16],
    ) -> Result<Edited, SendQueueError> {
        let edit_id = TransactionId::from_entropy(entropy);
        let state = &mut self.flow_state;
        let edited = self.queue.edit(state, txn_id, content, edit_id);
        self.changed(now);
        edited
    }

    /// Takes an event back. It leaves the queue if no request for it ever left, or if it is stuck or uncertain; then its
    /// edits leave too. Otherwise its redaction is queued, with a transaction ID made of these random bytes, and is sent
    /// once the event is. A delayed event is cancelled.
    ///
    /// # Errors
    /// The event is not in the queue any more, or is a redaction that may have been sent; the queue is full.
    pub fn discard(
        &mut self,
        now: Timestamp,
        txn_id: &TransactionId,
        entropy: [u8; 16],
    ) -> Result<Discarded, SendQueueError> {
        self.set_now(now);
        let redaction_id = TransactionId::from_entropy(entropy);
        let state = &mut self.flow_state;
        let removed = self.queue.discard(state, txn_id, redaction_id);
        self.changed(now);
        removed
    }

    /// Tries a stuck event again as it is.
    ///
    /// # Errors
    /// It is not in the queue, or not stuck.
    pub fn retry(&mut self, now: Timestamp, txn_id: &TransactionId) -> Result<(), SendQueueError> {
        let retried = self.queue.retry(txn_id);
        self.changed(now);
        retried
    }

    /// Sends an event again that [may have been sent](SendEvent::MayHaveBeenSent), with the transaction ID that it has. If
    /// it was, the room may then have it twice.
    ///
    /// # Errors
    /// It is not in the queue, or it is certain what became of it.
    pub fn resend(&mut self, now: Timestamp, txn_id: &TransactionId) -> Result<(), SendQueueError> {
        let resent = self.queue.resend(txn_id);
        self.changed(now);
        resent
    }

    /// Sends a delayed event now, scheduled or not.
    ///
    /// # Errors
    /// It is not in the queue, or has no delay.
    #[cfg(feature = "unstable")]
    pub fn send_now(
        &mut self,
        now: Timestamp,
        txn_id: &TransactionId,
    ) -> Result<(), SendQueueError> {
        self.set_now(now);
        let sent = self.queue.send_now(now, txn_id);
        self.changed(now);
        sent
    }

    /// The events that the server has and sends after a delay, as far as the queue knows.
    #[cfg(feature = "unstable")]
    pub fn scheduled(&self) -> impl Iterator<Item = (&RoomId, &TransactionId)> {
        let scheduled = self.queue.scheduled.iter();
        scheduled.map(|one| (&one.room_id, &one.txn_id))
    }

    /// The ID of a scheduled event, for others who are to cancel it or begin its delay anew, such as the server of a call.
    /// Who knows it can do that: keep it secret.
    #[cfg(feature = "unstable")]
    pub fn delay_id(&self, txn_id: &TransactionId) -> Option<&str> {
        let mut scheduled = self.queue.scheduled.iter();
        Some(scheduled.find(|one| one.is_of(txn_id))?.delay_id())
    }

    /// Somebody is logged in as this device: after a login, or when the program starts. If it is another device than
    /// before, events that the server did not answer for are told as
    /// [`MayHaveBeenSent`](SendEvent::MayHaveBeenSent), since the server would take them for new ones; the others are sent
    /// by the new device. If it is the same one, a queue that was logged out goes on.
    pub fn new_device(&mut self, now: Timestamp, device_id: DeviceId) {
        self.set_now(now);
        self.queue.pace.log_in();
        if self.queue.device_id != device_id {
            self.queue.device_id = device_id;
            self.queue.revision += 1;
            for (room_id, lane) in &mut self.queue.lanes {
                for txn_id in lane.leave_device(&mut self.flow_state) {
                    let reason = Uncertainty::NewDevice;
                    self.events.push_back(doubtful(room_id, txn_id, reason));
                }
            }
        }
        self.changed(now);
    }

    /// There is a network again, or another one: what waits because the server could not be reached, or failed, is tried at
    /// once. A rate limit stays.
    pub fn nudge(&mut self, now: Timestamp) {
        self.set_now(now);
        self.queue.pace.nudge(now);
        for lane in self.queue.lanes.values_mut() {
            lane.not_before = None;
            lane.failures = 0;
        }
        self.changed(now);
    }

    /// The revision of what the queue holds: it grows with every change that is to be saved.
    pub fn revision(&self) -> u64 {
        self.queue.revision
    }

    /// The newest revision that is saved.
    pub fn saved_revision(&self) -> u64 {
        self.saved
    }

    /// The queue was saved when it had this [`revision`](SendQueue::revision), and the save will outlast a crash. Requests
    /// that waited for it may leave now. A revision that is older than the last confirmed one, or that there has not been
    /// yet, changes nothing.
    pub fn saved(&mut self, now: Timestamp, revision: u64) {
        if revision <= self.queue.revision {
            self.saved = self.saved.max(revision);
        }
        self.changed(now);
    }

    /// All events in the queue, by rooms and in their order there: for the local echo, and for what is stuck or uncertain
    /// after loading. Scheduled ones are not among them.
    pub fn entries(&self) -> impl Iterator<Item = QueuedEvent<'_>> {
        self.queue.entries()
    }

    /// How many events are in the queue, scheduled ones included.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether no event is in the queue.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes no more events. The queue is [done](crate::flow::Output::Done) once it is empty.
    pub fn close(&mut self, now: Timestamp) {
        self.queue.is_closed = true;
        self.changed(now);
    }

    /// Takes over the time.
    fn set_now(&mut self, now: Timestamp) {
        self.knows_time = true;
        let queue = &mut self.queue;
        let lanes = queue.lanes.values_mut();
        let pending = lanes.flat_map(|lane| lane.deadlines_mut());
        let pending = pending.chain(queue.pace.deadlines_mut());
        #[cfg(feature = "unstable")]
        let scheduled = queue.scheduled.iter_mut();
        #[cfg(feature = "unstable")]
        let pending = pending.chain(scheduled.flat_map(|one| one.deadlines_mut()));
        self.flow_state.set_now(now, pending);
    }

    /// What follows from a change.
    fn changed(&mut self, now: Timestamp) {
        self.set_now(now);
        self.settle();
    }
}

fn doubtful(room_id: &RoomId, txn_id: TransactionId, reason: Uncertainty) -> SendEvent {
    SendEvent::MayHaveBeenSent {
        room_id: room_id.clone(),
        txn_id,
        reason,
    }
}

#[cfg(test)]
mod tests;
