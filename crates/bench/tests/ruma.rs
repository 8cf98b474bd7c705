//! The same input through Hardline and through Ruma: requests are decoded by one library's server half and encoded by
//! its client half, responses the other way round. The results are compared: method, decoded path, query and JSON body,
//! and the members of responses. `DIFFERENCES.md` lists every difference, and nothing else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "ruma/exchanges.rs"]
mod exchanges;

use std::borrow::Cow;
use std::collections::BTreeSet;

use hardline::client_api::account::{
    ChangePassword, CheckUsernameAvailability, DeactivateAccount, GetTokenOwner, Register,
    RegistrationTokenValidity, RequestTokenToRegisterEmail, RequestTokenToRegisterMsisdn,
    RequestTokenToResetPasswordEmail, RequestTokenToResetPasswordMsisdn,
};
use hardline::client_api::discovery::{
    GetAuthMetadata, GetCapabilities, GetVersions, GetWellknown, GetWellknownPolicy,
    GetWellknownSupport,
};
use hardline::client_api::integrations::RequestOpenIdToken;
use hardline::client_api::session::Refresh;
use hardline::client_api::session::{
    GenerateLoginToken, GetLoginFlows, Login, Logout, LogoutAll, RedirectToIdp, RedirectToSso,
};
use hardline::client_api::threepid::{
    Add3pid, Bind3pid, Delete3pidFromAccount, GetAccount3pids, RequestTokenTo3pidEmail,
    RequestTokenTo3pidMsisdn, Unbind3pidFromAccount,
};
use hardline::identity_api as is;
use hardline::types::AccessToken;
use hardline::wire::server::{Router, ServerEndpoint, decode_request, encode_response};
use hardline::wire::{self, BaseUrl, Credentials, ErrorKind, Operation, Target, TargetKind};
use http::{Request, Response, Uri};
use ruma::api::auth_scheme::{self, AuthScheme, SendAccessToken};
use ruma::api::client::{account, discovery, session};
use ruma::api::error::FromHttpResponseError;
use ruma::api::identity_service as ruma_is;
use ruma::api::path_builder::{PathBuilder, SinglePath, VersionHistory};
use ruma::api::{
    IncomingRequest, IncomingRequestExt as _, IncomingResponseExt as _, MatrixVersion,
    OutgoingRequest, OutgoingRequestExt as _, OutgoingResponse, OutgoingResponseExt as _,
    SupportedVersions,
};
use serde_json::{Value, json};

use self::exchanges::{EXCHANGES, Exchange};

const DIFFERENCES: &str = include_str!("../DIFFERENCES.md");
const SERVER: &str = "https://example.org";
const TOKEN: &str = "a-token";

/// An operation that both libraries have.
struct Pair {
    operation: &'static Operation,
    compare: fn(&Exchange) -> Vec<String>,
}

fn pairs() -> Vec<Pair> {
    vec![
        pair::<GetVersions, discovery::get_supported_versions::Request>(),
        pair::<GetWellknown, discovery::discover_homeserver::Request>(),
        pair::<GetWellknownPolicy, discovery::discover_policy_server::Request>(),
        pair::<GetWellknownSupport, discovery::discover_support::Request>(),
        pair::<GetCapabilities, discovery::get_capabilities::v3::Request>(),
        pair::<GetAuthMetadata, discovery::get_authorization_server_metadata::v1::Request>(),
        pair::<GetLoginFlows, session::get_login_types::v3::Request>(),
        pair::<Login, session::login::v3::Request>(),
        pair::<GenerateLoginToken, session::get_login_token::v1::Request>(),
        pair::<Refresh, session::refresh_token::v3::Request>(),
        pair::<Logout, session::logout::v3::Request>(),
        pair::<LogoutAll, session::logout_all::v3::Request>(),
        pair::<RedirectToSso, session::sso_login::v3::Request>(),
        pair::<RedirectToIdp, session::sso_login_with_provider::v3::Request>(),
        pair::<GetTokenOwner, account::whoami::v3::Request>(),
        pair::<Register, account::register::v3::Request>(),
        pair::<CheckUsernameAvailability, account::get_username_availability::v3::Request>(),
        pair::<ChangePassword, account::change_password::v3::Request>(),
        pair::<DeactivateAccount, account::deactivate::v3::Request>(),
        pair::<RegistrationTokenValidity, account::check_registration_token_validity::v1::Request>(
        ),
        pair::<
            RequestTokenToRegisterEmail,
            account::request_registration_token_via_email::v3::Request,
        >(),
        pair::<
            RequestTokenToRegisterMsisdn,
            account::request_registration_token_via_msisdn::v3::Request,
        >(),
        pair::<
            RequestTokenToResetPasswordEmail,
            account::request_password_change_token_via_email::v3::Request,
        >(),
        pair::<
            RequestTokenToResetPasswordMsisdn,
            account::request_password_change_token_via_msisdn::v3::Request,
        >(),
        pair::<RequestOpenIdToken, account::request_openid_token::v3::Request>(),
        pair::<
            RequestTokenTo3pidEmail,
            account::request_3pid_management_token_via_email::v3::Request,
        >(),
        pair::<
            RequestTokenTo3pidMsisdn,
            account::request_3pid_management_token_via_msisdn::v3::Request,
        >(),
        pair::<Add3pid, account::add_3pid::v3::Request>(),
        pair::<Bind3pid, account::bind_3pid::v3::Request>(),
        pair::<GetAccount3pids, account::get_3pids::v3::Request>(),
        pair::<Delete3pidFromAccount, account::delete_3pid::v3::Request>(),
        pair::<Unbind3pidFromAccount, account::unbind_3pid::v3::Request>(),
        pair::<is::versions::GetVersions, ruma_is::discovery::get_supported_versions::Request>(),
        pair::<is::versions::PingV2, ruma_is::discovery::get_server_status::v2::Request>(),
        pair::<is::account::RegisterAccount, ruma_is::authentication::register::v2::Request>(),
        pair::<
            is::account::GetAccount,
            ruma_is::authentication::get_account_information::v2::Request,
        >(),
        pair::<is::account::Logout, ruma_is::authentication::logout::v2::Request>(),
        pair::<is::terms::GetTerms, ruma_is::tos::get_terms_of_service::v2::Request>(),
        pair::<is::terms::AgreeToTerms, ruma_is::tos::accept_terms_of_service::v2::Request>(),
        pair::<is::public_keys::GetPubKeyV2, ruma_is::keys::get_public_key::v2::Request>(),
        pair::<
            is::public_keys::IsPubKeyValidV2,
            ruma_is::keys::check_public_key_validity::v2::Request,
        >(),
        pair::<
            is::public_keys::IsEphemeralPubKeyValidV2,
            ruma_is::keys::validate_ephemeral_key::v2::Request,
        >(),
        pair::<is::lookup::GetHashDetails, ruma_is::lookup::get_hash_parameters::v2::Request>(),
        pair::<is::lookup::LookupUsersV2, ruma_is::lookup::lookup_3pid::v2::Request>(),
        pair::<
            is::email::EmailRequestTokenV2,
            ruma_is::association::email::create_email_validation_session::v2::Request,
        >(),
        pair::<
            is::email::EmailSubmitTokenPostV2,
            ruma_is::association::email::validate_email::v2::Request,
        >(),
        pair::<
            is::email::EmailSubmitTokenGetV2,
            ruma_is::association::email::validate_email_by_end_user::v2::Request,
        >(),
        pair::<
            is::msisdn::MsisdnRequestTokenV2,
            ruma_is::association::msisdn::create_msisdn_validation_session::v2::Request,
        >(),
        pair::<
            is::msisdn::MsisdnSubmitTokenPostV2,
            ruma_is::association::msisdn::validate_msisdn::v2::Request,
        >(),
        pair::<
            is::msisdn::MsisdnSubmitTokenGetV2,
            ruma_is::association::msisdn::validate_msisdn_by_phone_number::v2::Request,
        >(),
        pair::<
            is::association::GetValidated3pidV2,
            ruma_is::association::check_3pid_validity::v2::Request,
        >(),
        pair::<is::association::BindV2, ruma_is::association::bind_3pid::v2::Request>(),
        pair::<is::association::UnbindV2, ruma_is::association::unbind_3pid::v2::Request>(),
        pair::<is::invitation::StoreInviteV2, ruma_is::invitation::store_invitation::v2::Request>(),
        pair::<
            is::invitation::BlindlySignStuffV2,
            ruma_is::invitation::sign_invitation_ed25519::v2::Request,
        >(),
    ]
}

#[test]
fn every_difference_from_ruma_is_listed() {
    let pairs = pairs();
    let mut found = BTreeSet::new();
    for exchange in EXCHANGES {
        let pair = pairs
            .iter()
            .find(|pair| pair.operation.name().to_string() == exchange.operation)
            .unwrap_or_else(|| panic!("{} has no pair", exchange.operation));
        found.extend((pair.compare)(exchange));
    }
    let rows = DIFFERENCES.lines().filter(|line| {
        line.contains(" | cs:") || line.starts_with("| cs:") || line.starts_with("| is:")
    });
    let mut listed = BTreeSet::new();
    for row in rows {
        let (difference, why) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        assert!(
            why.ends_with('.'),
            "{row}: who is right, and why, is a sentence"
        );
        listed.insert(difference.to_owned());
    }
    let unlisted: Vec<_> = found.difference(&listed).cloned().collect();
    let gone: Vec<_> = listed.difference(&found).cloned().collect();
    assert!(
        unlisted.is_empty() && gone.is_empty(),
        "not listed:\n{}\nlisted, and not found:\n{}",
        unlisted.join("\n"),
        gone.join("\n"),
    );
}

#[test]
fn every_pair_is_compared_on_something() {
    for pair in pairs() {
        let name = pair.operation.name().to_string();
        let exchanges = EXCHANGES
            .iter()
            .filter(|exchange| exchange.operation == name);
        assert!(exchanges.count() > 0, "{name}");
    }
}

fn pair<E, R>() -> Pair
where
    E: ServerEndpoint,
    R: OutgoingRequest + IncomingRequest,
    R::Authentication: AnyAuth,
    R::PathBuilder: AnyPaths,
    <R as OutgoingRequest>::IncomingResponse: OutgoingResponse,
{
    Pair {
        operation: const { &E::OPERATION },
        compare: compare::<E, R>,
    }
}

/// The rows that an exchange adds to the table.
fn compare<E, R>(exchange: &Exchange) -> Vec<String>
where
    E: ServerEndpoint,
    R: OutgoingRequest + IncomingRequest,
    R::Authentication: AnyAuth,
    R::PathBuilder: AnyPaths,
    <R as OutgoingRequest>::IncomingResponse: OutgoingResponse,
{
    let mut rows = Vec::new();
    let mut row = |part: &str, pointer: &str, ours: Option<&Value>, theirs: Option<&Value>| {
        let shown =
            |value: Option<&Value>| value.map_or("absent".to_owned(), |value| format!("`{value}`"));
        rows.push(format!(
            "| {} | {} | {part}{pointer} | {} | {}",
            exchange.operation,
            exchange.name,
            shown(ours),
            shown(theirs),
        ));
    };
    if let Some(body) = exchange.request {
        let (ours, theirs) = (
            our_request::<E>(exchange, body),
            rumas_request::<R>(&E::OPERATION, exchange, body),
        );
        differences(&ours, &theirs, "", &mut |pointer, ours, theirs| {
            row("request", pointer, ours, theirs)
        });
    }
    if let Some((status, body)) = exchange.answer {
        let (ours, theirs) = (
            our_answer::<E>(status, body),
            rumas_answer::<R>(status, body),
        );
        differences(&ours, &theirs, "", &mut |pointer, ours, theirs| {
            row("answer", pointer, ours, theirs)
        });
    }
    rows
}

type Tell<'a> = dyn FnMut(&str, Option<&Value>, Option<&Value>) + 'a;

fn differences(ours: &Value, theirs: &Value, pointer: &str, tell: &mut Tell<'_>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
            for name in names {
                let pointer = format!("{pointer}/{name}");
                match (ours.get(name), theirs.get(name)) {
                    (Some(ours), Some(theirs)) => differences(ours, theirs, &pointer, tell),
                    (ours, theirs) => tell(&pointer, ours, theirs),
                }
            }
        }
        _ if ours == theirs => {}
        _ => tell(pointer, Some(ours), Some(theirs)),
    }
}

fn our_request<E: ServerEndpoint>(exchange: &Exchange, body: &str) -> Value {
    let request = incoming::<&str>(&E::OPERATION, exchange, body);
    let mut router = Router::new();
    router.add(const { &E::OPERATION });
    let Ok(route) = router.find(request.method(), request.uri().path()) else {
        return json!("refused");
    };
    let Ok(operation) = decode_request::<E>(&route, &request) else {
        return json!("refused");
    };
    let base = BaseUrl::parse(SERVER).unwrap();
    let target = match E::OPERATION.target_kind() {
        TargetKind::IdentityServer => Target::IdentityServer(base),
        TargetKind::ServerName => Target::ServerName(base),
        TargetKind::Homeserver | TargetKind::Url => Target::homeserver(SERVER).unwrap(),
    };
    let credentials = Credentials::Token(AccessToken::from(TOKEN));
    match wire::encode(&operation, &target, &credentials) {
        Ok(request) => seen(&request),
        Err(_) => json!("refused"),
    }
}

fn rumas_request<R>(operation: &Operation, exchange: &Exchange, body: &str) -> Value
where
    R: OutgoingRequest + IncomingRequest,
    R::Authentication: AnyAuth,
    R::PathBuilder: AnyPaths,
{
    let request = incoming(operation, exchange, body.as_bytes());
    let path = segments(request.uri().path());
    let placeholders = segments(operation.path);
    let arguments: Vec<&str> = placeholders
        .iter()
        .zip(&path)
        .filter(|(placeholder, _)| placeholder.starts_with('{'))
        .map(|(_, segment)| segment.as_str())
        .collect();
    let Ok(request) = R::try_from_http_request(request, &arguments) else {
        return json!("refused");
    };
    let request = request.try_into_http_request::<Vec<u8>>(
        SERVER,
        <R::Authentication as AnyAuth>::token(),
        <R::PathBuilder as AnyPaths>::newest(),
    );
    match request {
        Ok(request) => seen(&request),
        Err(_) => json!("refused"),
    }
}

fn incoming<B>(operation: &Operation, exchange: &Exchange, body: B) -> Request<B> {
    Request::builder()
        .method(http::Method::from(operation.method))
        .uri(exchange.path)
        .header("authorization", format!("Bearer {TOKEN}"))
        .body(body)
        .unwrap()
}

/// The parts of a request that a server acts on. A missing and an empty body are the same to it.
fn seen(request: &Request<Vec<u8>>) -> Value {
    let body = serde_json::from_slice(request.body()).unwrap_or_else(|_| json!({}));
    json!({
        "method": request.method().as_str(),
        "path": segments(request.uri().path()),
        "query": pairs_of(request.uri()),
        "body": without_nothing(body),
        "authorization": request.headers().get("authorization").map(|value| value.to_str().unwrap()),
    })
}

fn without_nothing(body: Value) -> Value {
    if body == json!({}) { Value::Null } else { body }
}

fn segments(path: &str) -> Vec<String> {
    let decode = |segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
    path.split('/')
        .map(|segment| decode(segment).into_owned())
        .collect()
}

fn pairs_of(uri: &Uri) -> BTreeSet<String> {
    let query = uri.query().unwrap_or_default().replace('+', " ");
    let decode = |pair| percent_encoding::percent_decode_str(pair).decode_utf8_lossy();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| decode(pair).into_owned())
        .collect()
}

fn our_answer<E: ServerEndpoint>(status: u16, body: &str) -> Value {
    let response = Response::builder()
        .status(status)
        .body(body.to_owned())
        .unwrap();
    match wire::decode::<E>(response).map_err(wire::Error::into_kind) {
        Ok(value) => {
            let response = encode_response::<E>(&value).unwrap();
            serde_json::from_slice(response.body()).unwrap()
        }
        Err(ErrorKind::Server(error)) => json!({
            "declined": error.errcode.map(|errcode| errcode.to_string()),
            "message": error.message,
        }),
        Err(ErrorKind::Uia(challenge)) => json!({
            "flows": challenge.flows.len(),
            "completed": challenge.completed.len(),
            "session": challenge.session,
            "errcode": challenge.errcode.map(|errcode| errcode.to_string()),
        }),
        Err(_) => json!("no answer"),
    }
}

fn rumas_answer<R>(status: u16, body: &str) -> Value
where
    R: OutgoingRequest,
    R::IncomingResponse: OutgoingResponse,
{
    let response = Response::builder()
        .status(status)
        .body(body.as_bytes())
        .unwrap();
    match R::IncomingResponse::try_from_http_response(response) {
        Ok(value) => {
            let response = value.try_into_http_response::<Vec<u8>>().unwrap();
            serde_json::from_slice(response.body()).unwrap()
        }
        Err(FromHttpResponseError::Server(error)) => {
            let response = error.try_into_http_response::<Vec<u8>>();
            // Anything that is not JSON cannot be encoded again.
            let body: Value = response
                .ok()
                .and_then(|response| serde_json::from_slice(response.body()).ok())
                .unwrap_or_default();
            let count = |name: &str| body[name].as_array().map_or(0, Vec::len);
            if body["flows"].is_array() {
                json!({
                    "flows": count("flows"),
                    "completed": count("completed"),
                    "session": body["session"],
                    "errcode": body["errcode"],
                })
            } else if body["errcode"].is_string() {
                json!({"declined": body["errcode"], "message": body["error"]})
            } else {
                json!("no answer")
            }
        }
        Err(_) => json!("no answer"),
    }
}

/// Ruma's ways to attach a token.
trait AnyAuth: AuthScheme {
    fn token() -> Self::Input<'static>;
}

macro_rules! any_auth {
    ($($scheme:ident: $token:expr;)+) => {
        $(impl AnyAuth for auth_scheme::$scheme {
            fn token() -> Self::Input<'static> {
                $token
            }
        })+
    };
}

any_auth! {
    NoAuthentication: ();
    NoAccessToken: SendAccessToken::IfRequired(TOKEN);
    AccessToken: SendAccessToken::IfRequired(TOKEN);
    AccessTokenOptional: SendAccessToken::IfRequired(TOKEN);
    AppserviceTokenOptional: SendAccessToken::IfRequired(TOKEN);
}

impl AnyAuth for ruma::api::identity_service::IdentityServiceToken {
    fn token() -> Self::Input<'static> {
        TOKEN
    }
}

/// Ruma's ways to find a path.
trait AnyPaths: PathBuilder {
    fn newest() -> Self::Input<'static>;
}

impl AnyPaths for VersionHistory {
    fn newest() -> Self::Input<'static> {
        Cow::Owned(SupportedVersions {
            versions: [MatrixVersion::V1_1, MatrixVersion::V1_16].into(),
            features: [].into(),
        })
    }
}

impl AnyPaths for SinglePath {
    fn newest() -> Self::Input<'static> {}
}
