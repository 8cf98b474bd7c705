use std::fmt;

use crate::json::Printable;
use crate::types::InvalidText;

/// The name of a file, safe to create a file by, in any folder of any system.
///
/// It is one part of a path: without `/`, `\` and what else Windows forbids (`< > : " | ? *`), without control
/// characters and those that show nothing or change the direction of text, not hidden (no dot at its beginning), without
/// a blank or a dot at its end, not the name of a device (`NUL`, `com1.txt`), of at most 200 bytes, and not empty.
///
/// A name of somebody else's is [made safe](Self::from_untrusted), one of the program's own is [held](Self::parse) to
/// the same rules. Whether there is such a file already, only the program can know.
///
/// ```
/// use hardline::client_api::media::FileName;
///
/// for (sent, safe) in [
///     ("cat.png", "cat.png"),
///     ("../../.ssh/authorized_keys", "authorized_keys"),
///     ("C:\\Windows\\..\\nul.txt", "_nul.txt"),
///     ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
///     (" \u{7}... ", "file"),
/// ] {
///     assert_eq!(FileName::from_untrusted(sent), safe);
///     assert_eq!(FileName::parse(sent).is_ok(), sent == safe);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

/// The name of a file whose own name has nothing that is safe.
const NAMELESS: &str = "file";

impl FileName {
    /// The longest name, in bytes of UTF-8: every file system takes it, and what a program appends (`.part`, ` (2)`).
    pub const MAX: usize = 200;

    /// Makes a name safe, whatever it is: what must not be in it is left out or becomes `_`, and of a path the last part
    /// is taken. The ending of a long name is kept. A name that is safe stays as it is.
    pub fn from_untrusted(name: &str) -> Self {
        let last = name
            .rsplit(['/', '\\'])
            .find(|part| !trimmed(part).is_empty());
        let mut name = trimmed(&shown(last.unwrap_or_default())).to_owned();
        shorten(&mut name);
        if is_device(&name) {
            name.insert(0, '_');
            shorten(&mut name);
        }
        if name.is_empty() {
            name.push_str(NAMELESS);
        }
        Self(name)
    }

    /// The name, if it is safe as it is.
    ///
    /// # Errors
    /// [`InvalidText`], which says what makes it unsafe.
    pub fn parse(name: impl Into<String>) -> Result<Self, InvalidText> {
        let name = name.into();
        if Self::from_untrusted(&name).0 == name {
            return Ok(Self(name));
        }
        Err(InvalidText::new("file name", unsafe_because(&name)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, without copying it.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Without what may not be at the beginning or the end.
fn trimmed(name: &str) -> &str {
    let is_edge = |character: char| {
        character == '.' || character.is_whitespace() || Printable::hides(character)
    };
    name.trim_matches(is_edge)
}

/// The name without what shows nothing, and with another character for each that file systems do not take. Joiners, which
/// shape letters and combine emoji, stay between characters outside ASCII.
fn shown(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    let mut characters = name.chars().map(replaced).peekable();
    let joins = |other: char| !other.is_ascii() && !Printable::hides(other);
    while let Some(character) = characters.next() {
        let is_joiner = matches!(character, '\u{200c}' | '\u{200d}');
        let mut is_between = || {
            shown.chars().next_back().is_some_and(joins)
                && characters.peek().copied().is_some_and(joins)
        };
        if !Printable::hides(character) || (is_joiner && is_between()) {
            shown.push(character);
        }
    }
    shown
}

/// What stands for a character that file systems do not take.
fn replaced(character: char) -> char {
    match character {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        // The last two of each plane are no characters.
        character if u32::from(character) & 0xfffe == 0xfffe => '_',
        character => character,
    }
}

/// Whether Windows takes the name for a device, whatever its ending is.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_uppercase();
    let is_numbered = |kind: &str| {
        let number = stem.strip_prefix(kind);
        number.is_some_and(|number| {
            let mut characters = number.chars();
            let digit = characters
                .next()
                .is_some_and(|one| one.is_ascii_digit() || "¹²³".contains(one));
            digit && characters.next().is_none()
        })
    };
    matches!(
        &*stem,
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) || is_numbered("COM")
        || is_numbered("LPT")
}

/// Cuts the name to the longest that is allowed, before its ending if that is one.
fn shorten(name: &mut String) {
    /// The longest ending, with its dot.
    const ENDING: usize = 16;
    if name.len() <= FileName::MAX {
        return;
    }
    let dot = name.rfind('.').filter(|dot| name.len() - dot <= ENDING);
    let ending = dot.map_or(String::new(), |dot| name[dot..].to_owned());
    let most = FileName::MAX - ending.len();
    let cut = (0..=most).rev().find(|at| name.is_char_boundary(*at));
    name.truncate(cut.unwrap_or_default());
    name.truncate(trimmed(name).len());
    name.push_str(&ending);
}

fn unsafe_because(name: &str) -> &'static str {
    if name.is_empty() {
        "it is empty"
    } else if name.contains(['/', '\\']) {
        "it is a path: give its last part"
    } else if shown(name).chars().count() < name.chars().count() {
        "it has a character that shows nothing or changes the direction of text: leave it out"
    } else if trimmed(name) != name {
        "it begins or ends with a dot or white space"
    } else if is_device(name) {
        "Windows takes it for a device: put something before it"
    } else if name.len() > FileName::MAX {
        "it is longer than 200 bytes"
    } else {
        "it has one of < > : \" | ? *, which Windows forbids"
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for FileName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for FileName {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for FileName {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(feature = "persist")]
mod saved {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::FileName;

    impl Serialize for FileName {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&self.0)
        }
    }

    impl<'de> Deserialize<'de> for FileName {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_made_safe() {
        for (sent, safe) in [
            ("", "file"),
            (".", "file"),
            ("..", "file"),
            ("/", "file"),
            ("../..", "file"),
            ("../../etc/passwd", "passwd"),
            ("a/b/", "b"),
            ("a\\..\\b.txt", "b.txt"),
            ("/etc/\u{0}shadow", "shadow"),
            (".bashrc", "bashrc"),
            (" .\u{200b}.profile", "profile"),
            ("a.txt. . ", "a.txt"),
            ("tab\there\r\nX: y", "tabhereX_ y"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("a\u{2066}b\u{2069}\u{61c}c\u{feff}", "abc"),
            ("con", "_con"),
            ("Con .txt", "_Con .txt"),
            ("aux.tar.gz", "_aux.tar.gz"),
            ("COM0", "_COM0"),
            ("lpt\u{b9}.x", "_lpt\u{b9}.x"),
            ("conin$", "_conin$"),
            ("console.log", "console.log"),
            ("com10.txt", "com10.txt"),
            ("a:b", "a_b"),
            ("<\"|?*>", "______"),
            ("写真 1 (копия).jpeg", "写真 1 (копия).jpeg"),
            ("\u{a0}кот\u{3000}", "кот"),
            ("x\u{ffff}y", "x_y"),
            (
                "می\u{200c}خواهم 👩\u{200d}🚀.txt",
                "می\u{200c}خواهم 👩\u{200d}🚀.txt",
            ),
            ("é\u{200d}\u{200d}é\u{200d}", "é\u{200d}é"),
            ("a\u{200d}b", "ab"),
        ] {
            let name = FileName::from_untrusted(sent);
            assert_eq!(name, safe, "{sent:?}");
            assert_eq!(FileName::parse(safe).unwrap(), name);
            assert_eq!(FileName::parse(sent).is_ok(), sent == safe, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = format!("{}.tar.gz", "é".repeat(300));
        let name = FileName::from_untrusted(&long);
        assert!(name.as_str().len() <= FileName::MAX);
        assert!(name.as_str().ends_with("é.gz"), "{name}");
        // What follows the last dot is no ending, or there is none.
        for long in [format!("a.{}", "b".repeat(300)), "c".repeat(300)] {
            let name = FileName::from_untrusted(&long);
            assert_eq!(name.as_str(), &long[..FileName::MAX]);
        }
        // Where it is cut there is nothing that may not be at an end.
        let name = FileName::from_untrusted(&format!("a{}b", " .".repeat(300)));
        assert_eq!(name, "a.b");
        let name = FileName::from_untrusted(&format!("nul.{}.txt", "x".repeat(300)));
        assert!(name.as_str().starts_with("_nul.x") && name.as_str().ends_with("x.txt"));
        let name = FileName::from_untrusted(&format!("nul{}x.txt", " ".repeat(300)));
        assert_eq!(name, "_nul.txt");
    }

    #[test]
    fn who_names_a_file_is_told_what_is_wrong() {
        for (name, why) in [
            ("", "it is empty"),
            ("a/b", "it is a path"),
            ("a\u{202e}b", "changes the direction"),
            (".hidden", "begins or ends"),
            ("nul", "a device"),
            (&"a".repeat(201), "longer than 200"),
            ("a?", "Windows forbids"),
        ] {
            let error = FileName::parse(name).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
