//! `account`.

use hardline::oauth_api::AccountManagementLink;
use hardline::types::DeviceId;

use crate::args::{AccountPage, Action};
use crate::browser;
use crate::cli_error::CliError;
use crate::connected::Connected;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::logins;
use crate::offers::authorization_server;
use crate::report::Report;
use crate::step::Step;

/// Opens the page where the user manages the account.
pub(crate) async fn run(page: &AccountPage, report: &Report) -> Result<(), CliError> {
    let interrupt = Interrupt::watch();
    let (address, own_device) = match &page.homeserver {
        Some(address) => (address.clone(), None),
        None => {
            let saved = logins::file_of(&page.session)?.load()?.ok_or_else(|| {
                CliError::new(
                    Exit::Usage,
                    "nobody is logged in",
                    "name the homeserver with --homeserver, or run `hardline login`",
                )
            })?;
            (saved.address()?, saved.device_id)
        }
    };
    let link = link(page.action, page.device.as_ref().or(own_device.as_ref()))?;
    let connected = Connected::to(&address, &page.network, report, &interrupt).await?;
    let server = authorization_server(&connected).await?;
    let base_url = &connected.homeserver.base_url;
    let url = server
        .as_ref()
        .and_then(|server| server.account_management_url(base_url, link.as_ref()))
        .ok_or_else(no_page)?;
    if let (Some(server), Some(link)) = (&server, &link)
        && !link.is_supported_by(server)
    {
        report.warning("the server does not say that its page has this, so look for it there");
    }
    let opened = !page.print && browser::open(&url);
    report.result(&Step::AccountPage { url, opened });
    Ok(())
}

fn link(
    action: Option<Action>,
    device: Option<&DeviceId>,
) -> Result<Option<AccountManagementLink>, CliError> {
    use AccountManagementLink::{
        AccountDeactivate, CrossSigningReset, DeviceDelete, DeviceView, DevicesList, Profile,
    };
    let device = || {
        device.cloned().ok_or_else(|| {
            CliError::new(
                Exit::Usage,
                "it is not clear which device that is",
                "name it with --device",
            )
        })
    };
    let Some(action) = action else {
        return Ok(None);
    };
    Ok(Some(match action {
        Action::Profile => Profile,
        Action::Devices => DevicesList,
        Action::Device => DeviceView(device()?),
        Action::DeleteDevice => DeviceDelete(device()?),
        Action::Deactivate => AccountDeactivate,
        Action::ResetCrossSigning => CrossSigningReset,
    }))
}

fn no_page() -> CliError {
    CliError::new(
        Exit::Unsupported,
        "the server has no page to manage an account",
        "use another client",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_about_a_device_needs_one() {
        let device_id = DeviceId::parse("ABC").unwrap();
        let viewed = link(Some(Action::Device), Some(&device_id)).unwrap();
        assert_eq!(
            viewed,
            Some(AccountManagementLink::DeviceView(device_id.clone()))
        );
        let ended = link(Some(Action::DeleteDevice), Some(&device_id)).unwrap();
        assert_eq!(ended, Some(AccountManagementLink::DeviceDelete(device_id)));
        assert_eq!(
            link(Some(Action::Device), None).unwrap_err().exit,
            Exit::Usage
        );
        assert_eq!(link(None, None).unwrap(), None);
        let list = link(Some(Action::Devices), None).unwrap();
        assert_eq!(list, Some(AccountManagementLink::DevicesList));
    }
}
