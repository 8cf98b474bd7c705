use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Waker;

use hardline::client::{Conversation, Next};
use hardline::flow::{AddThreepid, NotAwaited};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

use super::error::{of_flow_error, usage};
use super::event::{done, event};
use super::reply::reply;
use crate::{BrowserClock, FetchTransport};

type Adding = Conversation<FetchTransport, BrowserClock, AddThreepid>;

/// A phone number or an e-mail address on its way into an account: call `next` until it is `done`, and `reply` to what
/// it asks.
#[wasm_bindgen(js_name = AddThreepid)]
pub struct AddingThreepid(Rc<Running>);

struct Running {
    conversation: RefCell<Adding>,
    /// Whoever waits for the next event, which a reply may bring.
    waits: RefCell<Option<Waker>>,
}

impl AddingThreepid {
    pub(super) fn new(conversation: Adding) -> Self {
        Self(Rc::new(Running {
            conversation: RefCell::new(conversation),
            waits: RefCell::new(None),
        }))
    }

    fn say(&self, say: impl FnOnce(&mut Adding) -> Result<(), NotAwaited>) -> Result<(), JsValue> {
        say(&mut self.0.conversation.borrow_mut()).map_err(usage)?;
        if let Some(waker) = self.0.waits.borrow_mut().take() {
            waker.wake();
        }
        Ok(())
    }
}

#[wasm_bindgen(js_class = AddThreepid)]
impl AddingThreepid {
    /// What happens next. It throws if the flow has failed; after `done` nothing comes.
    #[wasm_bindgen(unchecked_return_type = "Promise<FlowEvent>")]
    pub fn next(&self) -> Promise {
        let running = Rc::clone(&self.0);
        future_to_promise(async move {
            let next = poll_fn(|context| {
                let next = running.conversation.borrow_mut().poll_next(context);
                if next.is_pending() {
                    *running.waits.borrow_mut() = Some(context.waker().clone());
                }
                next
            });
            match next.await {
                Next::Event(told) => Ok(event(told)),
                Next::Done(Ok(())) => Ok(done()),
                Next::Done(Err(error)) => Err(of_flow_error(&error)),
            }
        })
    }

    /// Replies to what is asked.
    pub fn reply(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Reply")] reply: &JsValue,
    ) -> Result<(), JsValue> {
        let reply = self::reply(reply)?;
        self.say(|conversation| conversation.reply(reply))
    }

    /// Tries again what stalled.
    pub fn retry(&self) -> Result<(), JsValue> {
        self.say(|conversation| conversation.retry())
    }

    /// Ends the flow, which then throws.
    pub fn cancel(&self) -> Result<(), JsValue> {
        self.say(|conversation| conversation.cancel())
    }
}
