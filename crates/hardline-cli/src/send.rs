//! `send`, and what `resume` does about messages.

use hardline::client_api::room_events::GetRoomStateWithKey;
use hardline::events::{EventContent, MediaInfo, RoomEncryption, RoomMessage};
use hardline::flow::{OutgoingEvent, QueuedState};
use hardline::types::{MxcUri, RoomId};
use hardline::wire::ErrorCode;

use crate::args::Send;
use crate::cli_error::CliError;
use crate::doing::Doing;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::media::{FileToSend, upload};
use crate::outbox::Outbox;
use crate::prompt::Prompt;
use crate::random::transaction_entropy;
use crate::report::Report;
use crate::room::find;
use crate::sending::Sending;
use crate::session::Session;

pub(crate) async fn run(options: &Send, report: &Report) -> Result<(), CliError> {
    let text = options.text()?;
    let file = options.file.as_deref();
    let file = file.map(|file| FileToSend::open(file, None)).transpose()?;
    let interrupt = Interrupt::watch();
    let prompt = Prompt::new(report, interrupt.clone());
    let session = Session::begin(&options.account, report, &prompt, &interrupt).await?;
    let ended = send(options, text, file, &session, report).await;
    session.end(report).await;
    ended
}

async fn send(
    options: &Send,
    text: Option<String>,
    file: Option<FileToSend>,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let room_id = find(&options.room, session, report).await?;
    refuse_encrypted(&room_id, session, report).await?;
    let message = match file {
        Some(file) => {
            let content_uri = upload(&file, session, report).await?;
            of_file(&file, content_uri, text)
        }
        None => of_text(text.unwrap_or_default(), options),
    };
    let event = OutgoingEvent::of(room_id, &message)
        .map_err(|error| CliError::local("could not write the message", &error))?;
    let mut outbox = Outbox::open(session)?;
    let now = session.client().now();
    let queued = outbox.queue.enqueue(now, event, transaction_entropy()?);
    let txn_id = queued.map_err(|error| CliError::usage(error.to_string()))?;
    Sending::new(outbox, session, report)
        .run(Some(&txn_id))
        .await
}

fn of_text(text: String, options: &Send) -> RoomMessage {
    match (options.notice, options.emote) {
        (true, _) => RoomMessage::notice(text),
        (_, true) => RoomMessage::emote(text),
        _ => RoomMessage::text(text),
    }
}

fn of_file(file: &FileToSend, content_uri: MxcUri, caption: Option<String>) -> RoomMessage {
    let name = file.name.to_string();
    let message = match file.media_type.split('/').next() {
        Some("image") => RoomMessage::image(name, content_uri),
        Some("audio") => RoomMessage::audio(name, content_uri),
        Some("video") => RoomMessage::video(name, content_uri),
        _ => RoomMessage::file(name, content_uri),
    };
    let mut info = MediaInfo::new();
    info.mimetype = Some(file.media_type.clone());
    info.size = Some(file.bytes);
    let message = message.with_info(info);
    match caption {
        Some(caption) => message.with_caption(caption),
        None => message,
    }
}

/// What is written in clear into an encrypted room, its members would take for a mistake at best.
async fn refuse_encrypted(
    room_id: &RoomId,
    session: &Session,
    report: &Report,
) -> Result<(), CliError> {
    let doing = Doing::Sending;
    report.busy(doing.in_words());
    let event_type = RoomEncryption::TYPE.to_owned();
    let state = GetRoomStateWithKey::new(room_id.clone(), event_type, String::new());
    match session.call(state, doing).await {
        Ok(_) => Err(CliError::new(
            Exit::Unsupported,
            "the room is encrypted, and this command does not encrypt",
            "write there with another client",
        )),
        Err(error) if error.errcode.as_deref() == Some(ErrorCode::NotFound.as_str()) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Sends the messages that were left. `false` if there are none.
pub(crate) async fn resume(
    session: &Session,
    report: &Report,
    prompt: &Prompt<'_>,
) -> Result<bool, CliError> {
    let mut outbox = Outbox::open(session)?;
    if outbox.queue.is_empty() {
        return Ok(false);
    }
    let now = session.client().now();
    let doubtful = outbox.queue.entries();
    let doubtful: Vec<_> = doubtful
        .filter(|entry| matches!(entry.state, QueuedState::MayHaveBeenSent(_)))
        .map(|entry| {
            let message = entry.content.and_then(|content| content.deserialize().ok());
            let body = message.and_then(|message: RoomMessage| message.body);
            let question = format!(
                "\"{}\" to {} may have been sent: send it again? [y/N] ",
                body.unwrap_or_default(),
                entry.room_id
            );
            (entry.txn_id.clone(), question)
        })
        .collect();
    for (txn_id, question) in doubtful {
        report.rest();
        let answer = prompt.line(&question).await?;
        let answer = answer.ok_or_else(|| {
            let advice = "pipe in y for each message that may have been sent and is to be sent again, n to drop it";
            prompt.ended("answer", advice)
        })?;
        let changed = match answer.trim() {
            "y" | "Y" | "yes" => outbox.queue.resend(now, &txn_id),
            _ => {
                let dropped = outbox.queue.discard(now, &txn_id, transaction_entropy()?);
                dropped.map(|_| ())
            }
        };
        changed.map_err(|error| CliError::local("the message could not be changed", &error))?;
    }
    Sending::new(outbox, session, report).run(None).await?;
    Ok(true)
}
