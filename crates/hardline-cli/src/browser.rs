//! Opening a page in the user's browser.

use std::env;
use std::process::{Command, Stdio};

/// Whether this machine seems to have a browser, which a login over the network has not.
pub(crate) fn is_there() -> bool {
    if cfg!(windows) {
        return true;
    }
    if cfg!(target_os = "macos") {
        return env::var_os("SSH_CONNECTION").is_none();
    }
    ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Opens a page. Returns whether a browser was called: that it shows the page, nobody says.
pub(crate) fn open(url: &str) -> bool {
    // Whatever else a server calls an address must not reach a program that opens anything.
    let is_page = url.starts_with("https://") || url.starts_with("http://");
    if !is_page || !is_there() {
        return false;
    }
    // A browser in a terminal would read what is typed for this command, and write over what it says.
    opener()
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}

fn opener() -> Command {
    if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_are_opened() {
        for url in ["file:///etc/passwd", "--help", "javascript:alert(1)", ""] {
            assert!(!open(url), "{url}");
        }
    }
}
