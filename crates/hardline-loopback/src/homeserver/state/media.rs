use std::collections::BTreeMap;
use std::time::Duration;

use hardline::types::{RawBytes, Timestamp, UserId};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::entropy::Entropy;

/// The size of all files together.
const MAX_BYTES: usize = 256 << 20;
/// How many files there are at most, those included that are yet to be uploaded.
const MAX_FILES: usize = 100_000;
/// How many files of one user may be yet to be uploaded.
const MAX_RESERVED: usize = 100;
/// How long a file may take to be uploaded: Synapse's time.
const RESERVED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the preview of a page is as it was.
const PREVIEWED_FOR: Duration = Duration::from_secs(60 * 60);
const MAX_PREVIEWS: usize = 1000;

/// The files that were uploaded, by their IDs, and the previews of pages, by their URLs.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Media {
    files: BTreeMap<String, Place>,
    previews: BTreeMap<String, Preview>,
}

/// An ID, and its file once that was uploaded.
#[derive(Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) owner: UserId,
    reserved: Timestamp,
    pub(crate) file: Option<File>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct File {
    pub(crate) content: RawBytes,
    pub(crate) content_type: String,
    pub(crate) name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Preview {
    made: Timestamp,
    properties: Value,
}

impl Media {
    /// The ID of a file that is yet to be uploaded, and until when it has to be.
    ///
    /// # Errors
    /// `M_LIMIT_EXCEEDED`: the user has too many of them.
    pub(crate) fn reserve(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        owner: UserId,
    ) -> Result<(String, Timestamp), ErrorResponse> {
        self.files.retain(|_, place| !place.is_expired(now));
        let places = self.files.values();
        let of_owner = places.filter(|place| place.file.is_none() && place.owner == owner);
        let reserved: Vec<Timestamp> = of_owner.map(|place| place.reserved).collect();
        if let Some(first) = reserved.iter().min()
            && reserved.len() >= MAX_RESERVED
        {
            let wait = *first + RESERVED_FOR - now;
            let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            let refusal = ErrorResponse::new(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::LimitExceeded,
                "too many files are yet to be uploaded",
            );
            return Err(refusal.with("retry_after_ms", &millis));
        }
        let media_id = self.add(now, entropy, owner, None)?;
        Ok((media_id, now + RESERVED_FOR))
    }

    /// Adds a file.
    ///
    /// # Errors
    /// `M_RESOURCE_LIMIT_EXCEEDED`: there is no room for it.
    pub(crate) fn upload(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        owner: UserId,
        file: File,
    ) -> Result<String, ErrorResponse> {
        self.check_room(&file)?;
        self.add(now, entropy, owner, Some(file))
    }

    /// Adds the file of an ID.
    ///
    /// # Errors
    /// `M_NOT_FOUND`, `M_FORBIDDEN`, `M_CANNOT_OVERWRITE_MEDIA` or `M_RESOURCE_LIMIT_EXCEEDED`.
    pub(crate) fn upload_to(
        &mut self,
        now: Timestamp,
        media_id: &str,
        user_id: &UserId,
        file: File,
    ) -> Result<(), ErrorResponse> {
        let place = self.place(now, media_id).ok_or_else(|| {
            ErrorResponse::new(
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "there is no such media ID, or it has expired",
            )
        })?;
        if place.owner != *user_id {
            return Err(ErrorResponse::new(
                StatusCode::FORBIDDEN,
                ErrorCode::Forbidden,
                "only the creator of a media ID can upload to it",
            ));
        }
        if place.file.is_some() {
            return Err(ErrorResponse::new(
                StatusCode::CONFLICT,
                ErrorCode::CannotOverwriteMedia,
                "the media ID has a file already",
            ));
        }
        self.check_room(&file)?;
        if let Some(place) = self.files.get_mut(media_id) {
            place.file = Some(file);
        }
        Ok(())
    }

    /// An ID that was given out, and has not expired.
    pub(crate) fn place(&self, now: Timestamp, media_id: &str) -> Option<&Place> {
        let place = self.files.get(media_id);
        place.filter(|place| !place.is_expired(now))
    }

    /// What is known of a page.
    pub(crate) fn preview(&self, now: Timestamp, url: &str) -> Option<&Value> {
        let preview = self.previews.get(url)?;
        (now < preview.made + PREVIEWED_FOR).then_some(&preview.properties)
    }

    pub(crate) fn keep_preview(&mut self, now: Timestamp, url: String, properties: Value) {
        self.previews
            .retain(|_, preview| now < preview.made + PREVIEWED_FOR);
        if self.previews.len() < MAX_PREVIEWS {
            let made = now;
            self.previews.insert(url, Preview { made, properties });
        }
    }

    fn add(
        &mut self,
        now: Timestamp,
        entropy: &mut Entropy,
        owner: UserId,
        file: Option<File>,
    ) -> Result<String, ErrorResponse> {
        if self.files.len() >= MAX_FILES {
            return Err(no_room());
        }
        let media_id = entropy.letters(24);
        let place = Place {
            owner,
            reserved: now,
            file,
        };
        self.files.insert(media_id.clone(), place);
        Ok(media_id)
    }

    fn check_room(&self, file: &File) -> Result<(), ErrorResponse> {
        let files = self.files.values().filter_map(|place| place.file.as_ref());
        let used: usize = files.map(File::size).sum();
        if used + file.size() > MAX_BYTES {
            return Err(no_room());
        }
        Ok(())
    }
}

impl Place {
    fn is_expired(&self, now: Timestamp) -> bool {
        self.file.is_none() && now >= self.reserved + RESERVED_FOR
    }
}

impl File {
    fn size(&self) -> usize {
        self.content.as_bytes().len()
    }
}

fn no_room() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        ErrorCode::ResourceLimitExceeded,
        "the server has no room for more files",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn file(size: usize) -> File {
        File {
            content: RawBytes::from(vec![0; size]),
            content_type: "text/plain".to_owned(),
            name: None,
        }
    }

    fn world() -> (Media, Entropy, UserId) {
        let alice = UserId::parse("@alice:example.org").unwrap();
        (Media::default(), Entropy::new([7; 32]), alice)
    }

    #[test]
    fn all_files_together_have_a_limit() {
        let (mut media, mut entropy, alice) = world();
        for _ in 0..5 {
            let added = media.upload(NOW, &mut entropy, alice.clone(), file(50 << 20));
            assert!(added.is_ok());
        }
        let refused = media.upload(NOW, &mut entropy, alice.clone(), file((6 << 20) + 1));
        assert_eq!(refused.unwrap_err().status(), 403);
        let added = media.upload(NOW, &mut entropy, alice, file(6 << 20));
        assert!(added.is_ok());
    }

    #[test]
    fn an_id_without_a_file_expires_and_makes_room() {
        let (mut media, mut entropy, alice) = world();
        for _ in 0..MAX_RESERVED {
            let reserved = media.reserve(NOW, &mut entropy, alice.clone());
            assert_eq!(reserved.unwrap().1, NOW + RESERVED_FOR);
        }
        let refused = media.reserve(NOW, &mut entropy, alice.clone());
        assert_eq!(refused.unwrap_err().status(), 429);
        let later = NOW + RESERVED_FOR;
        let (media_id, _) = media.reserve(later, &mut entropy, alice.clone()).unwrap();
        let much_later = later + RESERVED_FOR;
        let refused = media.upload_to(much_later, &media_id, &alice, file(1));
        assert_eq!(refused.unwrap_err().status(), 404);
    }
}
