use hardline::client::Client;
use hardline::client_api::session::Login;
use hardline::flow::AddThreepid;
use hardline::types::ClientSecret;
use hardline::wire::{Target, UserIdentifier};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

use super::add_threepid::AddingThreepid;
use super::error::{of_error, of_flow_error, usage};
use super::event::session_event;
use super::reply::threepid;
use super::session::{session, stored};
use crate::global::get_random_values;
use crate::{BrowserClock, FetchTransport};

/// A client of one homeserver.
#[wasm_bindgen(js_name = Client)]
pub struct WebClient(Client<FetchTransport, BrowserClock>);

#[wasm_bindgen(js_class = Client)]
impl WebClient {
    /// A client of the homeserver at this URL, with the session that was stored, if there is one.
    #[wasm_bindgen(constructor)]
    pub fn new(
        homeserver: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "Session")] session: &JsValue,
    ) -> Result<Self, JsValue> {
        let target = Target::homeserver(homeserver).map_err(usage)?;
        let client = Client::new(FetchTransport::new(), BrowserClock, target);
        Ok(Self(if session.is_undefined() || session.is_null() {
            client
        } else {
            stored(client, session)?
        }))
    }

    /// Logs in with a password, and brings the session, which is the client's from then on. Store it.
    #[wasm_bindgen(js_name = logIn, unchecked_return_type = "Promise<Session>")]
    pub fn log_in(&self, user: &str, password: &str) -> Promise {
        let login = Login::password(UserIdentifier::user(user), password.into());
        let (client, flow) = (self.0.clone(), self.0.log_in(login));
        future_to_promise(async move {
            flow.await.map_err(|error| of_flow_error(&error))?;
            Ok(session(&client).unwrap_or(JsValue::UNDEFINED))
        })
    }

    /// Logs out: the session is over, and its device is gone.
    #[wasm_bindgen(js_name = logOut, unchecked_return_type = "Promise<void>")]
    pub fn log_out(&self) -> Promise {
        let over = self.0.log_out();
        future_to_promise(async move {
            let over = over.await.map_err(|error| of_error(&error));
            over.map(|()| JsValue::UNDEFINED)
        })
    }

    /// The session as it is now.
    #[wasm_bindgen(unchecked_return_type = "Session | undefined")]
    pub fn session(&self) -> JsValue {
        session(&self.0).unwrap_or(JsValue::UNDEFINED)
    }

    /// The next thing that happens to the session: store new tokens, since the old ones stop working.
    #[wasm_bindgen(js_name = nextSessionEvent, unchecked_return_type = "Promise<SessionEvent>")]
    pub fn next_session_event(&self) -> Promise {
        let client = self.0.clone();
        future_to_promise(async move {
            let event = client.next_session_event().await;
            Ok(session_event(&client, &event))
        })
    }

    /// Adds a phone number or an e-mail address to the account of whoever is logged in.
    #[wasm_bindgen(js_name = addThreepid)]
    pub fn add_threepid(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Threepid")] threepid: &JsValue,
    ) -> Result<AddingThreepid, JsValue> {
        let input = self::threepid(threepid)?;
        let homeserver = self.0.homeserver();
        let (Some(homeserver), Some(user)) = (homeserver, self.0.user_id()) else {
            return Err(usage("nobody is logged in: log in first"));
        };
        let mut entropy = [0; 32];
        get_random_values(&mut entropy);
        let secret = ClientSecret::from_entropy(entropy);
        let flow = AddThreepid::new(self.0.now(), homeserver, user, input, secret);
        Ok(AddingThreepid::new(self.0.run(flow)))
    }
}
