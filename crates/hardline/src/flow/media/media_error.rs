use std::error::Error;
use std::fmt;

use crate::wire::InvalidUrl;

/// Why a file was not uploaded, or is not to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaError {
    /// The file is larger than what the server takes. Nothing of it was sent.
    UploadTooLarge {
        /// Its size in bytes.
        size: u64,
        /// The size of the largest upload in bytes, as the server said.
        limit: u64,
    },
    /// The file is larger than what the program takes. What the sink holds of it is not all.
    DownloadTooLarge {
        /// Its size in bytes. `None`: the server did not say it, and more came than the cap allows.
        size: Option<u64>,
        /// The most bytes that the program takes.
        cap: u64,
    },
    /// The file that came is not the one that was encrypted: its SHA-256 is another. It must not be used.
    WrongHash,
    /// Nobody computed the SHA-256 of the file, so it cannot be compared. The file must not be used without that.
    NoHash,
    /// The server sends the client to a place that it does not go to.
    NotFollowed(InvalidUrl),
}

impl fmt::Display for MediaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UploadTooLarge { size, limit } => write!(
                f,
                "the file has {size} bytes, and the server takes at most {limit}: make it smaller"
            ),
            Self::DownloadTooLarge { size: Some(size), cap } => write!(
                f,
                "the file has {size} bytes, and at most {cap} are wanted: raise the cap to get it"
            ),
            Self::DownloadTooLarge { size: None, cap } => write!(
                f,
                "the file has more than the {cap} bytes that are wanted: raise the cap to get it"
            ),
            Self::WrongHash => f.write_str(
                "the file is not the one that was sent, since its SHA-256 is another: do not use it",
            ),
            Self::NoHash => f.write_str(
                "the transport computed no SHA-256, so the file may not be the one that was sent: compute it before using the file",
            ),
            Self::NotFollowed(why) => {
                write!(f, "the server has the file elsewhere and sends the client to what is {why}")
            }
        }
    }
}

impl Error for MediaError {}
