use crate::types::room::is_hash;
use crate::types::text::{text_enum, text_type};
use crate::types::{Base64, InvalidText, ServerName};

text_type! {
    /// An event: `$` and opaque text, at most 255 bytes.
    ///
    /// In room versions 1 and 2 it ends with the server that made it, `$event:example.org`. In version 3 it is the
    /// event's hash in base64 and may contain `/` and `+`; from version 4 on the base64 is URL-safe. Clients treat it
    /// as opaque, so `parse` only requires the `$` and something after it; [`validate_strict`](Self::validate_strict)
    /// requires one of these forms.
    ///
    /// ```
    /// use hardline::types::EventId;
    ///
    /// let event = EventId::parse("$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk")?;
    /// assert!(event.validate_strict().is_ok());
    /// assert!(EventId::parse("$").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [event IDs](https://spec.matrix.org/v1.19/appendices/#event-ids).
    EventId, grammar: event_id, examples: "\\$([A-Za-z0-9_-]{1,43}|[A-Za-z0-9/+]{1,43}|[A-Za-z0-9]{1,20}:[a-z][a-z0-9-]{0,10}\\.org)"
}

impl EventId {
    /// The server that made the event, if the ID contains it: in room versions 1 and 2.
    pub fn server_name(&self) -> Option<ServerName> {
        let (_, server) = self.0.split_once(':')?;
        ServerName::parse(server).ok()
    }

    /// Checks that the ID has a form of the existing room versions, 1 to 12.
    ///
    /// # Errors
    /// [`InvalidText`] if it has none of them. A later room version may introduce another.
    pub fn validate_strict(&self) -> Result<(), InvalidText> {
        event_id(&self.0)?;
        let valid = match self.0[1..].split_once(':') {
            Some((name, server)) => !name.is_empty() && ServerName::parse(server).is_ok(),
            None => {
                is_hash(&self.0[1..], Base64::UrlSafe) || is_hash(&self.0[1..], Base64::Standard)
            }
        };
        InvalidText::unless(
            valid,
            "event ID",
            "it must end with : and a server, or be $ with 43 characters of base64",
        )
    }
}

fn event_id(text: &str) -> Result<(), InvalidText> {
    InvalidText::unless(
        text.len() > 1 && text.len() <= 255 && text.starts_with('$') && !text.contains('\0'),
        "event ID",
        "it must begin with $ and have at most 255 bytes",
    )
}

text_type! {
    /// A client's name for a request that it may repeat, so that the server acts on it once: any text that is not
    /// empty.
    ///
    /// It has to be unique for a device and a path. Make a new one for each event, and use that one for all its
    /// retries.
    ///
    /// ```
    /// use hardline::types::TransactionId;
    ///
    /// let id = TransactionId::from_entropy([7; 16]);
    /// assert_eq!(id, "BwcHBwcHBwcHBwcHBwcHBw");
    /// assert!(TransactionId::parse("").is_err());
    /// # Ok::<(), hardline::types::InvalidText>(())
    /// ```
    ///
    /// Specification: [transaction
    /// identifiers](https://spec.matrix.org/v1.19/client-server-api/#transaction-identifiers).
    TransactionId, grammar: |text| InvalidText::unless(!text.is_empty(), "transaction ID", "it is empty"),
    examples: "[!-~]{3,20}"
}

impl TransactionId {
    /// Makes an ID from 16 random bytes that the caller provides, since the core has no source of randomness.
    pub fn from_entropy(entropy: [u8; 16]) -> Self {
        Self(Base64::UrlSafe.encode(entropy))
    }
}

text_enum! {
    /// The kind of a receipt.
    ReceiptType {
        /// Everybody in the room sees it.
        Read = "m.read",
        /// Only the user's own devices see it. Since v1.4.
        ReadPrivate = "m.read.private",
        /// The read marker: up to where the user has read everything. Since v1.4.
        FullyRead = "m.fully_read",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_every_room_version_are_accepted() {
        for (text, server) in [
            ("$event:example.org", Some("example.org")),
            ("$31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", None),
            ("$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk", None),
        ] {
            let event = EventId::parse(text).unwrap();
            assert_eq!(event.server_name().as_ref().map(ServerName::as_str), server);
            assert_eq!(event.validate_strict(), Ok(()), "{text}");
        }
        assert!(EventId::parse("event").is_err());
    }

    #[test]
    fn text_that_is_not_an_event_id_fails_validation() {
        for text in ["", "é", "$", "$é", "$:", "$a_/"] {
            let event: EventId = serde_json::from_value(text.into()).unwrap();
            assert!(event.validate_strict().is_err(), "{text}");
        }
    }
}
