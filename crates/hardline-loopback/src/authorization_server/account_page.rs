use hardline::client_api::discovery::AccountManagementAction;
use hardline::types::{DeviceId, Password, UserId};
use hardline::wire::server::ErrorResponse;
use hardline::wire::{Body, Endpoint, Operation, ResponseBody};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::data::AuthorizationServerData;
use super::pages::{CREDENTIALS, error, form, given};
use super::paths::ACCOUNT;
use super::request_context::RequestContext;
use crate::handlers::Handlers;
use crate::html::{Page, escape, page};

pub(super) fn install(handlers: &mut Handlers<AuthorizationServerData>) {
    handlers.show_with(open);
    handlers.show_with(act);
}

/// The account management page, as a client's link opens it.
#[derive(Serialize, Deserialize)]
struct OpenAccount {
    action: Option<String>,
    device_id: Option<String>,
}

impl Endpoint for OpenAccount {
    const OPERATION: Operation = Operation::get("openAccount", ACCOUNT)
        .query(&["action", "device_id"])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn open(context: &mut RequestContext<'_>, opened: OpenAccount) -> Result<Page, ErrorResponse> {
    let wish = Wish::new(opened.action, opened.device_id);
    Ok(login(context, &wish, None))
}

/// The forms on that page: the first says who it is, all others say what is to be done.
#[derive(Serialize, Deserialize)]
struct ActOnAccount {
    token: String,
    user: Option<String>,
    password: Option<Password>,
    action: Option<String>,
    device_id: Option<String>,
    confirm: Option<String>,
}

impl Endpoint for ActOnAccount {
    const OPERATION: Operation = Operation::post("actOnAccount", ACCOUNT)
        .body(Body::Empty)
        .query(&[
            "token",
            "user",
            "password",
            "action",
            "device_id",
            "confirm",
        ])
        .response_body(ResponseBody::Ignored);
    type Response = ();
}

fn act(context: &mut RequestContext<'_>, acted: ActOnAccount) -> Result<Page, ErrorResponse> {
    let wish = Wish::new(acted.action, acted.device_id);
    let now = context.now;
    let Some(visit) = context.state.account_visits.take(now, &acted.token) else {
        let why = "the page was used before, or is too old: log in again";
        return Ok(login(context, &wish, Some(why)));
    };
    // Whoever has just said who it is has not seen yet what there is to confirm.
    let is_confirmed = visit.user_id.is_some() && acted.confirm.as_deref() == Some("yes");
    let user_id = visit.user_id.or_else(|| {
        let password = acted.password.unwrap_or_else(|| Password::from(""));
        let user = given(acted.user).unwrap_or_default();
        context.homeserver.user_with(&user, &password)
    });
    let Some(user_id) = user_id else {
        return Ok(login(context, &wish, Some("invalid username or password")));
    };
    if is_confirmed {
        return Ok(wish.fulfil(context, &user_id));
    }
    Ok(wish.show(context, &user_id))
}

/// The page that asks who it is.
fn login(context: &mut RequestContext<'_>, wish: &Wish, failure: Option<&str>) -> Page {
    let content = format!(
        "{}{}",
        failure.map(error).unwrap_or_default(),
        wish.form(
            context,
            None,
            &format!("{CREDENTIALS}<button>Log in</button>")
        ),
    );
    let mut page = page("Log in", &content);
    if failure.is_some() {
        *page.status_mut() = StatusCode::FORBIDDEN;
    }
    page
}

/// What the user wants.
struct Wish {
    action: AccountManagementAction,
    device_id: Option<DeviceId>,
}

impl Wish {
    fn new(action: Option<String>, device_id: Option<String>) -> Self {
        let action = given(action).map(AccountManagementAction::from);
        Self {
            action: action.unwrap_or(AccountManagementAction::Profile),
            device_id: given(device_id).and_then(|id| DeviceId::parse(id).ok()),
        }
    }

    fn of_device(action: AccountManagementAction, device_id: &DeviceId) -> Self {
        Self {
            action,
            device_id: Some(device_id.clone()),
        }
    }

    /// A form for this, on a page of this user's.
    fn form(
        &self,
        context: &mut RequestContext<'_>,
        user_id: Option<&UserId>,
        content: &str,
    ) -> String {
        let now = context.now;
        let state = &mut *context.state;
        let token = state
            .account_visits
            .begin(now, &mut state.entropy, user_id.cloned());
        let device_id = self.device_id.as_ref().map_or("", |id| id.as_str());
        form(
            &[
                ("token", &token),
                ("action", self.action.as_str()),
                ("device_id", device_id),
            ],
            content,
        )
    }

    /// The page with what there is, or with what is to be confirmed.
    fn show(&self, context: &mut RequestContext<'_>, user_id: &UserId) -> Page {
        let device_id = self.device_id.as_ref();
        match (&self.action, device_id) {
            (AccountManagementAction::DeviceView, Some(device_id)) => {
                self.device(context, user_id, device_id)
            }
            (AccountManagementAction::DeviceDelete, Some(device_id)) => {
                let question = format!("Log out the device {}?", escape(device_id.as_str()));
                self.question(context, user_id, &question)
            }
            (AccountManagementAction::AccountDeactivate, _) => {
                self.question(context, user_id, "Deactivate your account for ever?")
            }
            (AccountManagementAction::CrossSigningReset, _) => self.question(
                context,
                user_id,
                "Let your devices replace your cross-signing keys?",
            ),
            (AccountManagementAction::Profile, _) => self.profile(context, user_id),
            // A device that is not named is one of these.
            _ => self.devices(context, user_id),
        }
    }

    fn profile(&self, context: &mut RequestContext<'_>, user_id: &UserId) -> Page {
        let mut content = format!("<p id=\"user\">{}</p>", escape(user_id.as_str()));
        for (action, label) in [
            (AccountManagementAction::DevicesList, "Devices"),
            (
                AccountManagementAction::CrossSigningReset,
                "Replace cross-signing keys",
            ),
            (AccountManagementAction::AccountDeactivate, "Deactivate"),
        ] {
            let wish = Self {
                action,
                device_id: None,
            };
            let button = format!("<button>{label}</button>");
            content += &wish.form(context, Some(user_id), &button);
        }
        page("Account", &content)
    }

    fn devices(&self, context: &mut RequestContext<'_>, user_id: &UserId) -> Page {
        let mut items = String::new();
        for device in context.homeserver.devices(user_id) {
            let device_id = device.device_id;
            let view = Self::of_device(AccountManagementAction::DeviceView, &device_id);
            let delete = Self::of_device(AccountManagementAction::DeviceDelete, &device_id);
            items += &format!(
                "<li><b class=\"device\">{}</b> {}{}{}</li>",
                escape(device_id.as_str()),
                escape(&device.display_name.unwrap_or_default()),
                view.form(context, Some(user_id), "<button>View</button>"),
                delete.form(context, Some(user_id), "<button>Log out</button>"),
            );
        }
        page("Devices", &format!("<ul>{items}</ul>"))
    }

    fn device(
        &self,
        context: &mut RequestContext<'_>,
        user_id: &UserId,
        device_id: &DeviceId,
    ) -> Page {
        let devices = context.homeserver.devices(user_id);
        let Some(device) = devices.iter().find(|device| device.device_id == *device_id) else {
            return no_such_device();
        };
        let delete = Self::of_device(AccountManagementAction::DeviceDelete, device_id);
        let content = format!(
            "<p><b class=\"device\">{}</b> {}</p>{}",
            escape(device_id.as_str()),
            escape(device.display_name.as_deref().unwrap_or_default()),
            delete.form(context, Some(user_id), "<button>Log out</button>"),
        );
        page("Device", &content)
    }

    fn question(&self, context: &mut RequestContext<'_>, user_id: &UserId, question: &str) -> Page {
        let button = "<button name=\"confirm\" value=\"yes\">Yes</button>";
        let form = self.form(context, Some(user_id), button);
        page("Are you sure?", &format!("<p>{question}</p>{form}"))
    }

    /// Does what the user has confirmed.
    fn fulfil(&self, context: &mut RequestContext<'_>, user_id: &UserId) -> Page {
        let homeserver = context.homeserver;
        let done = match (&self.action, &self.device_id) {
            (AccountManagementAction::DeviceDelete, Some(device_id)) => {
                let mut devices = homeserver.devices(user_id).into_iter();
                if !devices.any(|device| device.device_id == *device_id) {
                    return no_such_device();
                }
                homeserver.log_out_device(user_id, device_id);
                "The device is logged out"
            }
            (AccountManagementAction::AccountDeactivate, _) => {
                homeserver.deactivate(context.now, user_id);
                "Your account is deactivated"
            }
            (AccountManagementAction::CrossSigningReset, _) => {
                homeserver.allow_cross_signing_reset(context.now, user_id);
                "Your devices may replace your cross-signing keys for ten minutes"
            }
            _ => return self.show(context, user_id),
        };
        page(done, "<p id=\"done\">Go back to where you were.</p>")
    }
}

fn no_such_device() -> Page {
    let mut page = page("Device", &error("you have no such device"));
    *page.status_mut() = StatusCode::NOT_FOUND;
    page
}
