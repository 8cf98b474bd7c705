use clap::{Args, ValueEnum};
use hardline::flow::HomeserverAddress;
use hardline::types::{DeviceId, InvalidText};

use super::options::{NetworkOptions, SessionOption};
use crate::international::homeserver;

#[derive(Debug, Args)]
pub(crate) struct AccountPage {
    /// What to do there [default: whatever the page shows first]
    #[arg(long, value_enum)]
    pub(crate) action: Option<Action>,

    /// The device, for the actions about one [default: the device that is logged in here]
    #[arg(long, value_name = "ID", value_parser = device_id, requires = "action")]
    pub(crate) device: Option<DeviceId>,

    /// Print the page's address, and open no browser
    #[arg(long)]
    pub(crate) print: bool,

    /// The account's homeserver, if you are not logged in
    #[arg(long, short = 's', value_name = "URL", value_parser = homeserver, conflicts_with_all = ["session", "saved_account"])]
    pub(crate) homeserver: Option<HomeserverAddress>,

    #[command(flatten)]
    pub(crate) session: SessionOption,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

/// What a user does to their account on the server's own page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Action {
    /// See and change the profile
    Profile,
    /// See all devices
    Devices,
    /// See one device
    Device,
    /// Log out one device
    DeleteDevice,
    /// Deactivate the account, for ever
    Deactivate,
    /// Allow this account's cross-signing keys to be replaced
    ResetCrossSigning,
}

fn device_id(text: &str) -> Result<DeviceId, InvalidText> {
    DeviceId::parse(text)
}
