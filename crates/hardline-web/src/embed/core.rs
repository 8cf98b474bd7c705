use hardline::embed::{self, CoreInput};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::error::thrown;
use super::output::output;
use super::pairs;

/// The version of the forms.
#[wasm_bindgen]
pub fn abi() -> u32 {
    embed::ABI
}

/// All forms, as JSON Schema.
#[wasm_bindgen]
pub fn schema() -> String {
    embed::schema()
}

/// Builds the request of an operation.
#[wasm_bindgen(unchecked_return_type = "Output")]
pub fn encode(
    operation: &str,
    arguments: &str,
    base_url: &str,
    token: Option<String>,
) -> Result<JsValue, JsValue> {
    let built = embed::encode(operation, arguments, base_url, token.as_deref());
    Ok(output(&built.map_err(thrown)?))
}

/// Reads the response to an operation.
#[wasm_bindgen]
pub fn decode(
    now: f64,
    operation: &str,
    status: u16,
    #[wasm_bindgen(unchecked_param_type = "HeaderFields")] headers: &JsValue,
    body: Vec<u8>,
) -> Result<String, JsValue> {
    let headers = pairs::from_iterable(headers)?;
    embed::decode(whole(now), operation, status, headers, body).map_err(thrown)
}

/// A session and any number of flows. Times are milliseconds since 1970, IDs are numbers, and forms are JSON as text.
#[wasm_bindgen]
pub struct Core(embed::Core);

#[wasm_bindgen]
impl Core {
    /// Begins with this configuration.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<Self, JsValue> {
        Ok(Self(embed::Core::new(config).map_err(thrown)?))
    }

    /// Opens a flow. The entropy is 32 bytes of `crypto.getRandomValues`, new for each flow.
    pub fn open(
        &mut self,
        now: f64,
        flow: &str,
        arguments: &str,
        entropy: &[u8],
    ) -> Result<f64, JsValue> {
        let entropy = entropy
            .try_into()
            .map_err(|_| js_sys::RangeError::new("the entropy has to be 32 bytes"))?;
        let id = self.0.open(whole(now), flow, arguments, entropy);
        Ok(id.map_err(thrown)? as f64)
    }

    /// Loads a flow.
    pub fn load(&mut self, now: f64, saved: &str) -> Result<f64, JsValue> {
        let id = self.0.load(whole(now), saved);
        Ok(id.map_err(thrown)? as f64)
    }

    /// Saves a flow.
    pub fn save(&self, flow: f64) -> Result<String, JsValue> {
        self.0.save(whole(flow)).map_err(thrown)
    }

    /// Tells a whole response.
    pub fn response(
        &mut self,
        now: f64,
        request: f64,
        status: u16,
        #[wasm_bindgen(unchecked_param_type = "HeaderFields")] headers: &JsValue,
        body: Vec<u8>,
    ) -> Result<(), JsValue> {
        let input = CoreInput::Response {
            request: whole(request),
            status,
            headers: pairs::from_iterable(headers)?,
            body,
        };
        self.tell(now, input)
    }

    /// Tells that there will be no response, and the class of that failure.
    pub fn failed(
        &mut self,
        now: f64,
        request: f64,
        class: String,
        message: String,
    ) -> Result<(), JsValue> {
        let input = CoreInput::Failed {
            request: whole(request),
            class,
            message,
        };
        self.tell(now, input)
    }

    /// Tells that the time of the last wait has come.
    pub fn timeout(&mut self, now: f64) -> Result<(), JsValue> {
        self.tell(now, CoreInput::Timeout)
    }

    /// Tells the head of a response whose body streams.
    pub fn head(
        &mut self,
        now: f64,
        request: f64,
        status: u16,
        #[wasm_bindgen(unchecked_param_type = "HeaderFields")] headers: &JsValue,
    ) -> Result<(), JsValue> {
        let input = CoreInput::Head {
            request: whole(request),
            status,
            headers: pairs::from_iterable(headers)?,
        };
        self.tell(now, input)
    }

    /// Tells how many bytes of a body that streams have passed.
    pub fn progress(&mut self, now: f64, request: f64, bytes: f64) -> Result<(), JsValue> {
        let input = CoreInput::Progress {
            request: whole(request),
            bytes: whole(bytes),
        };
        self.tell(now, input)
    }

    /// Tells that a body that streams is over, and its SHA-256 if the program has it.
    #[wasm_bindgen(js_name = bodyEnded)]
    pub fn body_ended(
        &mut self,
        now: f64,
        request: f64,
        bytes: f64,
        sha256: Option<Vec<u8>>,
    ) -> Result<(), JsValue> {
        let hash = |hash: Vec<u8>| {
            let hash: Result<[u8; 32], _> = hash.try_into();
            hash.map_err(|_| js_sys::RangeError::new("a SHA-256 has 32 bytes"))
        };
        let input = CoreInput::BodyEnded {
            request: whole(request),
            bytes: whole(bytes),
            sha256: sha256.map(hash).transpose()?,
        };
        self.tell(now, input)
    }

    /// Replies to a flow, or to an event of the session, which is flow 0.
    pub fn reply(&mut self, now: f64, flow: f64, reply: &str) -> Result<String, JsValue> {
        let said = self.0.reply(whole(now), whole(flow), reply);
        said.map_err(thrown)
    }

    /// Tries again what stalled.
    pub fn retry(&mut self, now: f64, flow: f64) -> Result<(), JsValue> {
        self.0.retry(whole(now), whole(flow)).map_err(thrown)
    }

    /// Ends a flow.
    pub fn cancel(&mut self, now: f64, flow: f64) -> Result<(), JsValue> {
        self.0.cancel(whole(now), whole(flow)).map_err(thrown)
    }

    /// What a flow waits for.
    pub fn prompt(&self, flow: f64) -> Option<String> {
        self.0.prompt(whole(flow))
    }

    /// The state that a flow is in, for logs.
    pub fn state(&self, flow: f64) -> Option<String> {
        self.0.state(whole(flow)).map(str::to_owned)
    }

    /// The flows that are open, oldest first.
    pub fn flows(&self) -> Vec<f64> {
        self.0.flows().into_iter().map(|id| id as f64).collect()
    }

    /// What to do next: call it until its kind is `wait`.
    #[wasm_bindgen(unchecked_return_type = "Output")]
    pub fn next(&mut self, now: f64) -> JsValue {
        output(&self.0.next(whole(now)))
    }

    /// The configuration with which another core goes on.
    pub fn session(&self) -> String {
        self.0.session()
    }

    fn tell(&mut self, now: f64, input: CoreInput) -> Result<(), JsValue> {
        self.0.tell(whole(now), input).map_err(thrown)
    }
}

/// Numbers of JavaScript are whole here; what is negative or no number is 0.
fn whole(number: f64) -> u64 {
    number as u64
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../../js/core_types.d.ts");
