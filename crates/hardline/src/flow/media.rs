//! Files: uploaded and downloaded.

#[cfg(feature = "media")]
mod download;
#[cfg(feature = "media")]
mod fetch;
mod media_error;
#[cfg(feature = "media")]
mod media_path;
#[cfg(feature = "media")]
mod media_type;
#[cfg(feature = "media")]
mod redirect;
#[cfg(feature = "media")]
mod repeated;
#[cfg(feature = "media")]
mod thumbnail;
#[cfg(test)]
#[cfg(all(feature = "media", feature = "test-harness"))]
mod trials;
#[cfg(feature = "media")]
mod upload;

#[cfg(feature = "media")]
pub use download::{Download, Downloaded};
pub use media_error::MediaError;
#[cfg(feature = "media")]
pub use thumbnail::Thumbnail;
#[cfg(feature = "media")]
pub use upload::Upload;
