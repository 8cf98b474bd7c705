use std::fmt;
use std::str::FromStr;

use hardline_derive::Persist;

/// A version of the specification, as in `/versions`: `r0.6.1` or `v1.19`. Versions are ordered by release.
///
/// ```
/// use hardline::wire::SpecVersion;
///
/// assert!(SpecVersion::parse("r0.6.1").unwrap() < SpecVersion::v1(1));
/// assert!(SpecVersion::v1(99) < SpecVersion::parse("v2.0").unwrap());
/// assert_eq!(SpecVersion::v1(19).to_string(), "v1.19");
/// assert_eq!(SpecVersion::parse("nonsense"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Persist)]
pub struct SpecVersion {
    major: u8,
    minor: u16,
    patch: u16,
}

impl SpecVersion {
    /// Where the specification's recorded releases begin. What is in this one may be older.
    pub(crate) const OLDEST_ON_RECORD: Self = Self::r0(4);

    /// `r0.MINOR.0`
    pub const fn r0(minor: u16) -> Self {
        Self {
            major: 0,
            minor,
            patch: 0,
        }
    }

    /// `v1.MINOR`
    pub const fn v1(minor: u16) -> Self {
        Self {
            major: 1,
            minor,
            patch: 0,
        }
    }

    /// Reads `r0.MINOR.PATCH` or `vMAJOR.MINOR`. A version that is newer than this library is one too.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(numbers) = text.strip_prefix("r0.") {
            let (minor, patch) = numbers.split_once('.')?;
            return Some(Self {
                major: 0,
                minor: number(minor)?,
                patch: number(patch)?,
            });
        }
        let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
        let version = Self {
            major: number(major)?,
            minor: number(minor)?,
            patch: 0,
        };
        (version.major > 0).then_some(version)
    }

    /// True for the versions before `v1.1`, whose paths begin with `/_matrix/client/r0/`.
    pub const fn is_r0(self) -> bool {
        self.major == 0
    }
}

impl fmt::Display for SpecVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.major {
            0 => write!(f, "r0.{}.{}", self.minor, self.patch),
            major => write!(f, "v{major}.{}", self.minor),
        }
    }
}

/// A number of digits alone: Rust also reads a sign.
fn number<N: FromStr>(digits: &str) -> Option<N> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_release_and_shown_as_they_were_read() {
        let texts = [
            "r0.0.1", "r0.3.0", "r0.6.0", "r0.6.1", "v1.0", "v1.1", "v1.10", "v1.99", "v2.0",
            "v10.3",
        ];
        let versions: Vec<_> = texts.map(|text| SpecVersion::parse(text).unwrap()).into();
        assert!(versions.is_sorted());
        let shown: Vec<_> = versions.iter().map(ToString::to_string).collect();
        assert_eq!(shown, texts);
    }

    #[test]
    fn other_text_is_no_version() {
        for text in [
            "",
            "v",
            "v1",
            "v1.",
            "v.1",
            "v1.1.1",
            "v1.-1",
            "v1.+1",
            "v0.1",
            "r0",
            "r0.6",
            "r0.6.",
            "r0.6.x",
            "r1.0.0",
            "1.1",
            "V1.1",
            "v1.99999",
            "v999.0",
            "org.matrix.msc1",
            "v1.1 ",
        ] {
            assert_eq!(SpecVersion::parse(text), None, "{text}");
        }
    }
}
