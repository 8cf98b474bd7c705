//! A `FetchTransport` that JavaScript can call, for the tests in a browser.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use hardline::client::Transport;
use hardline_web::{FetchFuture, FetchTransport};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

/// An exchange under way.
#[wasm_bindgen]
pub struct Exchange(Rc<RefCell<Option<FetchFuture>>>);

#[wasm_bindgen]
impl Exchange {
    /// Nothing is sent before `response` is called.
    #[wasm_bindgen(constructor)]
    pub fn new(method: &str, url: &str, body: Vec<u8>, millis: u32, cap: usize) -> Self {
        let transport = FetchTransport::new()
            .with_timeout(Duration::from_millis(millis.into()))
            .with_max_response_bytes(cap);
        let request = http::Request::builder().method(method).uri(url).body(body);
        let request = request.expect("the tests write methods and URLs");
        Self(Rc::new(RefCell::new(Some(transport.send(request)))))
    }

    /// The status, a line for each header field, an empty one, and the length of the body; or the class of the failure.
    pub fn response(&self) -> Promise {
        let future = Rc::clone(&self.0);
        future_to_promise(async move {
            let response = poll_fn(|context| match future.borrow_mut().as_mut() {
                Some(future) => future.as_mut().poll(context),
                None => Poll::Pending,
            });
            Ok(JsValue::from_str(&match response.await {
                Ok(response) => {
                    let mut lines = vec![response.status().as_u16().to_string()];
                    for (name, value) in response.headers() {
                        lines.push(format!(
                            "{name}: {}",
                            String::from_utf8_lossy(value.as_bytes())
                        ));
                    }
                    format!("{}\n\n{}", lines.join("\n"), response.body().len())
                }
                Err(failure) => failure.class().as_str().to_owned(),
            }))
        })
    }

    /// Drops the future.
    pub fn abandon(&self) {
        self.0.borrow_mut().take();
    }
}
