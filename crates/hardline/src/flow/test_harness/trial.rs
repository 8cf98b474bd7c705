use std::error::Error as StdError;
use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::person::{Acted, ask, reply_unasked};
use super::run::{Report, Run, Saving, Setup};
use super::{Answer, Choices, ContractError, Trouble};
use crate::flow::{Flow, FlowEvent, InteractiveFlow, Prompt};
use crate::types::{AccessToken, Timestamp};
use crate::wire::Error;

/// One run of a flow against a simulated server, with a simulated person, where things go wrong.
///
/// See the [module](super) for an example.
pub struct Trial<'a, F: Flow>(Setup<'a, F>);

impl<'a, F: Flow<Event: Debug> + Debug> Trial<'a, F> {
    /// A trial of a flow that was begun at [`START`](super::START). The function plays every server: it gets the time,
    /// which does not follow the flow's clock when that is set, and the request.
    pub fn new<B: Into<Bytes>>(
        flow: F,
        choices: Choices,
        mut server: impl FnMut(Timestamp, Request<Vec<u8>>) -> Response<B> + 'a,
    ) -> Self {
        Self(Setup {
            flow,
            choices,
            server: Box::new(move |now, request| server(now, request).map(Into::into)),
            person: Box::new(|_| Ok(Acted::Nothing)),
            unasked: None,
            prompt: None,
            saving: None,
            pending: Box::new(|_| false),
            secrets: Vec::new(),
            access_token: None,
            longest_wait: None,
            at_most: AT_MOST,
            without: Vec::new(),
            source: None,
            sha256: None,
        })
    }

    /// Lets a function play the program of any flow: it gets each event as it comes out, and may change the flow. After
    /// the flow was saved and loaded it is called once more with each event, for the flow as it would be without that:
    /// it does the same with both.
    #[must_use]
    pub fn with_program(
        mut self,
        mut program: impl FnMut(&mut F, &F::Event, Timestamp) + 'a,
    ) -> Self {
        self.0.person = Box::new(move |moment| {
            let Some(event) = moment.event else {
                return Ok(Acted::Nothing);
            };
            program(moment.flow, event, moment.now);
            if let Some(twin) = moment.twin {
                program(twin, event, moment.now);
            }
            Ok(Acted::Something(None))
        });
        self
    }

    /// Lets these functions save and load the flow, whenever it waits.
    #[must_use]
    pub fn with_saving_by<E: StdError>(
        mut self,
        save: impl Fn(&F) -> Result<Vec<u8>, E> + 'a,
        load: impl Fn(&[u8]) -> Result<F, E> + 'a,
    ) -> Self {
        self.0.saving = Some(Saving {
            save: Box::new(move |flow| save(flow).map_err(|error| error.to_string())),
            load: Box::new(move |saved| load(saved).map_err(|error| error.to_string())),
        });
        self
    }

    /// Lets serde save and load the flow as JSON, whenever it waits.
    #[must_use]
    pub fn with_saving(self) -> Self
    where
        F: Serialize + DeserializeOwned,
    {
        self.with_saving_by(
            |flow| serde_json::to_vec(flow),
            |saved| serde_json::from_slice(saved),
        )
    }

    /// Says when more is pending in the flow than its requests in flight, such as a refresh in a session that is not
    /// saved: then saving interrupts it, and its course may change. [`SessionFlow::is_holding`](super::SessionFlow::is_holding) and
    /// [`HubFlow::is_holding`](super::HubFlow::is_holding) are such functions.
    #[must_use]
    pub fn with_pending(mut self, is_pending: impl Fn(&F) -> bool + 'a) -> Self {
        self.0.pending = Box::new(is_pending);
        self
    }

    /// Texts that must never show in the flow's `Debug` form, nor in its events'.
    #[must_use]
    pub fn with_secrets<S: Into<String>>(mut self, secrets: impl IntoIterator<Item = S>) -> Self {
        self.0.secrets.extend(secrets.into_iter().map(Into::into));
        self
    }

    /// The access token that is attached to the requests of operations that need one.
    #[must_use]
    pub fn with_access_token(mut self, access_token: AccessToken) -> Self {
        self.0.access_token = Some(access_token);
        self
    }

    /// The longest that the flow may wait at once, its wait for a response included. Any wait is allowed by default.
    #[must_use]
    pub fn with_longest_wait(mut self, longest_wait: Duration) -> Self {
        self.0.longest_wait = Some(longest_wait);
        self
    }

    /// How many inputs and replies the flow may take until it ends or asks a person who has walked away. 1,000 by
    /// default.
    #[must_use]
    pub fn with_at_most(mut self, inputs: u32) -> Self {
        self.0.at_most = inputs;
        self
    }

    /// Leaves one kind of trouble out.
    #[must_use]
    pub fn without(mut self, trouble: Trouble) -> Self {
        self.0.without.push(trouble);
        self
    }

    /// What the program's source has, from which bodies of requests stream. By default it is as long as the request says, at
    /// most a megabyte.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Vec<u8>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Lets this function compute the SHA-256 of what streams into the [sink](Report::sink). By default nobody does.
    #[must_use]
    pub fn with_sha256(mut self, sha256: fn(&[u8]) -> [u8; 32]) -> Self {
        self.0.sha256 = Some(sha256);
        self
    }

    /// Runs the flow to its end, or until it waits for a person or a program that does nothing.
    ///
    /// # Errors
    /// [`ContractError`] if the flow breaks the contract of [`Flow`].
    pub fn run(self) -> Result<Report<F>, ContractError> {
        Run::new(self.0).finish()
    }
}

impl<'a, F: InteractiveFlow<Event = FlowEvent> + Debug> Trial<'a, F> {
    /// Lets a function play the person whom an interactive flow asks: it gets the prompt, and why the last reply was
    /// not accepted or what went wrong, and it answers with a [`Reply`](crate::flow::Reply) or another [`Answer`].
    /// [`Prompt::Retry`] wants [`Answer::Retry`].
    ///
    /// A flow that was loaded asks again by its prompt alone, without the error. A person who is to give a wrong reply
    /// before the right one counts, so as not to be wrong for ever.
    ///
    /// ```
    /// use hardline::flow::test_harness::{Answer, Choices, START, Trial};
    /// use hardline::flow::{ChangePassword, Prompt, Reply};
    /// use hardline::types::{Password, UserId};
    /// use hardline::wire::{BaseUrl, Homeserver};
    ///
    /// let server = |_now, request: http::Request<Vec<u8>>| {
    ///     let is_weak = !String::from_utf8_lossy(request.body()).contains("battery staple");
    ///     let (status, body) = match is_weak {
    ///         true => (400, r#"{"errcode": "M_WEAK_PASSWORD", "error": "too short"}"#),
    ///         false => (200, "{}"),
    ///     };
    ///     let mut response = http::Response::new(body);
    ///     *response.status_mut() = http::StatusCode::from_u16(status).expect("it is a status");
    ///     response
    /// };
    /// for seed in 0..200 {
    ///     let homeserver = Homeserver::new(BaseUrl::parse("https://example.org")?);
    ///     let flow = ChangePassword::new(START, homeserver, UserId::parse("@alice:example.org")?, 1);
    ///     let mut passwords = ["1234", "correct horse battery staple"].into_iter().cycle();
    ///     let trial = Trial::new(flow, Choices::from_seed(seed), server)
    ///         .with_person(|prompt, _| match prompt {
    ///             Prompt::NewPassword => {
    ///                 let password = passwords.next().expect("it is a cycle");
    ///                 Reply::Password(Password::from(password)).into()
    ///             }
    ///             Prompt::Retry => Answer::Retry,
    ///             other => panic!("{other:?} is not asked for here"),
    ///         })
    ///         .with_secrets(["battery staple"]);
    ///     # #[cfg(feature = "persist")]
    ///     let trial = trial.with_saving();
    ///     let report = trial.run()?;
    ///     // Nothing goes wrong with every fourth seed.
    ///     assert!(seed % 4 > 0 || matches!(report.outcome, Some(Ok(()))));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_person<A: Into<Answer>>(
        mut self,
        mut person: impl FnMut(&Prompt, Option<&Error>) -> A + 'a,
    ) -> Self {
        self.0.person =
            Box::new(move |moment| ask(moment, &mut |prompt, error| person(prompt, error).into()));
        self.0.unasked = Some(|moment, reply| reply_unasked(moment, reply));
        self.0.prompt = Some(|flow| flow.prompt());
        self
    }
}

const AT_MOST: u32 = 1_000;
