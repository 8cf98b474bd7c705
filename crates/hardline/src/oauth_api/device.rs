use std::time::Duration;

use hardline_derive::{Request, Response};

use crate::oauth_api::{DeviceCode, Scopes};
use crate::types::text::text_type;
use crate::types::{ClientId, InvalidText};
use crate::wire::{Body, EncodeError, Endpoint, Method, Operation, SpecVersion};

/// Begins to log in a device without a browser: the user opens a page on another one. It is sent to the
/// `device_authorization_endpoint`.
///
/// Errors worth handling: `invalid_scope`, `invalid_client` and `unauthorized_client` (the client is not registered for
/// this grant; servers drop it silently where it is switched off).
///
/// ```
/// use hardline::oauth_api::{AuthorizeDevice, Scopes};
/// use hardline::types::{ClientId, DeviceId};
/// use hardline::wire::{self, AbsoluteUrl, BaseUrl, Credentials, Target};
///
/// let homeserver = BaseUrl::parse("https://matrix.example.org")?;
/// let endpoint = AbsoluteUrl::given_by(&homeserver, "https://account.example.org/oauth2/device")?;
/// let operation = AuthorizeDevice::new(
///     ClientId::parse("s6BhdRkqt3")?,
///     Scopes::of_device(DeviceId::parse("AAABBBCCCDDD")?)?,
/// );
/// let request = wire::encode(&operation, &Target::Url(endpoint), &Credentials::None)?;
/// assert_eq!(
///     request.body(),
///     b"client_id=s6BhdRkqt3&scope=urn%3Amatrix%3Aclient%3Aapi%3A*+urn%3Amatrix%3Aclient%3Adevice%3AAAABBBCCCDDD",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [device authorization](https://spec.matrix.org/v1.19/client-server-api/#device-authorisation-flow),
/// [RFC 8628, section 3.1](https://www.rfc-editor.org/rfc/rfc8628#section-3.1). Since v1.18.
#[derive(Clone, Debug, PartialEq, Request)]
#[non_exhaustive]
pub struct AuthorizeDevice {
    /// The client.
    pub client_id: ClientId,
    /// What the tokens are to be used for.
    pub scope: Scopes,
}

impl AuthorizeDevice {
    /// A request with the required fields, which are all.
    pub fn new(client_id: ClientId, scope: Scopes) -> Self {
        Self { client_id, scope }
    }
}

impl Endpoint for AuthorizeDevice {
    const OPERATION: Operation = Operation::oauth(Method::Post, "authorizeDevice")
        .body(Body::Form)
        .repeatable()
        .since(SpecVersion::v1(18));
    type Response = AuthorizeDeviceResponse;

    fn check(&self) -> Result<(), EncodeError> {
        self.scope.check()
    }
}

/// What to show to the user, and what to ask with meanwhile:
/// [`ExchangeDeviceCode`](crate::oauth_api::ExchangeDeviceCode).
#[derive(Clone, Debug, PartialEq, Eq, Response)]
#[non_exhaustive]
pub struct AuthorizeDeviceResponse {
    /// The device's code, which nobody else may see.
    pub device_code: DeviceCode,
    /// The code that the user types on the page.
    pub user_code: UserCode,
    /// The page.
    pub verification_uri: String,
    /// The page with the code in its URL, for a QR code. The user still has to see the code, to compare it.
    pub verification_uri_complete: Option<String>,
    /// The lifetime of both codes in seconds. `None`: the server does not say.
    pub expires_in: Option<u64>,
    /// How many seconds to wait before asking, each time: see [`interval`](Self::interval).
    pub interval: Option<u64>,
}

impl AuthorizeDeviceResponse {
    /// Codes, and the page where the user types theirs.
    pub fn new(device_code: DeviceCode, user_code: UserCode, verification_uri: String) -> Self {
        Self {
            device_code,
            user_code,
            verification_uri,
            verification_uri_complete: None,
            expires_in: None,
            interval: None,
        }
    }

    /// How long to wait before asking, each time: 5 seconds if the server does not say. `slow_down` adds
    /// [`SLOW_DOWN`](Self::SLOW_DOWN) each time.
    pub fn interval(&self) -> Duration {
        const DEFAULT: u64 = 5;
        Duration::from_secs(self.interval.unwrap_or(DEFAULT))
    }

    /// How much longer the interval is after each `slow_down`.
    pub const SLOW_DOWN: Duration = Duration::from_secs(5);
}

text_type! {
    /// The code that the user types to log in a device. It is shown to the user, and is no secret between the two.
    ///
    /// ```
    /// use hardline::oauth_api::UserCode;
    ///
    /// assert_eq!(UserCode::parse("WDJB-MJHT")?.to_string(), "WDJB-MJHT");
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [RFC 8628, section 6.1](https://www.rfc-editor.org/rfc/rfc8628#section-6.1).
    UserCode, grammar: |text| InvalidText::unless(!text.is_empty(), "user code", "it is empty"), examples: "[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}", never_empty
}
