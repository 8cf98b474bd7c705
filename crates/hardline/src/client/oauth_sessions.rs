use super::{Client, Clock, Conversation, Transport};
use crate::flow::{DeviceLogin, FlowError, LoggedIn, OAuthLogin, OAuthLogout, SessionTokens};
use crate::oauth_api::RegisterClient;
use crate::wire::Error;

impl<T: Transport, C: Clock> Client<T, C> {
    /// Logs in on a page of the homeserver's authorization server. When the flow is done, its session is the client's, as after
    /// [`log_in`](Client::log_in). The entropy is to be 32 random bytes.
    ///
    /// The flow asks to open a page in a browser
    /// ([`Prompt::Authorization`](crate::flow::Prompt::Authorization)), and takes the URL that the browser comes back to
    /// ([`Reply::Redirected`](crate::flow::Reply::Redirected)). [`map_flow`](Conversation::map_flow) says where that is, if
    /// it is not the client's first redirect URI, and what else the login needs:
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Conversation, Transport};
    /// # use hardline::flow::OAuthLogin;
    /// # use hardline::oauth_api::RegisterClient;
    /// fn register_account<T: Transport, C: Clock>(
    ///     client: &Client<T, C>,
    ///     metadata: RegisterClient,
    ///     entropy: [u8; 32],
    ///     port: u16,
    /// ) -> Conversation<T, C, OAuthLogin> {
    ///     let redirect_uri = format!("http://127.0.0.1:{port}/callback");
    ///     client
    ///         .log_in_with_browser(metadata, entropy)
    ///         .map_flow(|flow| flow.with_redirect_uri(redirect_uri).registering())
    /// }
    /// ```
    pub fn log_in_with_browser(
        &self,
        client: RegisterClient,
        entropy: [u8; 32],
    ) -> Conversation<T, C, OAuthLogin> {
        let (now, target) = (self.now(), self.target());
        self.run(OAuthLogin::at(now, target, client, entropy))
            .keeping_session()
    }

    /// Logs in a device that has no browser: the flow shows a code
    /// ([`Prompt::DeviceAuthorization`](crate::flow::Prompt::DeviceAuthorization)), which the user types on a page, on any
    /// other device. When the flow is done, its session is the client's, as after [`log_in`](Client::log_in). The entropy is
    /// to be 32 random bytes.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Next, Transport};
    /// # use hardline::flow::{FlowError, FlowEvent, Prompt};
    /// # use hardline::oauth_api::RegisterClient;
    /// async fn log_in(client: &Client<impl Transport, impl Clock>, entropy: [u8; 32]) -> Result<(), FlowError> {
    ///     let metadata = RegisterClient::device("https://app.example.com/".to_owned());
    ///     let mut conversation = client.log_in_with_device_code(metadata, entropy);
    ///     let mut codes = 1;
    ///     loop {
    ///         match conversation.next().await {
    ///             Next::Event(FlowEvent::Asks(Prompt::DeviceAuthorization { user_code, verification_uri, .. })) => {
    ///                 println!("type {user_code} at {verification_uri}");
    ///             }
    ///             // The code has expired: there is another one.
    ///             Next::Event(FlowEvent::Stalled(_)) if codes < 5 => {
    ///                 codes += 1;
    ///                 let _ = conversation.retry();
    ///             }
    ///             Next::Event(FlowEvent::Stalled(_)) => drop(conversation.cancel()),
    ///             Next::Event(event) => println!("{event:?}"),
    ///             Next::Done(logged_in) => return logged_in.map(drop),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn log_in_with_device_code(
        &self,
        client: RegisterClient,
        entropy: [u8; 32],
    ) -> Conversation<T, C, DeviceLogin> {
        let (now, target) = (self.now(), self.target());
        self.run(DeviceLogin::at(now, target, client, entropy))
            .keeping_session()
    }

    /// Revokes the tokens of a session that the client has forgotten.
    pub(super) async fn revoke(&self, tokens: &SessionTokens) -> Result<(), Error> {
        let (now, target) = (self.now(), self.target());
        match OAuthLogout::at(now, target, tokens, self.next_seed()) {
            Some(flow) => self.run(flow).await.map_err(FlowError::into_error),
            None => Ok(()),
        }
    }

    fn granted(&self, logged_in: &LoggedIn) {
        self.set_session(Some(logged_in.tokens.clone()));
        self.set_user(logged_in.user_id.clone(), Some(logged_in.device_id.clone()));
    }
}

impl<T: Transport, C: Clock> Conversation<T, C, OAuthLogin> {
    /// The session is the client's when the flow is done, as with [`Client::log_in_with_browser`]: for a flow of your own,
    /// or one that was loaded.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Next, Transport};
    /// # use hardline::flow::{FlowError, OAuthLogin, Reply};
    /// # use hardline::oauth_api::RedirectedUrl;
    /// /// The browser has started the program that was closed while it was open.
    /// async fn resume(
    ///     client: &Client<impl Transport, impl Clock>,
    ///     loaded: OAuthLogin,
    ///     url: RedirectedUrl,
    /// ) -> Result<(), Box<dyn std::error::Error>> {
    ///     let mut conversation = client.run(loaded).keeping_session();
    ///     conversation.reply(Reply::Redirected(url))?;
    ///     println!("hello, {}", conversation.await?.user_id);
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn keeping_session(self) -> Self {
        self.on_done(|client, outcome| {
            if let Ok(logged_in) = outcome {
                client.granted(logged_in);
            }
        })
    }
}

impl<T: Transport, C: Clock> Conversation<T, C, DeviceLogin> {
    /// The session is the client's when the flow is done, as with [`Client::log_in_with_device_code`]: for a flow of your
    /// own, or one that was loaded.
    #[must_use]
    pub fn keeping_session(self) -> Self {
        self.on_done(|client, outcome| {
            if let Ok(logged_in) = outcome {
                client.granted(logged_in);
            }
        })
    }
}

#[cfg(test)]
mod tests;
