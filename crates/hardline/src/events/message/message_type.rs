use crate::types::text::text_enum;

text_enum! {
    /// What kind of message an `m.room.message` is: its `msgtype`.
    ///
    /// Show one that you do not know as text: `body` is there for that.
    ///
    /// ```
    /// use hardline::events::MessageType;
    ///
    /// assert_eq!(MessageType::from("m.image"), MessageType::Image);
    /// assert_eq!(MessageType::from("org.example.smell").as_str(), "org.example.smell");
    /// ```
    ///
    /// Specification: [`m.room.message` msgtypes](https://spec.matrix.org/v1.19/client-server-api/#mroommessage-msgtypes).
    MessageType {
        /// Text: `m.text`.
        Text = "m.text",
        /// What the sender does, told in the third person: `m.emote`.
        Emote = "m.emote",
        /// What a bot says: `m.notice`. Bots never answer one.
        Notice = "m.notice",
        /// A picture: `m.image`.
        Image = "m.image",
        /// A file: `m.file`.
        File = "m.file",
        /// A sound: `m.audio`.
        Audio = "m.audio",
        /// A place: `m.location`.
        Location = "m.location",
        /// A film: `m.video`.
        Video = "m.video",
        /// A request to verify a user's device, in a room with both: `m.key.verification.request`. Since v1.5.
        VerificationRequest = "m.key.verification.request",
        /// What the server's administrators say, in a room of theirs: `m.server_notice`.
        ServerNotice = "m.server_notice",
    }
}

text_enum! {
    /// How a message's `formatted_body` is written.
    ///
    /// ```
    /// use hardline::events::MessageFormat;
    ///
    /// assert_eq!(MessageFormat::from("org.matrix.custom.html"), MessageFormat::Html);
    /// ```
    ///
    /// Specification: [`m.text`](https://spec.matrix.org/v1.19/client-server-api/#mtext).
    MessageFormat {
        /// HTML of [a few elements](https://spec.matrix.org/v1.19/client-server-api/#mroommessage-msgtypes). Whoever shows it
        /// takes all others out first: anybody can have written it.
        Html = "org.matrix.custom.html",
    }
}

text_enum! {
    /// What a server notice is about.
    ///
    /// ```
    /// use hardline::events::ServerNoticeType;
    ///
    /// let limit = ServerNoticeType::from("m.server_notice.usage_limit_reached");
    /// assert_eq!(limit, ServerNoticeType::UsageLimitReached);
    /// ```
    ///
    /// Specification: [server notices](https://spec.matrix.org/v1.19/client-server-api/#server-notices).
    ServerNoticeType {
        /// The server is over a limit, and nobody can send until its administrator changes that.
        UsageLimitReached = "m.server_notice.usage_limit_reached",
    }
}
