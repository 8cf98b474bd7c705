use hardline_derive::Wire;
use serde::{Deserialize, Deserializer};

use crate::events::EventContent;
use crate::json::{JsonObject, RawJson};
use crate::types::ServerName;
use crate::types::text::glob_matches;

/// `m.room.server_acl`: which servers may take part in the room. Nothing of it is skipped: a wrong value is an error, since
/// one that reads as absent would let others in, or keep everybody out.
///
/// ```
/// use hardline::events::{RawEvent, RoomServerAcl};
/// use hardline::types::ServerName;
/// use serde_json::json;
///
/// let event = RawEvent::new(&json!({"type": "m.room.server_acl", "content": {
///     "allow": ["*"],
///     "deny": ["*.evil.example"],
///     "allow_ip_literals": false,
/// }}))?;
/// let acl: RoomServerAcl = event.content_as()?;
/// assert!(acl.permits(&ServerName::parse("example.org:8448")?));
/// assert!(!acl.permits(&ServerName::parse("Very.Evil.example")?));
/// assert!(!acl.permits(&ServerName::parse("10.0.0.1")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Specification: [`m.room.server_acl`](https://spec.matrix.org/v1.19/client-server-api/#mroomserver_acl).
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct RoomServerAcl {
    /// Whether servers may be IP addresses. Missing, and whatever is no boolean, stands for `true`.
    pub allow_ip_literals: Option<AllowIpLiterals>,
    /// Who may, as globs: `*` stands for any characters, `?` for one. Missing stands for nobody, the sender included.
    pub allow: Option<Vec<String>>,
    /// Who may not, as globs. It counts before [`allow`](Self::allow).
    pub deny: Option<Vec<String>>,
    /// All other members, by their names.
    #[hardline(others)]
    pub others: JsonObject,
}

impl RoomServerAcl {
    /// These may, and no others.
    pub fn new(allow: Vec<String>) -> Self {
        Self {
            allow: Some(allow),
            ..Self::default()
        }
    }

    /// Whether a server may take part. Ports do not count, nor do upper and lower case.
    ///
    /// A room without the event permits every server. The work grows with the length of the lists times that of the name.
    pub fn permits(&self, server: &ServerName) -> bool {
        if server.is_ip_literal() && self.allow_ip_literals == Some(AllowIpLiterals(false)) {
            return false;
        }
        let host = server.host().to_ascii_lowercase();
        let is_in = |globs: &Option<Vec<String>>| {
            let mut globs = globs.iter().flatten();
            globs.any(|glob| glob_matches(&glob.to_ascii_lowercase(), &host))
        };
        !is_in(&self.deny) && is_in(&self.allow)
    }
}

impl EventContent for RoomServerAcl {
    const TYPE: &'static str = "m.room.server_acl";
}

/// Whether servers may be IP addresses. It reads whatever is no boolean as `true`, as servers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowIpLiterals(pub bool);

impl<'de> Deserialize<'de> for AllowIpLiterals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = <RawJson as Deserialize>::deserialize(deserializer)?;
        Ok(Self(value.as_str() != "false"))
    }
}

impl serde::Serialize for AllowIpLiterals {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.0)
    }
}

#[cfg(any(feature = "by-name", feature = "proptest"))]
impl crate::json::Shaped for AllowIpLiterals {
    const SHAPE: &'static crate::json::Shape = <bool as crate::json::Shaped>::SHAPE;
}

#[cfg(feature = "proptest")]
crate::json::strategy_of_shape!(AllowIpLiterals);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{ContentError, RawEvent};

    fn acl(content: &str) -> Result<RoomServerAcl, ContentError> {
        let event: RawEvent =
            serde_json::from_str(&format!(r#"{{"content": {content}}}"#)).unwrap();
        event.content_as()
    }

    fn permits(content: &str, server: &str) -> bool {
        let server: ServerName = serde_json::from_value(server.into()).unwrap();
        acl(content).unwrap().permits(&server)
    }

    #[test]
    fn nobody_is_allowed_who_is_not_named() {
        assert!(!permits("{}", "a.org"));
        assert!(!permits(r#"{"allow": null, "deny": null}"#, "a.org"));
        assert!(!permits(r#"{"allow": []}"#, "a.org"));
        assert!(permits(r#"{"allow": ["a.org"]}"#, "a.org"));
    }

    #[test]
    fn who_is_denied_is_not_allowed() {
        let content = r#"{"allow": ["*"], "deny": ["evil.org", "*.EVIL.org", "b?d.org"]}"#;
        for (server, expected) in [
            ("good.org", true),
            ("evil.org", false),
            ("evil.org:8448", false),
            ("EVIL.org", false),
            ("very.evil.org", false),
            ("notevil.org", true),
            ("bad.org", false),
            ("baad.org", true),
        ] {
            assert_eq!(permits(content, server), expected, "{server}");
        }
    }

    #[test]
    fn ports_do_not_count() {
        assert!(permits(r#"{"allow": ["a.org"]}"#, "a.org:443"));
        assert!(!permits(r#"{"allow": ["a.org:443"]}"#, "a.org:443"));
    }

    #[test]
    fn addresses_can_be_kept_out() {
        let content = r#"{"allow": ["*"], "allow_ip_literals": false}"#;
        for server in ["1.2.3.4", "1.2.3.4:8448", "[::1]", "[2001:db8::1]:8448"] {
            assert!(!permits(content, server), "{server}");
        }
        for server in ["1.2.3.4.org", "1.2.3", "a.org"] {
            assert!(permits(content, server), "{server}");
        }
    }

    #[test]
    fn what_is_no_boolean_lets_addresses_in() {
        for value in ["true", r#""false""#, "0", "null", "[]"] {
            let content = format!(r#"{{"allow": ["*"], "allow_ip_literals": {value}}}"#);
            assert!(permits(&content, "[::1]"), "{value}");
        }
    }

    #[test]
    fn lists_that_are_none_are_errors() {
        for content in [
            r#"{"allow": "*"}"#,
            r#"{"allow": ["*"], "deny": {"evil.org": true}}"#,
            r#"{"allow": ["*"], "deny": ["evil.org", 5]}"#,
        ] {
            assert!(acl(content).is_err(), "{content}");
        }
    }
}
