//! `media`, and files that are sent.

use std::fs;
use std::path::{Path, PathBuf};

use hardline_loopback::{Fault, Loopback};
use serde_json::Value;

use crate::account::{data, log_in, with};
use crate::rooms::{create, step};
use crate::run::{homeserver, run};

/// What is not the same at any two places.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + at / 256) as u8).collect()
}

/// A file of alice's, who is logged in, and its URI.
fn uploaded(loopback: &Loopback, data: &Path, length: usize) -> (PathBuf, String) {
    log_in(loopback, data);
    let file = data.join("cat.png");
    fs::write(&file, content(length)).unwrap();
    let ended = run(with(data, "media put").arg(&file)).expect(0, &["mxc://"]);
    assert_eq!(ended.stdout.lines().count(), 1);
    (file, ended.stdout.trim().to_owned())
}

fn get(data: &Path, uri: &str, options: &str) -> std::process::Command {
    let mut get = with(data, &format!("media get {uri} {options}"));
    get.current_dir(data);
    get
}

#[test]
fn a_file_goes_up_and_comes_down_over_every_transport() {
    let (loopback, data) = (homeserver(), data("media"));
    let (file, _) = uploaded(&loopback, &data, 10);
    fs::write(&file, content(300_000)).unwrap();
    for transport in ["hyper", "isahc", "isahc-blocking"] {
        let mut put = with(&data, &format!("media put --transport {transport}"));
        let ended = run(put.arg(&file)).expect(0, &["mxc://"]);
        let output = format!("{transport}.png");
        let options = format!("--transport {transport} --json -o {output}");
        let saved = run(&mut get(&data, ended.stdout.trim(), &options));
        let saved = step(&saved, "downloaded");
        assert_eq!(
            (&saved["file"], &saved["bytes"]),
            (&output.as_str().into(), &300_000.into())
        );
        assert_eq!(saved["content_type"], "image/png");
        assert_eq!(
            fs::read(data.join(&output)).unwrap(),
            content(300_000),
            "{transport}"
        );
        assert!(!data.join(format!("{output}.part")).exists());
        assert!(!data.join(format!("{output}.part.json")).exists());
    }
}

#[test]
fn no_file_is_written_over() {
    let (loopback, data) = (homeserver(), data("media_there"));
    let (_, uri) = uploaded(&loopback, &data, 10);
    run(&mut get(&data, &uri, "")).expect(0, &["saved cat (2).png, 10 bytes"]);
    fs::write(data.join("mine"), "mine").unwrap();
    run(&mut get(&data, &uri, "-o mine")).expect(2, &["is there already", "--force"]);
    fs::write(data.join("other.part"), "mine").unwrap();
    run(&mut get(&data, &uri, "-o other")).expect(2, &["other.part is there already"]);
    for mine in ["mine", "other.part"] {
        assert_eq!(fs::read(data.join(mine)).unwrap(), b"mine");
    }
    run(&mut get(&data, &uri, "-o mine --force")).expect(0, &["saved mine"]);
    assert_eq!(fs::read(data.join("mine")).unwrap(), content(10));
    run(&mut get(&data, &uri, "-o .")).expect(2, &["is a folder"]);
}

#[test]
fn a_download_that_broke_goes_on() {
    let (loopback, data) = (homeserver(), data("media_broken"));
    let (_, uri) = uploaded(&loopback, &data, 500_000);
    let path = "/_matrix/client/v1/media/download";
    loopback.set_fault(
        path,
        Fault::CutBody {
            times: 1,
            after: 200_000,
        },
    );
    let options = "-o down.png --retries 0";
    run(&mut get(&data, &uri, options)).expect(5, &["the same command goes on"]);
    let part = fs::read(data.join("down.png.part")).unwrap();
    assert!(
        !part.is_empty() && content(500_000).starts_with(&part),
        "{}",
        part.len()
    );
    assert!(data.join("down.png.part.json").exists());
    loopback.clear_fault(path);
    run(&mut get(&data, &uri, options)).expect(0, &["saved down.png, 500000 bytes"]);
    assert_eq!(fs::read(data.join("down.png")).unwrap(), content(500_000));
    assert!(!data.join("down.png.part.json").exists());
}

#[test]
fn what_cannot_be_sent_or_is_not_there_is_told() {
    let (loopback, data) = (homeserver(), data("media_refused"));
    log_in(&loopback, &data);
    run(&mut with(&data, "media put /nowhere/at/all")).expect(2, &["could not read"]);
    run(&mut with(&data, "media put /")).expect(2, &["is no file"]);
    run(&mut with(&data, "media get https://example.org/x")).expect(2, &["mxc://"]);
    let uri = format!("mxc://{}/nothing", loopback.server_name());
    run(&mut get(&data, &uri, "-o x")).expect(3, &["M_NOT_FOUND", "no such file"]);
    assert!(!data.join("x.part").exists());
}

#[test]
fn a_file_is_sent_by_its_type() {
    let (loopback, data) = (homeserver(), data("media_sent"));
    let (file, _) = uploaded(&loopback, &data, 1_000);
    let room = create(&data, "");
    let notes = data.join("notes.txt");
    fs::write(&notes, "tea").unwrap();
    let mut send = with(&data, &format!("send {room} purring --file"));
    run(send.arg(&file)).expect(0, &["sent $"]);
    let mut send = with(&data, &format!("send {room} --file"));
    run(send.arg(&notes)).expect(0, &["sent $"]);
    let arguments = format!("call cs:getRoomEvents dir=b limit=2 roomId={room}");
    let ended = run(&mut with(&data, &arguments)).expect(0, &[]);
    let answer: Value = serde_json::from_str(&ended.stdout).unwrap();
    let (notes, picture) = (
        &answer["chunk"][0]["content"],
        &answer["chunk"][1]["content"],
    );
    assert_eq!(
        (&notes["msgtype"], &notes["body"]),
        (&"m.file".into(), &"notes.txt".into())
    );
    assert_eq!(picture["msgtype"], "m.image");
    assert_eq!(
        (&picture["body"], &picture["filename"]),
        (&"purring".into(), &"cat.png".into())
    );
    assert_eq!(picture["info"]["size"], 1_000);
    let uri = picture["url"].as_str().unwrap();
    run(&mut get(&data, uri, "-o sent.png")).expect(0, &[]);
    assert_eq!(fs::read(data.join("sent.png")).unwrap(), content(1_000));
    run(&mut with(
        &data,
        &format!("send {room} --file /nowhere/at/all"),
    ))
    .expect(2, &["could not read"]);
}
