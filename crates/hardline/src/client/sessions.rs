use std::future::Future;

use super::{Client, Clock, Conversation, Transport};
use crate::client_api::account::{Register, RegisterResponse};
use crate::client_api::discovery::GetWellknown;
use crate::client_api::session::{Login, LoginResponse, Logout};
use crate::flow::{
    Discovered, Discovery, FlowError, HomeserverAddress, LogIn, RegisterAccount, SessionTokens,
};
use crate::types::ClientSecret;
use crate::wire::{EncodeError, Endpoint, Error, ErrorCode, Homeserver, Target};
#[cfg(not(feature = "oauth"))]
use crate::wire::{Failure, FailureClass};

impl<T: Transport, C: Clock> Client<T, C> {
    /// A client of the homeserver at this address, which is a server's name, a user ID or a URL: finds out where it is
    /// and what it supports. Then [`log_in`](Client::log_in), or set the session that was stored.
    ///
    /// To let the user correct the address, run [`find_homeserver`](Client::find_homeserver).
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// async fn connect<T: Transport, C: Clock>(transport: T, clock: C) -> Result<Client<T, C>, Box<dyn std::error::Error>> {
    ///     Ok(Client::discover(transport, clock, "example.org".parse()?).await?)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`FlowError::Unanswered`] with [`Prompt::Homeserver`](crate::flow::Prompt::Homeserver) if there is no homeserver
    /// at this address; [`FlowError::Refused`] if there is none where its well-known file says.
    pub async fn discover(
        transport: T,
        clock: C,
        address: HomeserverAddress,
    ) -> Result<Self, FlowError> {
        let target = match &address {
            HomeserverAddress::Name(name) => Target::server_name(name),
            HomeserverAddress::Url(base_url) => {
                Ok(Target::Homeserver(Homeserver::new(base_url.clone())))
            }
        };
        let target = target.map_err(|error| FlowError::Refused {
            operation: GetWellknown::OPERATION.name(),
            source: EncodeError::from(error).into(),
        })?;
        let client = Self::new(transport, clock, target);
        client.find_homeserver(address).await?;
        Ok(client)
    }

    /// Finds the homeserver at this address. When the flow is done, it is the client's
    /// [target](Client::set_target), with what it supports.
    pub fn find_homeserver(&self, address: HomeserverAddress) -> Conversation<T, C, Discovery> {
        self.run(Discovery::new(self.now(), address, self.next_seed()))
            .keeping_homeserver()
    }

    /// Logs in. When the flow is done, its session is the client's, for all clones, and what the client knows of the
    /// homeserver is what the response says: a server may ask to be reached under another URL from then on.
    ///
    /// Until then the old session stays. It is forgotten then, but not logged out: call [`log_out`](Client::log_out)
    /// before, if nobody needs it any more. Store [`session`](Client::session), [`user_id`](Client::user_id) and
    /// [`device_id`](Client::device_id) after this, and new tokens when there are some
    /// ([`next_session_event`](Client::next_session_event)).
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// # use hardline::client_api::session::Login;
    /// # use hardline::client_api::threepid::GetAccount3pids;
    /// # use hardline::wire::UserIdentifier;
    /// # async fn addresses(client: &Client<impl Transport, impl Clock>) -> Result<(), Box<dyn std::error::Error>> {
    /// let login = Login::password(UserIdentifier::user("alice"), "wonderland".into());
    /// client.log_in(login).await?;
    /// let threepids = client.call(GetAccount3pids::new()).await?.threepids;
    /// client.log_out().await?;
    /// # drop(threepids);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A login that asks for a refresh token ([`Login::refresh_token`]) has tokens that expire, and the client refreshes
    /// them. Without it the access token is valid until the session ends.
    ///
    /// Without a password or a token the flow asks for it: see [`LogIn`] and [`Conversation`].
    pub fn log_in(&self, login: Login) -> Conversation<T, C, LogIn> {
        let (now, seed) = (self.now(), self.next_seed());
        self.run(LogIn::at(now, self.target(), login, seed))
            .keeping_session()
    }

    /// Registers an account. When the flow is done, its session is the client's, as after [`log_in`](Client::log_in),
    /// unless the request or the server says not to log in. The secret is to be 32 bytes of entropy: see
    /// [`ClientSecret::from_entropy`].
    ///
    /// [`map_flow`](Conversation::map_flow) sets the stages that the program can complete, and what the server may want
    /// to know:
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Conversation, Transport};
    /// # use hardline::client_api::account::Register;
    /// # use hardline::flow::{RegisterAccount, ThreepidInput};
    /// # use hardline::types::ClientSecret;
    /// fn register<T: Transport, C: Clock>(client: &Client<T, C>, entropy: [u8; 32]) -> Conversation<T, C, RegisterAccount> {
    ///     let secret = ClientSecret::from_entropy(entropy);
    ///     client
    ///         .register(Register::new(), secret)
    ///         .map_flow(|flow| flow.with_threepid(ThreepidInput::email("alice@example.org")))
    /// }
    /// ```
    pub fn register(
        &self,
        register: Register,
        client_secret: ClientSecret,
    ) -> Conversation<T, C, RegisterAccount> {
        let (now, target) = (self.now(), self.target());
        self.run(RegisterAccount::at(now, target, register, client_secret))
            .keeping_session()
    }

    /// Logs out: the server ends the session and deletes the device, and the client forgets both. If nobody is logged
    /// in, or the token was not valid any more, there is nothing to do, and that is no error.
    ///
    /// How depends on [who granted the tokens](SessionTokens::oauth). The homeserver's own session ends with
    /// [`Logout`]. The tokens of an authorization server are revoked, as `OAuthLogout` does (feature `oauth`); the client
    /// forgets them before it sends anything, so that the program is logged out whatever becomes of it. Of a refresh that is
    /// under way, and of processes that share a [store](Client::with_store), the newest tokens are revoked.
    ///
    /// # Errors
    /// [`Error`], by who is at fault. The homeserver's own session is then as it was: call this again, or forget it with
    /// [`set_session`](Client::set_session), which leaves the device in the user's list. A session of an authorization server
    /// is forgotten, but goes on there: the user can end it on the account's page. To try again later, run an
    /// `OAuthLogout`, which can be saved, in place of this.
    pub fn log_out(&self) -> impl Future<Output = Result<(), Error>> + use<T, C> {
        let client = self.clone();
        async move {
            let is_granted = |tokens: &SessionTokens| tokens.oauth.is_some();
            if client.session().is_some_and(|tokens| is_granted(&tokens)) {
                let (transport, clock) = (client.transport(), client.clock());
                client.token_manager().settle(transport, clock).await;
            }
            match client.session() {
                None => Ok(()),
                Some(tokens) if is_granted(&tokens) => client.end_granted_session().await,
                Some(_) => client.end_own_session().await,
            }
        }
    }

    /// Ends a session that the homeserver granted itself.
    async fn end_own_session(&self) -> Result<(), Error> {
        let result = self.call(Logout::new()).await;
        self.forget_user();
        match result {
            // The server knew nothing of the session, and the client has forgotten it because of that.
            Err(error)
                if error.errcode() == Some(&ErrorCode::UnknownToken)
                    && self.session().is_none() =>
            {
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Ends a session that an authorization server granted.
    async fn end_granted_session(&self) -> Result<(), Error> {
        let tokens = self.token_manager().end_session();
        self.forget_user();
        match tokens {
            Some(tokens) => self.revoke(&tokens).await,
            None => Ok(()),
        }
    }

    #[cfg(not(feature = "oauth"))]
    async fn revoke(&self, _: &SessionTokens) -> Result<(), Error> {
        let why = "the session is forgotten, but its tokens are not revoked, since hardline was built without its feature \
                   `oauth`: end the session on the account's page";
        Err(Failure::new(FailureClass::Unsendable, why).into())
    }

    fn found(&self, discovered: &Discovered) {
        self.set_target(Target::Homeserver(discovered.homeserver.clone()));
        self.set_identity_server(discovered.identity_server.clone());
    }

    fn logged_in(&self, login: &LoginResponse) {
        if let Some(named) = &login.well_known
            && let Some(homeserver) = self.homeserver()
        {
            let homeserver = homeserver.moved_to(&named.homeserver.base_url);
            self.set_target(Target::Homeserver(homeserver));
        }
        self.set_session(Some(SessionTokens::of_login(self.now(), login)));
        self.set_user(login.user_id.clone(), login.device_id.clone());
    }

    fn registered(&self, registered: &RegisterResponse) {
        if let Some(tokens) = SessionTokens::of_registration(self.now(), registered) {
            self.set_session(Some(tokens));
            self.set_user(registered.user_id.clone(), registered.device_id.clone());
        }
    }
}

impl<T: Transport, C: Clock> Conversation<T, C, LogIn> {
    /// The session is the client's when the flow is done, as with [`Client::log_in`]: for a flow of your own, or one that
    /// was loaded.
    ///
    /// ```
    /// # use hardline::client::{Client, Clock, Transport};
    /// # use hardline::flow::{FlowError, LogIn};
    /// async fn resume(client: &Client<impl Transport, impl Clock>, loaded: LogIn) -> Result<(), FlowError> {
    ///     client.run(loaded).keeping_session().await?;
    ///     assert!(client.session().is_some());
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn keeping_session(self) -> Self {
        self.on_done(|client, outcome| {
            if let Ok(login) = outcome {
                client.logged_in(login);
            }
        })
    }
}

impl<T: Transport, C: Clock> Conversation<T, C, RegisterAccount> {
    /// The session is the client's when the flow is done, as with [`Client::register`]: for a flow of your own, or one
    /// that was loaded.
    #[must_use]
    pub fn keeping_session(self) -> Self {
        self.on_done(|client, outcome| {
            if let Ok(registered) = outcome {
                client.registered(registered);
            }
        })
    }
}

impl<T: Transport, C: Clock> Conversation<T, C, Discovery> {
    /// The homeserver is the client's target when the flow is done, as with [`Client::find_homeserver`]: for a flow of
    /// your own, or one that was loaded.
    #[must_use]
    pub fn keeping_homeserver(self) -> Self {
        self.on_done(|client, outcome| {
            if let Ok(discovered) = outcome {
                client.found(discovered);
            }
        })
    }
}

#[cfg(test)]
mod tests;
