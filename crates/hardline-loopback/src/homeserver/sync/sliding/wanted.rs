use hardline::client_api::unstable::msc4186::StatePattern;

/// How many events of a room a response has at most.
const LONGEST_TIMELINE: u64 = 1_000;

/// What a client wants of a room.
#[derive(Clone, Default)]
pub(super) struct Wanted {
    pub(super) timeline_limit: usize,
    pub(super) required_state: Vec<(String, String)>,
    /// The lists that it is in.
    pub(super) lists: Vec<String>,
}

impl Wanted {
    /// Adds what a list or a subscription wants of it.
    pub(super) fn add(&mut self, timeline_limit: u64, required_state: &[StatePattern]) {
        let limit = timeline_limit.min(LONGEST_TIMELINE);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.timeline_limit = self.timeline_limit.max(limit);
        for pattern in required_state {
            let Some((event_type, key)) = pattern.parts() else {
                continue;
            };
            let pattern = (event_type.to_owned(), key.to_owned());
            if !self.required_state.contains(&pattern) {
                self.required_state.push(pattern);
            }
        }
    }
}
