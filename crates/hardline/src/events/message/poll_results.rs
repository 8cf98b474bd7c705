use std::collections::{BTreeMap, BTreeSet};

use crate::events::{EventContent, Poll, PollEnd, PollResponse, PollStart, RawEvent};
use crate::types::{EventId, Timestamp, UserId};

/// What a poll has come to: who voted for what.
///
/// Of several votes of a user the last counts, by the time of their servers; votes after the end of the poll do not. Of a vote
/// with more answers than are allowed the first count. A vote without answers, or with one that the poll does not have, is
/// spoiled: it takes the user's earlier vote back.
///
/// ```
/// use hardline::events::{PollResults, RawEvent};
/// use serde_json::json;
///
/// let poll = RawEvent::new(&json!({
///     "type": "org.matrix.msc3381.poll.start", "event_id": "$poll", "sender": "@alice:example.org",
///     "content": {"org.matrix.msc3381.poll.start": {
///         "question": {"org.matrix.msc1767.text": "Lunch?"},
///         "answers": [
///             {"id": "1", "org.matrix.msc1767.text": "Noodles"},
///             {"id": "2", "org.matrix.msc1767.text": "Soup"},
///         ],
///     }},
/// }))?;
/// let vote = RawEvent::new(&json!({
///     "type": "org.matrix.msc3381.poll.response", "sender": "@bob:example.org", "origin_server_ts": 1,
///     "content": {
///         "m.relates_to": {"rel_type": "m.reference", "event_id": "$poll"},
///         "org.matrix.msc3381.poll.response": {"answers": ["2"]},
///     },
/// }))?;
/// let results = PollResults::count(&poll, [&vote], |_| false).unwrap();
/// assert_eq!(results.answers[1].voters[0], "@bob:example.org");
/// assert_eq!(results.ended, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// It is no part of the specification: [MSC3381](https://github.com/matrix-org/matrix-spec-proposals/pull/3381).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollResults {
    /// The answers in the order of the poll, the first 20 of them.
    pub answers: Vec<PollAnswerVotes>,
    /// When it ended, if it did.
    pub ended: Option<Timestamp>,
}

/// Who voted for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollAnswerVotes {
    /// The answer.
    pub id: String,
    /// Whoever voted for it, sorted.
    pub voters: Vec<UserId>,
}

impl PollResults {
    /// Counts the votes among the events that refer to a poll, given in the order of the room. `may_redact` says who may redact
    /// events of others, and so end any poll. `None` if the event is no poll, or was redacted.
    ///
    /// The poll counts as its latest edit has it, if the server sent that along.
    pub fn count<'e>(
        poll: &RawEvent,
        related: impl IntoIterator<Item = &'e RawEvent>,
        may_redact: impl Fn(&UserId) -> bool,
    ) -> Option<Self> {
        let (poll_id, sender) = (poll.event_id()?, poll.sender());
        let content = poll.latest_content().deserialize_lenient::<PollStart>();
        let is_poll = PollStart::is_content_of(&poll.event_type()?);
        let questions = content.ok().filter(|_| is_poll)?.value.poll?;
        let mut votes = Vec::new();
        let mut ended: Option<Timestamp> = None;
        for event in related.into_iter().filter(|event| !event.is_redacted()) {
            let (Some(user), Some(at)) = (event.sender(), event.origin_server_ts()) else {
                continue;
            };
            if let Some(response) = content_about::<PollResponse>(event, &poll_id) {
                let chosen = response.response.map(|response| response.answers);
                votes.push((at, user, chosen.unwrap_or_default()));
            } else if content_about::<PollEnd>(event, &poll_id).is_some() {
                let is_allowed = sender.as_ref() == Some(&user) || may_redact(&user);
                if is_allowed {
                    ended = Some(ended.map_or(at, |earlier| earlier.min(at)));
                }
            }
        }
        votes.retain(|(at, ..)| ended.is_none_or(|ended| *at <= ended));
        // Those of one moment stay in the order of the room.
        votes.sort_by_key(|(at, ..)| *at);
        Some(Self {
            answers: tally(&questions, &votes),
            ended,
        })
    }

    /// How many users voted, however many answers each of them chose.
    pub fn voter_count(&self) -> usize {
        let voters = self.answers.iter().flat_map(|answer| &answer.voters);
        voters.collect::<BTreeSet<_>>().len()
    }
}

type Vote = (Timestamp, UserId, Vec<String>);

fn tally(poll: &Poll, votes: &[Vote]) -> Vec<PollAnswerVotes> {
    const MAX_ANSWERS: usize = 20;
    let answers = &poll.answers[..poll.answers.len().min(MAX_ANSWERS)];
    let max_selections = poll.max_selections.unwrap_or(1).max(1);
    let max_selections = usize::try_from(max_selections).unwrap_or(usize::MAX);
    let mut last = BTreeMap::new();
    for (_, user, chosen) in votes {
        last.insert(user, &chosen[..chosen.len().min(max_selections)]);
    }
    let is_known = |id: &String| answers.iter().any(|answer| answer.id == *id);
    last.retain(|_, chosen| chosen.iter().all(is_known));
    let votes_for = |id: &String| {
        let voters = last.iter().filter(|(_, chosen)| chosen.contains(id));
        voters.map(|(user, _)| (*user).clone()).collect()
    };
    let counted = answers.iter().map(|answer| PollAnswerVotes {
        voters: votes_for(&answer.id),
        id: answer.id.clone(),
    });
    counted.collect()
}

/// The content of an event of this type that refers to a poll. One that does not fit says nothing, which spoils a vote.
fn content_about<C: EventContent>(event: &RawEvent, poll: &EventId) -> Option<C> {
    let relation = event.relates_to()?;
    let is_about = relation.referenced() == Some(poll) && C::is_content_of(&event.event_type()?);
    event.content_as().ok().filter(|_| is_about)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const POLL: &str = "org.matrix.msc3381.poll.start";
    const RESPONSE: &str = "org.matrix.msc3381.poll.response";
    const END: &str = "org.matrix.msc3381.poll.end";

    fn poll(answers: &[&str], max_selections: Value) -> RawEvent {
        let answers = answers
            .iter()
            .map(|id| json!({"id": id, "org.matrix.msc1767.text": id}));
        let answers: Vec<_> = answers.collect();
        let content = json!({POLL: {
            "question": {"org.matrix.msc1767.text": "?"}, "answers": answers, "max_selections": max_selections,
        }});
        let poll =
            json!({"type": POLL, "event_id": "$poll", "sender": "@asker:x", "content": content});
        RawEvent::new(&poll).unwrap()
    }

    fn about(event_type: &str, sender: &str, at: u64, member: Value) -> RawEvent {
        RawEvent::new(&json!({
            "type": event_type, "sender": sender, "origin_server_ts": at,
            "content": {event_type: member, "m.relates_to": {"rel_type": "m.reference", "event_id": "$poll"}},
        }))
        .unwrap()
    }

    fn vote(sender: &str, at: u64, answers: &[&str]) -> RawEvent {
        about(RESPONSE, sender, at, json!({"answers": answers}))
    }

    fn counted(poll: &RawEvent, related: &[RawEvent]) -> Vec<usize> {
        let results = PollResults::count(poll, related, |user| user.as_str() == "@mod:x");
        let answers = results.unwrap().answers;
        answers.iter().map(|answer| answer.voters.len()).collect()
    }

    #[test]
    fn the_last_vote_of_each_user_counts_whatever_the_order() {
        let poll = poll(&["a", "b"], Value::Null);
        let mut votes = [
            vote("@one:x", 5, &["b"]),
            vote("@one:x", 3, &["a"]),
            vote("@two:x", 4, &["b"]),
        ];
        assert_eq!(counted(&poll, &votes), [0, 2]);
        votes.reverse();
        assert_eq!(counted(&poll, &votes), [0, 2]);
        let at_once = [vote("@one:x", 1, &["a"]), vote("@one:x", 1, &["b"])];
        assert_eq!(counted(&poll, &at_once), [0, 1]);
    }

    #[test]
    fn too_many_answers_are_cut_and_unknown_ones_spoil_a_vote() {
        let poll = poll(&["a", "b", "c"], json!(2));
        let votes = |answers: &[&str]| {
            counted(
                &poll,
                &[vote("@one:x", 1, &["c"]), vote("@one:x", 2, answers)],
            )
        };
        assert_eq!(votes(&["a", "b"]), [1, 1, 0]);
        assert_eq!(votes(&["a", "b", "c"]), [1, 1, 0]);
        assert_eq!(votes(&["a", "b", "?"]), [1, 1, 0]);
        assert_eq!(votes(&["a", "a"]), [1, 0, 0]);
        assert_eq!(votes(&["a", "?"]), [0, 0, 0]);
        assert_eq!(votes(&[]), [0, 0, 0]);
        let spoiled = [
            vote("@one:x", 1, &["c"]),
            about(RESPONSE, "@one:x", 2, json!({"answers": "a"})),
        ];
        assert_eq!(counted(&poll, &spoiled), [0, 0, 0]);
    }

    #[test]
    fn votes_after_the_first_end_by_one_who_may_do_not_count() {
        let poll = poll(&["a"], Value::Null);
        let votes = [vote("@one:x", 1, &["a"]), vote("@two:x", 5, &["a"])];
        let with_ends = |ends: &[(&str, u64)]| {
            let ends = ends
                .iter()
                .map(|(sender, at)| about(END, sender, *at, json!({})));
            let related: Vec<_> = votes.iter().cloned().chain(ends).collect();
            counted(&poll, &related)
        };
        assert_eq!(with_ends(&[]), [2]);
        assert_eq!(with_ends(&[("@asker:x", 5)]), [2]);
        assert_eq!(with_ends(&[("@asker:x", 4)]), [1]);
        assert_eq!(with_ends(&[("@mod:x", 4)]), [1]);
        assert_eq!(with_ends(&[("@one:x", 0)]), [2]);
        assert_eq!(
            with_ends(&[("@asker:x", 9), ("@mod:x", 4), ("@one:x", 0)]),
            [1]
        );
        assert_eq!(
            with_ends(&[("@mod:x", 4), ("@one:x", 0), ("@asker:x", 9)]),
            [1]
        );
    }

    #[test]
    fn what_is_about_another_poll_or_redacted_does_not_count() {
        let poll = poll(&["a"], Value::Null);
        let mut other = vote("@one:x", 1, &["a"])
            .as_raw()
            .deserialize::<Value>()
            .unwrap();
        other["content"]["m.relates_to"]["event_id"] = json!("$other");
        let mut redacted = vote("@two:x", 1, &["a"])
            .as_raw()
            .deserialize::<Value>()
            .unwrap();
        redacted["unsigned"] = json!({"redacted_because": {}});
        let related = [other, redacted].map(|event| RawEvent::new(&event).unwrap());
        assert_eq!(counted(&poll, &related), [0]);
        let no_poll = RawEvent::new(&json!({"type": POLL, "event_id": "$poll", "content": {}}));
        assert_eq!(PollResults::count(&no_poll.unwrap(), [], |_| true), None);
    }

    #[test]
    fn users_are_counted_once_however_many_answers_they_choose() {
        let poll = poll(&["a", "b"], json!(2));
        let votes = [vote("@one:x", 1, &["a", "b"]), vote("@two:x", 1, &["a"])];
        let results = PollResults::count(&poll, &votes, |_| false).unwrap();
        assert_eq!(results.voter_count(), 2);
    }
}
