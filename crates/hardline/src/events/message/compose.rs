//! Messages as one writes them. Each has `m.mentions`, so that nobody is notified because a name is in its text.

use crate::events::{
    AudioDetails, EncryptedFile, LocationDetails, MediaInfo, Mentions, MessageFormat, MessageType,
    RoomMessage,
};
use crate::json::JsonObject;
use crate::types::{DeviceId, InvalidText, MxcUri, UserId};

impl RoomMessage {
    /// A text.
    ///
    /// ```
    /// use hardline::events::RoomMessage;
    /// use hardline::json::RawJson;
    /// use hardline::types::UserId;
    ///
    /// let message = RoomMessage::text("hello Alice")
    ///     .with_html("hello <b>Alice</b>")
    ///     .mention(UserId::parse("@alice:example.org")?);
    /// assert_eq!(
    ///     RawJson::new(&message)?.as_str(),
    ///     concat!(
    ///         r#"{"msgtype":"m.text","body":"hello Alice","format":"org.matrix.custom.html","#,
    ///         r#""formatted_body":"hello <b>Alice</b>","m.mentions":{"user_ids":["@alice:example.org"]}}"#,
    ///     ),
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn text(body: impl Into<String>) -> Self {
        Self::written(MessageType::Text, body)
    }

    /// What a bot says: no other bot answers it.
    pub fn notice(body: impl Into<String>) -> Self {
        Self::written(MessageType::Notice, body)
    }

    /// What the user does, in the third person and without the name: `waves`.
    pub fn emote(body: impl Into<String>) -> Self {
        Self::written(MessageType::Emote, body)
    }

    /// A picture with the name of its file, from the answer to its upload.
    ///
    /// ```
    /// use hardline::events::{MediaInfo, RoomMessage};
    /// use hardline::types::MxcUri;
    ///
    /// let uploaded = MxcUri::parse("mxc://example.org/cat")?;
    /// let mut info = MediaInfo::new();
    /// info.mimetype = Some("image/png".to_owned());
    /// let message = RoomMessage::image("cat.png", uploaded).with_info(info).with_caption("my cat");
    /// assert_eq!((message.caption(), message.file_name()), (Some("my cat"), Some("cat.png")));
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    pub fn image(filename: impl Into<String>, url: MxcUri) -> Self {
        Self::uploaded(MessageType::Image, filename, url)
    }

    /// A file with its name, from the answer to its upload.
    pub fn file(filename: impl Into<String>, url: MxcUri) -> Self {
        Self::uploaded(MessageType::File, filename, url)
    }

    /// A sound with the name of its file, from the answer to its upload.
    pub fn audio(filename: impl Into<String>, url: MxcUri) -> Self {
        Self::uploaded(MessageType::Audio, filename, url)
    }

    /// A film with the name of its file, from the answer to its upload.
    pub fn video(filename: impl Into<String>, url: MxcUri) -> Self {
        Self::uploaded(MessageType::Video, filename, url)
    }

    /// A voice message, from the answer to its upload: a sound that clients show as such.
    ///
    /// That is in use, and no part of the specification: [MSC3245](https://github.com/matrix-org/matrix-spec-proposals/pull/3245).
    pub fn voice(filename: impl Into<String>, url: MxcUri, details: AudioDetails) -> Self {
        let mut info = MediaInfo::new();
        info.duration = details.duration;
        let mut message = Self::audio(filename, url).with_info(info);
        message.audio = Some(details);
        message.voice = Some(JsonObject::new());
        message
    }

    /// A place: what it is in words, and where as a `geo:` URI (RFC 5870).
    ///
    /// ```
    /// use hardline::events::RoomMessage;
    ///
    /// let message = RoomMessage::location("Big Ben", "geo:51.5008,-0.1247;u=20")?;
    /// assert_eq!(message.geo_uri.as_deref(), Some("geo:51.5008,-0.1247;u=20"));
    /// assert!(RoomMessage::location("Big Ben", "51.5008,-0.1247").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// # Errors
    /// The URI is not `geo:` with two or three numbers.
    pub fn location(
        body: impl Into<String>,
        geo_uri: impl Into<String>,
    ) -> Result<Self, InvalidText> {
        let (body, geo_uri) = (body.into(), geo_uri.into());
        check_geo_uri(&geo_uri)?;
        let mut message = Self::written(MessageType::Location, body.clone());
        let mut location = LocationDetails::new(geo_uri.clone());
        location.description = Some(body);
        message.geo_uri = Some(geo_uri);
        message.location = Some(location);
        Ok(message)
    }

    /// A request to verify a device of this user, from a device of the sender, by one of these methods. Its text is for
    /// clients that cannot.
    pub fn verification_request(to: UserId, from_device: DeviceId, methods: Vec<String>) -> Self {
        let body = format!(
            "{to} is asked to verify a device, but this client cannot do that: use another one."
        );
        let mut message = Self::written(MessageType::VerificationRequest, body);
        message.to = Some(to);
        message.from_device = Some(from_device);
        message.methods = Some(methods);
        message
    }

    /// The same with formatting, as HTML. The body is its plain form. Of a file it is the caption's.
    #[must_use]
    pub fn with_html(mut self, html: impl Into<String>) -> Self {
        self.format = Some(MessageFormat::Html);
        self.formatted_body = Some(html.into());
        self
    }

    /// The same file with a caption.
    #[must_use]
    pub fn with_caption(mut self, caption: impl Into<String>) -> Self {
        if self.filename.is_none() {
            self.filename = self.body.take();
        }
        self.body = Some(caption.into());
        self
    }

    /// The same with what is known about the file.
    #[must_use]
    pub fn with_info(mut self, info: MediaInfo) -> Self {
        self.info = Some(Box::new(info));
        self
    }

    /// The same with the encrypted file instead of one that is not, for a room that is encrypted.
    #[must_use]
    pub fn with_encrypted_file(mut self, file: EncryptedFile) -> Self {
        self.url = None;
        self.file = Some(Box::new(file));
        self
    }

    /// The same, which notifies this user.
    #[must_use]
    pub fn mention(mut self, user: UserId) -> Self {
        self.mentions.get_or_insert_default().add_user(user);
        self
    }

    /// The same, which notifies everybody in the room, if the sender may do that.
    #[must_use]
    pub fn mention_room(mut self) -> Self {
        self.mentions.get_or_insert_default().room = Some(true);
        self
    }

    fn written(msgtype: MessageType, body: impl Into<String>) -> Self {
        let mut message = Self::new(msgtype, body);
        message.mentions = Some(Mentions::new());
        message
    }

    fn uploaded(msgtype: MessageType, filename: impl Into<String>, url: MxcUri) -> Self {
        let filename = filename.into();
        let mut message = Self::written(msgtype, filename.clone());
        message.filename = Some(filename);
        message.url = Some(url);
        message
    }
}

fn check_geo_uri(uri: &str) -> Result<(), InvalidText> {
    let numbers = uri.strip_prefix("geo:").unwrap_or_default();
    let numbers = numbers.split(';').next().unwrap_or_default().split(',');
    let is_number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        [whole, fraction]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let are_valid = numbers.clone().all(is_number) && (2..=3).contains(&numbers.count());
    InvalidText::unless(
        are_valid,
        "geo URI",
        "it must be geo: with latitude and longitude in decimal degrees",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::json::RawJson;

    fn sent(message: &RoomMessage) -> Value {
        RawJson::new(message).unwrap().deserialize().unwrap()
    }

    fn picture() -> MxcUri {
        MxcUri::parse("mxc://example.org/a").unwrap()
    }

    #[test]
    fn a_message_has_what_its_kind_requires() {
        let nobody = json!({});
        assert_eq!(
            sent(&RoomMessage::notice("a")),
            json!({"msgtype": "m.notice", "body": "a", "m.mentions": nobody})
        );
        assert_eq!(
            sent(&RoomMessage::emote("a")),
            json!({"msgtype": "m.emote", "body": "a", "m.mentions": nobody})
        );
        for (message, msgtype) in [
            (RoomMessage::image("a.b", picture()), "m.image"),
            (RoomMessage::file("a.b", picture()), "m.file"),
            (RoomMessage::audio("a.b", picture()), "m.audio"),
            (RoomMessage::video("a.b", picture()), "m.video"),
        ] {
            let wanted = json!({"msgtype": msgtype, "body": "a.b", "filename": "a.b", "url": "mxc://example.org/a",
                "m.mentions": nobody});
            assert_eq!(sent(&message), wanted);
            assert_eq!(
                (message.caption(), message.file_name()),
                (None, Some("a.b"))
            );
        }
        let voice = sent(&RoomMessage::voice(
            "a.ogg",
            picture(),
            AudioDetails::new(70),
        ));
        assert_eq!(voice["org.matrix.msc3245.voice"], json!({}));
        assert_eq!(voice["info"], voice["org.matrix.msc1767.audio"]);
        let to = UserId::parse("@b:c").unwrap();
        let request = RoomMessage::verification_request(to, DeviceId::parse("D").unwrap(), vec![]);
        assert_eq!(sent(&request)["to"], "@b:c");
        assert_eq!(sent(&request)["msgtype"], "m.key.verification.request");
    }

    #[test]
    fn an_encrypted_file_takes_the_place_of_the_other() {
        let file: EncryptedFile = serde_json::from_value(json!({
            "url": "mxc://a/b", "v": "v2", "iv": "w", "hashes": {"sha256": "f"},
            "key": {"alg": "A256CTR", "ext": true, "k": "a", "key_ops": ["encrypt", "decrypt"], "kty": "oct"},
        }))
        .unwrap();
        let message = sent(&RoomMessage::image("a", picture()).with_encrypted_file(file));
        assert_eq!(message["file"]["url"], "mxc://a/b");
        assert_eq!(message.get("url"), None);
    }

    #[test]
    fn a_place_is_in_degrees() {
        for good in ["geo:1,2", "geo:-1.5,2.25,-3", "geo:1,2;u=5;crs=wgs84"] {
            assert!(RoomMessage::location("a", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "geo:",
            "geo:1",
            "geo:1,2,3,4",
            "geo:1,b",
            "geo:1.,2",
            "geo:,2",
            "1,2",
            "GEO 1,2",
            "geo:--1,2",
        ] {
            assert!(RoomMessage::location("a", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn everybody_is_mentioned_beside_a_user() {
        let user = UserId::parse("@a:b").unwrap();
        let message = RoomMessage::new(MessageType::Text, "a")
            .mention_room()
            .mention(user);
        assert_eq!(
            sent(&message)["m.mentions"],
            json!({"user_ids": ["@a:b"], "room": true})
        );
    }
}
