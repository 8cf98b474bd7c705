use std::any::type_name;
use std::sync::LazyLock;
use std::time::Duration;

use hardline::by_name::{NamedCall, Operations};
use hardline::client_api::account::{DeactivateAccount, GetTokenOwner, Register};
use hardline::client_api::discovery::GetVersions;
use hardline::client_api::session::{Login, Logout};
use hardline::client_api::sync::Filter;
use hardline::client_api::threepid::Add3pid;
use hardline::client_api::unstable::msc4186::{
    ExtensionWanted, ExtensionsWanted, RoomSubscription, StatePattern, ToDeviceWanted,
};
use hardline::flow::{
    AddThreepid, BindThreepid, ChangePassword, Deactivate, DeviceLogin, Discovery, Download,
    HomeserverAddress, IdentityServer, IdentitySession, InteractiveFlow, LogIn, Lookup, OAuthLogin,
    OAuthLogout, OAuthSession, OperationFlow, RegisterAccount, ResetPassword, SendQueue,
    SessionTokens, SlidingSync, SyncList, SyncLoop, ThreepidInput, Thumbnail, UiaCapabilities,
    UnbindThreepid, Upload,
};
use hardline::identity_api::association;
use hardline::json::JsonObject;
use hardline::oauth_api::RegisterClient;
use hardline::types::{
    AccessToken, ClientId, ClientSecret, Medium, MxcUri, Password, UserId, ValidationSessionId,
};
use hardline::wire::{AuthType, BaseUrl, Endpoint, Homeserver, Target, UserIdentifier};

use super::driven::Driven;
use super::expectations::{ACCOUNT_URL, IDENTITY_URL, LONGEST_WAIT, START, phone};
use super::looping::{Looping, Stopping};
use super::script::Script;
use super::send_queue::try_send_queue;
use super::tokens::{TOKEN_ENDPOINT, Tokens};
use super::tried::{try_flow, try_in_session, try_loop, try_loop_in_session};
use crate::simulation::{BASE_URL, CLIENT_SECRET, PASSWORD, WRONG};

/// A flow and its start.
pub(super) struct Fuzzed {
    /// The name that selects it.
    pub(super) name: &'static str,
    /// Its type.
    pub(super) type_name: &'static str,
    /// Starts it and drives it with the rest of the script.
    pub(super) drive: Drive,
}

type Drive = Box<dyn Fn(Script<'_>, Option<Tokens>) + Send + Sync>;

/// Every flow, with all variants of its arguments.
pub(super) fn flows() -> &'static [Fuzzed] {
    static FLOWS: LazyLock<Vec<Fuzzed>> = LazyLock::new(|| {
        vec![
            fuzzed("add_phone_number", |_| add(phone())),
            fuzzed("add_email", |_| add(email())),
            fuzzed("register", |_| {
                let mut register = Register::new();
                register.username = Some("alice".to_owned());
                register.password = Some(Password::from(PASSWORD));
                RegisterAccount::new(START, homeserver(), register, secret())
                    .with_threepid(phone())
                    .checking_username()
                    .with_uia_capabilities(all_means())
            }),
            fuzzed("log_in", |_| {
                let login = Login::new(AuthType::Token);
                let flow = LogIn::new(START, homeserver(), login, 1);
                flow.with_redirect_url("https://app.example/")
            }),
            fuzzed("log_in_by_password", |_| {
                let mut login = Login::new(AuthType::Password);
                login.identifier = Some(UserIdentifier::user("alice"));
                login.password = Some(Password::from(PASSWORD));
                LogIn::new(START, homeserver(), login, 1)
            }),
            fuzzed("reset_password", |_| {
                let flow = ResetPassword::new(START, homeserver(), phone(), secret());
                flow.with_uia_capabilities(all_means())
            }),
            fuzzed("change_password", |_| {
                let flow = ChangePassword::new(START, homeserver(), alice(), 1);
                flow.with_uia_capabilities(all_means())
            }),
            fuzzed("deactivate", |_| {
                let operation = DeactivateAccount::new();
                Deactivate::new(START, homeserver(), alice(), operation, 1)
                    .confirmed()
                    .with_password(Password::from(PASSWORD))
                    .with_uia_capabilities(all_means())
            }),
            fuzzed("authenticated_add", |_| {
                let add = Add3pid::new(secret(), ValidationSessionId::parse("sid").unwrap());
                let user = UserIdentifier::user("alice");
                let flow = OperationFlow::new(START, add, target(), 1).with_user(user);
                flow.with_uia_capabilities(all_means())
            }),
            fuzzed("authenticated_register", |_| {
                let flow = OperationFlow::new(START, Register::new(), target(), 1);
                flow.with_uia_capabilities(all_means())
            }),
            fuzzed("discover", |script| {
                let address = HomeserverAddress::parse(&script.text());
                let example = || HomeserverAddress::parse("example.org").unwrap();
                Discovery::new(START, address.unwrap_or_else(|_| example()), 1)
            }),
            fuzzed("identity_session", |_| {
                IdentitySession::new(START, homeserver(), alice(), identity_url(), 1)
            }),
            fuzzed("bind_phone_number", |_| bind(phone())),
            fuzzed("bind_email", |_| {
                bind(email()).with_identity_token(AccessToken::from(WRONG))
            }),
            fuzzed("unbind_phone_number", |_| {
                unbind(Medium::Msisdn, "447700900001").with_identity_token(AccessToken::from(WRONG))
            }),
            fuzzed("unbind_email", |_| unbind(Medium::Email, "a@example.net")),
            fuzzed("look_up", look_up),
            fuzzed("look_up_in_a_session", |script| {
                look_up(script).with_identity_token(AccessToken::from(WRONG))
            }),
            fuzzed("oauth_login", |_| oauth_login(ENTROPY)),
            fuzzed("oauth_login_from_the_web", |_| {
                let client = RegisterClient::web(CLIENT.to_owned(), format!("{CLIENT}callback"));
                OAuthLogin::new(START, homeserver(), client, ENTROPY).registering()
            }),
            waiting("device_login", |_| device_login(ENTROPY)),
            fuzzed("oauth_logout", |_| {
                let mut session =
                    OAuthSession::new(ClientId::parse("c").unwrap(), TOKEN_ENDPOINT.to_owned());
                session.revocation_endpoint = Some(format!("{ACCOUNT_URL}/oauth2/revoke"));
                let tokens = SessionTokens::new(AccessToken::from(WRONG)).granted_by(session);
                OAuthLogout::new(START, homeserver(), &tokens, 1).unwrap()
            }),
            looping("sync_loop", |_| {
                sync_loop().with_stored_filter(alice(), Filter::new().with_lazy_members())
            }),
            looping("sync_loop_raw", |_| sync_loop().with_raw_rooms()),
            Fuzzed {
                name: "send_queue",
                type_name: type_name::<SendQueue>(),
                // It has no session: a refused token is what its server says.
                drive: Box::new(|script, _| try_send_queue(script)),
            },
            fuzzed("upload", |script| {
                let upload = Upload::new(START, homeserver(), script.line().to_vec(), 1);
                upload.with_file_name("a.bin").unwrap()
            }),
            fuzzed("upload_from_source", |_| {
                Upload::from_source(START, homeserver(), 100, 1)
            }),
            fuzzed("download", |_| download().with_cap(1_000)),
            fuzzed("download_encrypted", |_| download().with_sha256([7; 32])),
            fuzzed("thumbnail", |_| {
                download().with_thumbnail(Thumbnail::new(32, 32))
            }),
            looping("sliding_sync", |_| sliding_sync()),
            fuzzed("versions", |_| operation(GetVersions::new())),
            fuzzed("token_owner", |_| operation(GetTokenOwner::new())),
            fuzzed("logout", |_| operation(Logout::new())),
            fuzzed("by_name", |script| {
                let operations = Operations::all();
                let operation = *operations
                    .find(&script.text())
                    .unwrap_or_else(|_| operations.find("cs:login").unwrap());
                let mut arguments: JsonObject =
                    serde_json::from_slice(script.line()).unwrap_or_default();
                if arguments.iter().any(|(name, _)| name == "password") {
                    arguments.insert("password", PASSWORD).unwrap();
                }
                let call = NamedCall::new(operation, arguments);
                OperationFlow::new(START, call, target(), 1).with_uia_capabilities(all_means())
            }),
        ]
    });
    &FLOWS
}

/// A flow that waits no longer than the policy allows.
fn fuzzed<F: Driven + InteractiveFlow + 'static>(
    name: &'static str,
    begin: fn(&mut Script<'_>) -> F,
) -> Fuzzed {
    fuzzed_for(name, LONGEST_WAIT, begin)
}

/// A flow that waits as long as its server wants.
fn waiting<F: Driven + InteractiveFlow + 'static>(
    name: &'static str,
    begin: fn(&mut Script<'_>) -> F,
) -> Fuzzed {
    fuzzed_for(name, Duration::MAX, begin)
}

fn fuzzed_for<F: Driven + InteractiveFlow + 'static>(
    name: &'static str,
    longest_wait: Duration,
    begin: fn(&mut Script<'_>) -> F,
) -> Fuzzed {
    Fuzzed {
        name,
        type_name: type_name::<F>(),
        drive: Box::new(move |mut script, session| {
            let flow = begin(&mut script);
            match session {
                None => try_flow(flow, script, longest_wait),
                Some(tokens) => try_in_session(flow, tokens, script, longest_wait),
            }
        }),
    }
}

/// A flow that goes on for ever, until it is stopped.
fn looping<F: Looping + 'static>(name: &'static str, begin: fn(&mut Script<'_>) -> F) -> Fuzzed {
    Fuzzed {
        name,
        type_name: type_name::<F>(),
        drive: Box::new(move |mut script, session| {
            let flow = Stopping::new(begin(&mut script));
            match session {
                None => try_loop(flow, script),
                Some(tokens) => try_loop_in_session(flow, tokens, script),
            }
        }),
    }
}

/// A program's page.
const CLIENT: &str = "https://app.example.com/";
const ENTROPY: [u8; 32] = [7; 32];

/// A login on a page that comes back to the loopback.
pub(super) fn oauth_login(entropy: [u8; 32]) -> OAuthLogin {
    let client = RegisterClient::native(CLIENT.to_owned(), "http://127.0.0.1/".to_owned());
    OAuthLogin::new(START, homeserver(), client, entropy)
        .with_redirect_uri("http://127.0.0.1:40123/")
}

/// A login by a code.
pub(super) fn device_login(entropy: [u8; 32]) -> DeviceLogin {
    let client = RegisterClient::device(CLIENT.to_owned());
    DeviceLogin::new(START, homeserver(), client, entropy)
}

fn sync_loop() -> SyncLoop {
    SyncLoop::new(START, homeserver(), 1)
}

fn download() -> Download {
    let uri = MxcUri::parse("mxc://a.example/abc").unwrap();
    Download::new(START, homeserver(), &uri, 1).unwrap()
}

/// One that follows everything that there is.
fn sliding_sync() -> SlidingSync {
    let mut wanted = ExtensionWanted::new();
    wanted.enabled = Some(true);
    let mut to_device = ToDeviceWanted::new();
    to_device.enabled = Some(true);
    let mut extensions = ExtensionsWanted::new();
    extensions.to_device = Some(to_device);
    extensions.e2ee = Some(wanted.clone());
    extensions.account_data = Some(wanted);
    let room = RoomSubscription::new(1, vec![StatePattern::new("m.room.name", "")]);
    let mut flow = SlidingSync::new(START, homeserver(), alice(), 1);
    flow.set_list(START, "all", SyncList::growing(2, room.clone()));
    flow.set_list(START, "top", SyncList::windows([0..=4], room));
    flow.set_extensions(START, extensions);
    flow
}

fn add(threepid: ThreepidInput) -> AddThreepid {
    AddThreepid::new(START, homeserver(), alice(), threepid, secret())
        .with_uia_capabilities(all_means())
}

fn bind(threepid: ThreepidInput) -> BindThreepid {
    let server = identity_server();
    BindThreepid::new(START, homeserver(), alice(), server, threepid, secret())
}

fn unbind(medium: Medium, address: &str) -> UnbindThreepid {
    let threepid = association::Threepid::new(medium, address.to_owned());
    let server = identity_server();
    UnbindThreepid::new(START, homeserver(), alice(), server, threepid, secret())
}

/// The addresses are on one line, separated by blanks.
fn look_up(script: &mut Script<'_>) -> Lookup {
    let line = script.text();
    let addresses = line.split_ascii_whitespace().map(|word| {
        let medium = if word.contains('@') {
            Medium::Email
        } else {
            Medium::Msisdn
        };
        association::Threepid::new(medium, word.to_owned())
    });
    let threepids = addresses.collect();
    Lookup::new(START, homeserver(), alice(), identity_url(), threepids, 1)
}

fn operation<E: Endpoint>(operation: E) -> OperationFlow<E> {
    OperationFlow::new(START, operation, target(), 1).unattended()
}

fn homeserver() -> Homeserver {
    Homeserver::new(BaseUrl::parse(BASE_URL).unwrap())
}

fn target() -> Target {
    Target::homeserver(BASE_URL).unwrap()
}

fn identity_url() -> BaseUrl {
    BaseUrl::parse(IDENTITY_URL).unwrap()
}

fn identity_server() -> IdentityServer {
    IdentityServer::new(identity_url()).unwrap()
}

fn alice() -> UserId {
    UserId::parse("@alice:example.org").unwrap()
}

fn email() -> ThreepidInput {
    ThreepidInput::email("a@example.net")
}

fn secret() -> ClientSecret {
    ClientSecret::parse(CLIENT_SECRET).unwrap()
}

fn all_means() -> UiaCapabilities {
    let mut uia_capabilities = UiaCapabilities::default();
    uia_capabilities.captcha = true;
    uia_capabilities.browser = true;
    uia_capabilities.others = vec![AuthType::from("org.example.stage")];
    uia_capabilities
}
