use std::borrow::Cow;

use hardline::client_api::session::Login;
use hardline::client_api::threepid::RequestTokenTo3pidMsisdn;
use hardline::types::{ClientSecret, CountryCode, Password};
use hardline::wire::{self, Credentials, Endpoint, Target, UserIdentifier};
use ruma::api::OutgoingRequest;
use ruma::api::OutgoingRequestExt as _;
use ruma::api::auth_scheme::{AuthScheme, SendAccessToken};
use ruma::api::client::account::request_3pid_management_token_via_msisdn::v3 as ruma_msisdn;
use ruma::api::client::session::login::v3 as ruma_login;
use ruma::api::client::uiaa;
use ruma::api::path_builder::PathBuilder;
use ruma::api::{MatrixVersion, SupportedVersions};
use ruma::{OwnedClientSecret, uint};

use crate::{Case, Size, work};

const HOMESERVER: &str = "https://matrix.example.org";

/// The requests to build, each from an existing value.
pub fn building() -> Vec<Case> {
    let secret = "monkeys_are_GREAT_0123456789abcdef";
    let msisdn = case(
        "build the msisdn requestToken",
        RequestTokenTo3pidMsisdn::new(
            ClientSecret::parse(secret).expect("a client secret"),
            CountryCode::parse("GB").expect("a country"),
            "07700900001".to_owned(),
            1,
        ),
        ruma_msisdn::Request::new(
            OwnedClientSecret::try_from(secret).expect("a client secret"),
            "GB".to_owned(),
            "07700900001".to_owned(),
            uint!(1),
        ),
    );
    let identifier =
        uiaa::UserIdentifier::Matrix(uiaa::MatrixUserIdentifier::new("alice".to_owned()));
    let password = "correct horse battery staple";
    let login = case(
        "build a login",
        Login::password(UserIdentifier::user("alice"), Password::from(password)),
        ruma_login::Request::new(ruma_login::LoginInfo::Password(ruma_login::Password::new(
            identifier,
            password.to_owned(),
        ))),
    );
    vec![msisdn, login]
}

fn case<E, R>(name: &'static str, ours: E, theirs: R) -> Case
where
    E: Endpoint + 'static,
    R: OutgoingRequest + 'static,
    for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
    for<'a> R::PathBuilder: PathBuilder<Input<'a> = Cow<'a, SupportedVersions>>,
{
    let target = Target::homeserver(HOMESERVER).expect("a base URL");
    let versions = SupportedVersions {
        versions: [MatrixVersion::V1_1, MatrixVersion::V1_16].into(),
        features: [].into(),
    };
    Case {
        name,
        size: Size::Request,
        ours: work(
            || (),
            move |()| wire::encode(&ours, &target, &Credentials::None).expect("a request"),
        ),
        // Ruma consumes the value; the copy is made beforehand.
        ruma: work(
            move || theirs.clone(),
            move |request| {
                request
                    .try_into_http_request::<Vec<u8>>(
                        HOMESERVER,
                        SendAccessToken::None,
                        Cow::Borrowed(&versions),
                    )
                    .expect("a request")
            },
        ),
        scan: None,
    }
}
