use crate::events::RoomMessage;

impl RoomMessage {
    /// The body without the quote of the replied-to message, which clients put at its beginning before v1.13.
    ///
    /// Only a reply has such a quote, and it begins with whom it quotes: `> <@alice:example.org>`. A quote that the sender
    /// wrote stays.
    ///
    /// ```
    /// use hardline::events::{RawEvent, RoomMessage};
    /// use serde_json::json;
    ///
    /// let event = RawEvent::new(&json!({"type": "m.room.message", "content": {
    ///     "msgtype": "m.text", "body": "> <@alice:example.org> lunch?\n\nyes",
    ///     "m.relates_to": {"m.in_reply_to": {"event_id": "$question"}},
    /// }}))?;
    /// let reply: RoomMessage = event.content_as()?;
    /// assert_eq!(reply.body_without_fallback(), Some("yes"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Specification: [rich replies](https://spec.matrix.org/v1.19/client-server-api/#rich-replies).
    pub fn body_without_fallback(&self) -> Option<&str> {
        let body = self.body.as_deref()?;
        Some(if self.is_reply() {
            without_quote(body)
        } else {
            body
        })
    }

    /// The message as HTML without the quote of the replied-to message: `<mx-reply>` at its beginning. `None` if it has no
    /// such form. Anybody can have written it.
    ///
    /// Specification: [rich replies](https://spec.matrix.org/v1.19/client-server-api/#rich-replies).
    pub fn html_without_fallback(&self) -> Option<&str> {
        let html = self.html_body()?;
        Some(if self.is_reply() {
            without_mx_reply(html)
        } else {
            html
        })
    }

    fn is_reply(&self) -> bool {
        let relation = self.relates_to.as_ref();
        relation.is_some_and(|relation| relation.in_reply_to.is_some())
    }
}

fn without_quote(body: &str) -> &str {
    let is_fallback = body.starts_with("> <") || body.starts_with("> * <");
    if !is_fallback {
        return body;
    }
    let mut rest = body;
    while rest.starts_with("> ") {
        match rest.split_once('\n') {
            Some((_, after)) => rest = after,
            // Nothing would be left of it.
            None => return body,
        }
    }
    rest.strip_prefix('\n').unwrap_or(rest)
}

fn without_mx_reply(html: &str) -> &str {
    let inside = html.trim_start().strip_prefix("<mx-reply>");
    let after = inside.and_then(|inside| inside.split_once("</mx-reply>"));
    after.map_or(html, |(_, after)| after)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_quote_goes_and_what_the_sender_wrote_stays() {
        for (body, without) in [
            ("> <@a:b> one\n> two\n\nreply", "reply"),
            ("> * <@a:b> waves\n\nreply", "reply"),
            ("> <@a:b> one\nreply", "reply"),
            ("> <@a:b> one\n\n\nreply", "\nreply"),
            ("> <@a:b> one\n\n> quoted\nreply", "> quoted\nreply"),
            ("> quoted by hand\n\nreply", "> quoted by hand\n\nreply"),
            ("> <@a:b> nothing else", "> <@a:b> nothing else"),
            ("reply\n> <@a:b> one", "reply\n> <@a:b> one"),
            (">", ">"),
            ("", ""),
        ] {
            assert_eq!(without_quote(body), without, "{body}");
        }
    }

    #[test]
    fn mx_reply_goes_from_the_beginning_alone() {
        for (html, without) in [
            (
                "<mx-reply><blockquote>a</blockquote></mx-reply>reply",
                "reply",
            ),
            ("\n<mx-reply></mx-reply><b>reply</b>", "<b>reply</b>"),
            ("reply<mx-reply>a</mx-reply>", "reply<mx-reply>a</mx-reply>"),
            ("<mx-reply>never ends", "<mx-reply>never ends"),
        ] {
            assert_eq!(without_mx_reply(html), without, "{html}");
        }
    }

    #[test]
    fn only_a_reply_has_a_fallback() {
        let (body, html) = ("> <@a:b> a\n\nb", "<mx-reply>a</mx-reply>b");
        let mut content = json!({"msgtype": "m.text", "body": body, "format": "org.matrix.custom.html", "formatted_body": html});
        let message: RoomMessage = serde_json::from_value(content.clone()).unwrap();
        assert_eq!(message.body_without_fallback(), Some(body));
        assert_eq!(message.html_without_fallback(), Some(html));
        content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": "$a"}});
        let reply: RoomMessage = serde_json::from_value(content).unwrap();
        assert_eq!(reply.body_without_fallback(), Some("b"));
        assert_eq!(reply.html_without_fallback(), Some("b"));
    }
}
