use std::fs;
use std::path::PathBuf;

use hardline_hyper::BuildError;

use crate::any_transport::AnyTransport;
use crate::args::NetworkOptions;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::report::Report;
use crate::transport::Settings;
use crate::wire_view::WireView;

/// The transport that the options ask for.
pub(crate) fn transport(
    network: &NetworkOptions,
    report: &Report,
) -> Result<AnyTransport, CliError> {
    let read = |path: &PathBuf| {
        fs::read(path).map_err(|error: std::io::Error| {
            CliError::usage(format!("could not read {}: {error}", path.display()))
        })
    };
    let settings = Settings {
        proxy: network.proxy.as_deref(),
        certificates: network.cacert.as_ref().map(read).transpose()?,
    };
    let transport = network.transport.build(settings).map_err(|error| {
        let what = "could not set up the transport";
        let is_argument = match error {
            BuildError::Proxy(_) => network.proxy.is_some(),
            BuildError::Certificate(_) => true,
            _ => false,
        };
        let exit = if is_argument {
            Exit::Usage
        } else {
            Exit::Local
        };
        CliError::new(exit, what, error.to_string())
    })?;
    Ok(if report.shows_wire() {
        WireView::over(transport)
    } else {
        transport
    })
}
