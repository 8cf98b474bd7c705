use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hardline::client_api::media::FileName;
use hardline::flow::{Download, Downloaded};
use hardline::types::MxcUri;
use hardline_isahc::BlockingFileSink;
use serde::{Deserialize, Serialize};

use crate::args::Get;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::private_file::PrivateFile;
use crate::random::seed;
use crate::report::Report;
use crate::room_step::RoomStep;
use crate::session::Session;
use crate::streaming;

/// How often it is saved how far a download is.
const PAUSE: Duration = Duration::from_secs(1);

/// The part of a file that is there, and what is known of it beside it.
struct Part {
    path: PathBuf,
    state: PrivateFile,
}

/// What is saved beside a part. A file of another version is begun anew.
#[derive(Serialize, Deserialize)]
struct Form<F> {
    uri: MxcUri,
    download: F,
}

/// Refuses what would be in the way, before anything is sent.
pub(super) fn check(options: &Get) -> Result<(), CliError> {
    let Some(output) = &options.output else {
        return Ok(());
    };
    if output.is_dir() || output.file_name().is_none() {
        return Err(CliError::usage(format!(
            "{} is a folder: name a file in it",
            output.display()
        )));
    }
    if output.exists() && !options.force {
        return Err(in_the_way(output));
    }
    Ok(())
}

pub(super) async fn run(options: &Get, session: &Session, report: &Report) -> Result<(), CliError> {
    let uri = &options.uri;
    let part = Part::of(options);
    let download = match part.load(uri) {
        Some(download) => download,
        None if part.path.exists() && !options.force => return Err(in_the_way(&part.path)),
        None => {
            let (now, homeserver) = (session.client().now(), session.homeserver().clone());
            Download::new(now, homeserver, uri, seed()?)
                .map_err(|error| CliError::usage(error.to_string()))?
                .with_policy(session.policy())
        }
    };
    let sink = BlockingFileSink::new(&part.path);
    let mut conversation = session.client().run(download).with_sink(sink);
    // One that was left because the server could not be reached waits for this; nothing else does.
    let _ = conversation.retry();
    let mut saved_at: Option<Instant> = None;
    let doing = Doing::Downloading;
    let ended = streaming::run(&mut conversation, doing, session, report, |download| {
        if saved_at.is_none_or(|at| at.elapsed() > PAUSE) {
            saved_at = Some(Instant::now());
            part.save(uri, download)?;
        }
        Ok(())
    })
    .await;
    let downloaded = match ended {
        Ok(downloaded) => downloaded,
        // One that the server refused is not gone on with.
        Err(error) if matches!(error.exit, Exit::Declined | Exit::Authentication) => {
            part.remove()?;
            return Err(error);
        }
        Err(error) => {
            let left = conversation.into_flow();
            if !part.path.exists() {
                return Err(error);
            }
            part.save(uri, &left)?;
            return Err(error.or("the same command goes on with what there is of the file"));
        }
    };
    let file = part.keep(options, &downloaded)?;
    report.result(&RoomStep::Downloaded {
        file: file.display().to_string(),
        bytes: downloaded.bytes,
        content_type: downloaded.content_type,
    });
    Ok(())
}

impl Part {
    fn of(options: &Get) -> Self {
        let mut path = match &options.output {
            Some(output) => output.clone(),
            None => {
                let uri = options.uri.as_str().trim_start_matches("mxc://");
                PathBuf::from(FileName::from_untrusted(&uri.replace('/', "-")).as_str())
            }
        }
        .into_os_string();
        path.push(".part");
        let mut state = path.clone();
        state.push(".json");
        Self {
            path: path.into(),
            state: PrivateFile::new(state.into()),
        }
    }

    /// The download that this is a part of.
    fn load(&self, uri: &MxcUri) -> Option<Download> {
        // What cannot be read is begun anew.
        let text = self.state.read().ok()??;
        let form: Form<Download> = serde_json::from_str(&text).ok()?;
        let download = (form.uri == *uri).then_some(form.download)?;
        Some(if self.path.exists() {
            download
        } else {
            download.from_beginning()
        })
    }

    fn save(&self, uri: &MxcUri, download: &Download) -> Result<(), CliError> {
        self.state.write(&Form {
            uri: uri.clone(),
            download,
        })
    }

    fn remove(&self) -> Result<(), CliError> {
        // It may not be there yet.
        let _ = fs::remove_file(&self.path);
        self.state.remove()
    }

    /// Gives the file its name.
    fn keep(&self, options: &Get, downloaded: &Downloaded) -> Result<PathBuf, CliError> {
        let moved = match &options.output {
            Some(output) => self.move_to(output, options.force).map(|()| output.clone()),
            None => self.move_to_free(&name(options, downloaded), options.force),
        };
        let moved = moved.map_err(|error| {
            let what = format!(
                "the file is in {}, and could not be renamed",
                self.path.display()
            );
            CliError::local(&what, &error)
        })?;
        self.state.remove()?;
        Ok(moved)
    }

    /// The name itself if it is free, or else with a number.
    fn move_to_free(&self, name: &str, force: bool) -> io::Result<PathBuf> {
        let mut number = 1;
        loop {
            let path = numbered(name, number);
            match self.move_to(&path, force) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                moved => return moved.map(|()| path),
            }
        }
    }

    /// Moves it there. Without force, nothing is written over, not even what came there just now.
    fn move_to(&self, path: &Path, force: bool) -> io::Result<()> {
        if force {
            return fs::rename(&self.path, path);
        }
        match fs::hard_link(&self.path, path) {
            Ok(()) => fs::remove_file(&self.path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Some file systems have no links.
            Err(_) if !path.exists() => fs::rename(&self.path, path),
            Err(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }
}

/// What the server calls the file, made safe.
fn name(options: &Get, downloaded: &Downloaded) -> String {
    let given = downloaded.file_name.as_ref().map(FileName::to_string);
    given.unwrap_or_else(|| {
        let id = options.uri.media_id().unwrap_or_default();
        FileName::from_untrusted(id).into_string()
    })
}

/// `cat.png`, `cat (2).png`
fn numbered(name: &str, number: u32) -> PathBuf {
    if number == 1 {
        return name.into();
    }
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem} ({number}).{ending}").into(),
        _ => format!("{name} ({number})").into(),
    }
}

fn in_the_way(path: &Path) -> CliError {
    CliError::new(
        Exit::Usage,
        format!("{} is there already", path.display()),
        "name another file with -o, or write over it with --force",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        for (name, number, expected) in [
            ("cat.png", 1, "cat.png"),
            ("cat.png", 2, "cat (2).png"),
            ("cat", 3, "cat (3)"),
            (".cat", 2, ".cat (2)"),
        ] {
            assert_eq!(numbered(name, number), Path::new(expected));
        }
    }
}
