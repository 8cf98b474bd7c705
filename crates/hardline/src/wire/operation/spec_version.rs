use std::fmt;

use hardline_derive::Persist;

/// A version of the specification, as in `/versions`: `r0.6.1` or `v1.19`. Versions are ordered by release.
///
/// ```
/// use hardline::wire::SpecVersion;
///
/// assert!(SpecVersion::parse("r0.6.1").unwrap() < SpecVersion::v1(1));
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

    /// Reads `r0.MINOR.PATCH` or `v1.MINOR`; this library does not know the paths of any other version.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(minor) = text.strip_prefix("v1.") {
            return Some(Self::v1(minor.parse().ok()?));
        }
        let (minor, patch) = text.strip_prefix("r0.")?.split_once('.')?;
        Some(Self {
            major: 0,
            minor: minor.parse().ok()?,
            patch: patch.parse().ok()?,
        })
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
