use hardline_derive::Wire;

use crate::events::{
    AudioDetails, EncryptedFile, EventContent, LocationAsset, LocationDetails, MediaInfo, Mentions,
    MessageFormat, MessageType, RelatesTo, ServerNoticeType,
};
use crate::json::{JsonObject, RawJson};
use crate::types::{DeviceId, MxcUri, Timestamp, UserId};

/// `m.room.message`: a message, of whichever kind [`msgtype`](Self::msgtype) says. Each kind has some of these members.
///
/// ```
/// use hardline::events::{MessageType, RawEvent, RoomMessage};
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({
///     "type": "m.room.message",
///     "content": {"msgtype": "m.image", "body": "a cat", "filename": "cat.png", "url": "mxc://example.org/cat"},
/// }))?;
/// let message: RoomMessage = event.content_as()?;
/// assert_eq!(message.msgtype, Some(MessageType::Image));
/// assert_eq!((message.caption(), message.file_name()), (Some("a cat"), Some("cat.png")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.message`](https://spec.matrix.org/v1.19/client-server-api/#mroommessage).
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct RoomMessage {
    /// The kind of message. A redacted event has neither this nor a body.
    pub msgtype: Option<MessageType>,
    /// The message as text, also of kinds that a client does not know. Of a file with a [`filename`](Self::filename) that
    /// differs, it is the caption. Only a request to verify can be without.
    pub body: Option<String>,
    /// How [`formatted_body`](Self::formatted_body) is written.
    pub format: Option<MessageFormat>,
    /// The message, or the caption, with its formatting. Anybody can have written it: whoever shows it takes out what is not
    /// allowed.
    pub formatted_body: Option<String>,
    /// The name of the file. Without it, that is the body.
    pub filename: Option<String>,
    /// The file, the picture, the sound or the film.
    pub url: Option<MxcUri>,
    /// The same, encrypted.
    pub file: Option<Box<EncryptedFile>>,
    /// What is known about it. Of a place it has the preview picture alone.
    pub info: Option<Box<MediaInfo>>,
    /// Where a place is: a `geo:` URI (RFC 5870).
    pub geo_uri: Option<String>,
    /// To what the message relates.
    #[serde(rename = "m.relates_to")]
    pub relates_to: Option<Box<RelatesTo>>,
    /// What an edit puts in the place of the edited event's content, except for its relation.
    #[serde(rename = "m.new_content")]
    pub new_content: Option<RawJson>,
    /// Whom the message notifies. Of an edit, those whom the edited event did not. Since v1.7.
    #[serde(rename = "m.mentions")]
    pub mentions: Option<Mentions>,
    /// The device that asks to be verified. It has to be the sender's.
    pub from_device: Option<DeviceId>,
    /// The methods of verification that the device knows: `m.sas.v1`.
    pub methods: Option<Vec<String>>,
    /// Who is asked to verify. Nobody else reacts to the request.
    pub to: Option<UserId>,
    /// What a server notice is about.
    pub server_notice_type: Option<ServerNoticeType>,
    /// Whom to ask about it: a URI, often `mailto:`.
    pub admin_contact: Option<String>,
    /// Which limit was reached: `monthly_active_user`.
    pub limit_type: Option<String>,
    /// How a voice message is drawn.
    #[serde(rename = "org.matrix.msc1767.audio")]
    pub audio: Option<AudioDetails>,
    /// An object, mostly empty, if the sound is a voice message.
    #[serde(rename = "org.matrix.msc3245.voice")]
    pub voice: Option<JsonObject>,
    /// More about a place.
    #[serde(rename = "org.matrix.msc3488.location")]
    pub location: Option<LocationDetails>,
    /// What is at the place.
    #[serde(rename = "org.matrix.msc3488.asset")]
    pub asset: Option<LocationAsset>,
    /// When it was there, in Unix milliseconds.
    #[serde(rename = "org.matrix.msc3488.ts")]
    pub location_ts: Option<Timestamp>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomMessage {
    /// A message of this kind with this text.
    pub fn new(msgtype: MessageType, body: impl Into<String>) -> Self {
        Self {
            msgtype: Some(msgtype),
            body: Some(body.into()),
            ..Self::default()
        }
    }

    /// The name of the file, if the message has one.
    pub fn file_name(&self) -> Option<&str> {
        self.filename.as_deref().or(self.body_of_file())
    }

    /// What the sender says about the file, if anything. `formatted_body` is then the caption with its formatting.
    pub fn caption(&self) -> Option<&str> {
        let filename = self.filename.as_deref()?;
        self.body_of_file().filter(|body| *body != filename)
    }

    /// The message as HTML, if it has that form. Anybody can have written it.
    pub fn html_body(&self) -> Option<&str> {
        let is_html = self.format == Some(MessageFormat::Html);
        self.formatted_body.as_deref().filter(|_| is_html)
    }

    fn body_of_file(&self) -> Option<&str> {
        let is_file = self.url.is_some() || self.file.is_some();
        self.body.as_deref().filter(|_| is_file)
    }
}

impl EventContent for RoomMessage {
    const TYPE: &'static str = "m.room.message";
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::events::RawEvent;

    fn read(content: Value) -> RoomMessage {
        let event = RawEvent::new(&json!({"type": "m.room.message", "content": content})).unwrap();
        event.content_as().unwrap()
    }

    fn is_kept(content: Value) -> RoomMessage {
        let message = read(content.clone());
        let written = RawJson::new(&message).unwrap();
        assert_eq!(written.deserialize::<Value>().unwrap(), content);
        message
    }

    #[test]
    fn every_kind_is_kept_as_it_came() {
        for content in [
            json!({"msgtype": "m.text", "body": "a", "format": "org.matrix.custom.html", "formatted_body": "<b>a</b>"}),
            json!({"msgtype": "m.location", "body": "a", "geo_uri": "geo:51.5,0.1", "org.matrix.msc3488.asset": {"type": "m.self"},
                "org.matrix.msc3488.location": {"uri": "geo:51.5,0.1", "description": "b"}, "org.matrix.msc3488.ts": 5}),
            json!({"msgtype": "m.audio", "body": "a", "url": "mxc://b/c", "info": {"duration": 5, "mimetype": "audio/ogg", "size": 7},
                "org.matrix.msc1767.audio": {"duration": 5, "waveform": [0, 1024]}, "org.matrix.msc3245.voice": {},
                "org.matrix.msc1767.text": "a"}),
            json!({"msgtype": "m.key.verification.request", "from_device": "D", "methods": ["m.sas.v1"], "to": "@b:c"}),
            json!({"msgtype": "m.server_notice", "body": "a", "server_notice_type": "m.server_notice.usage_limit_reached",
                "admin_contact": "mailto:a@b", "limit_type": "monthly_active_user"}),
            json!({"msgtype": "org.example.smell", "body": "a", "strength": {"x": [1, null]}}),
            json!({"msgtype": "m.text", "body": "* b", "m.new_content": {"msgtype": "m.text", "body": "b", "x": 1},
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}, "m.mentions": {}}),
            json!({}),
        ] {
            is_kept(content);
        }
    }

    #[test]
    fn a_member_that_does_not_fit_costs_itself_alone() {
        let message = read(json!({
            "msgtype": "m.image", "body": "a", "info": {"w": "?", "h": 5}, "m.mentions": "all", "url": null,
            "m.relates_to": {"rel_type": 5, "m.in_reply_to": {"event_id": "$a"}}, "format": 5, "methods": [5, "m.sas.v1"],
        }));
        assert_eq!(message.info.unwrap().h, Some(5));
        assert_eq!(
            (message.mentions, message.url, message.format),
            (None, None, None)
        );
        assert_eq!(message.relates_to.unwrap().reply_to().unwrap(), "$a");
        assert_eq!(message.methods.unwrap(), ["m.sas.v1"]);
    }

    #[test]
    fn a_body_is_a_caption_if_the_file_has_another_name() {
        let parts = |message: &RoomMessage| {
            let [caption, name] = [message.caption(), message.file_name()];
            (caption.map(str::to_owned), name.map(str::to_owned))
        };
        let file = |rest: Value| {
            let mut content = json!({"msgtype": "m.file", "url": "mxc://a/b", "body": "a.txt"});
            let members = content.as_object_mut().unwrap();
            members.extend(rest.as_object().unwrap().clone());
            parts(&read(content))
        };
        let a = Some("a.txt".to_owned());
        assert_eq!(file(json!({})), (None, a.clone()));
        assert_eq!(file(json!({"filename": "a.txt"})), (None, a.clone()));
        assert_eq!(
            file(json!({"filename": "b.txt"})),
            (a, Some("b.txt".to_owned()))
        );
        assert_eq!(
            parts(&read(json!({"msgtype": "m.text", "body": "a"}))),
            (None, None)
        );
    }

    #[test]
    fn only_html_is_html() {
        let html = |format: &str| {
            let content = json!({"msgtype": "m.text", "body": "a", "format": format, "formatted_body": "<b>a</b>"});
            read(content).html_body().map(str::to_owned)
        };
        assert_eq!(html("org.matrix.custom.html").as_deref(), Some("<b>a</b>"));
        assert_eq!(html("org.example.markdown"), None);
    }
}
