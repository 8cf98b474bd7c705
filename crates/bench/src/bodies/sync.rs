use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bytes::Bytes;

/// A server's way to write JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    /// Compact, with what is not ASCII escaped.
    Synapse,
    /// Compact, in UTF-8.
    Conduit,
    /// Compact, in UTF-8, with `<`, `>` and `&` escaped.
    Dendrite,
}

impl Style {
    pub(crate) const ALL: [Self; 3] = [Self::Synapse, Self::Conduit, Self::Dendrite];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Synapse => "synapse",
            Self::Conduit => "conduit",
            Self::Dendrite => "dendrite",
        }
    }
}

/// A response to `/sync` of this size, such as `10M`, which `sync_bodies/generate.py` writes once and which is then kept
/// beside this program.
///
/// # Panics
/// If Python is missing or the file cannot be kept.
pub(crate) fn sync_body(style: Style, size: &str) -> Bytes {
    let path = directory().join(format!("{}-{size}.json", style.name()));
    if let Ok(body) = fs::read_to_string(&path) {
        return with_names_that_ruma_takes(body);
    }
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("sync_bodies/generate.py");
    let output = Command::new("python3")
        .arg(generator)
        .args([size, "1", "--style", style.name()])
        .output()
        .expect("python3 makes the bodies of /sync; install it");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "generate.py: {told}");
    fs::create_dir_all(directory()).expect("the build's directory can be written to");
    fs::write(&path, &output.stdout).expect("the body can be kept");
    with_names_that_ruma_takes(String::from_utf8(output.stdout).expect("JSON is UTF-8"))
}

/// Ruma refuses a whole response for one server name that is not ASCII.
fn with_names_that_ruma_takes(body: String) -> Bytes {
    let name = "muenchen.example";
    let body = body.replace("münchen.example", name);
    Bytes::from(body.replace(r"m\u00fcnchen.example", name))
}

/// Where the bodies are kept.
fn directory() -> PathBuf {
    let program = std::env::current_exe().expect("a program knows its path");
    program.with_file_name("sync-bodies")
}
