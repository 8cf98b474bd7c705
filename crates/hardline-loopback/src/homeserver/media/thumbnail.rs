//! Pictures made smaller.

use std::io::Cursor;

use hardline::client_api::media::ThumbnailMethod;
use image::error::{LimitError, LimitErrorKind};
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
};

use super::super::state::File;
use super::thumbnail_sizes::Plan;

/// The points of the largest picture that is decoded: those of a good camera.
const MAX_PIXELS: u64 = 16 << 20;
/// The memory of a picture while it is decoded.
const MAX_MEMORY: u64 = 128 << 20;

/// A smaller picture.
pub(super) struct Thumbnail {
    pub(super) content: Vec<u8>,
    pub(super) content_type: &'static str,
}

impl Thumbnail {
    /// The thumbnail of a picture; `None` if it is none, or one that cannot be made smaller.
    pub(super) fn of(
        file: &File,
        wanted: (u64, u64),
        method: Option<&ThumbnailMethod>,
    ) -> Option<Self> {
        let kept = kept_format(&file.content_type)?;
        let picture = decode(file.content.as_bytes()).ok()?;
        let plan = Plan::new((picture.width(), picture.height()), wanted, method)?;
        let smaller = planned(&picture, plan);
        let format = match kept {
            // It would lose what shines through.
            ImageFormat::Jpeg if has_transparency(&smaller) => ImageFormat::Png,
            kept => kept,
        };
        let smaller = match format {
            ImageFormat::Jpeg => DynamicImage::from(smaller.to_rgb8()),
            _ => smaller,
        };
        let mut content = Cursor::new(Vec::new());
        smaller.write_to(&mut content, format).ok()?;
        Some(Self {
            content: content.into_inner(),
            content_type: format.to_mime_type(),
        })
    }
}

/// The width and the height of a picture.
pub(super) fn dimensions(content: &[u8]) -> Option<(u32, u32)> {
    let reader = ImageReader::new(Cursor::new(content)).with_guessed_format();
    reader.ok()?.into_dimensions().ok()
}

/// The format of the thumbnails of a type of pictures, as Synapse has it.
fn kept_format(content_type: &str) -> Option<ImageFormat> {
    match content_type {
        "image/jpeg" | "image/jpg" | "image/webp" => Some(ImageFormat::Jpeg),
        "image/gif" | "image/png" => Some(ImageFormat::Png),
        _ => None,
    }
}

fn decode(content: &[u8]) -> ImageResult<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(content)).with_guessed_format()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width == 0 || height == 0 {
        let kind = LimitErrorKind::DimensionError;
        return Err(ImageError::Limits(LimitError::from_kind(kind)));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn planned(picture: &DynamicImage, plan: Plan) -> DynamicImage {
    let (scaled, cropped) = (plan.scaled, plan.cropped);
    if scaled == cropped {
        return picture.resize_exact(scaled.0, scaled.1, FilterType::Triangle);
    }
    // The middle alone is scaled: a picture of one line would otherwise grow without a bound.
    let part = |whole: u32, scaled: u32, cropped: u32| {
        let part = u64::from(whole) * u64::from(cropped) / u64::from(scaled.max(1));
        let part = u32::try_from(part).unwrap_or(whole).clamp(1, whole);
        ((whole - part) / 2, part)
    };
    let (left, wide) = part(picture.width(), scaled.0, cropped.0);
    let (top, high) = part(picture.height(), scaled.1, cropped.1);
    let middle = picture.crop_imm(left, top, wide, high);
    middle.resize_exact(cropped.0, cropped.1, FilterType::Triangle)
}

fn has_transparency(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel[3] < u8::MAX)
}

#[cfg(test)]
mod tests {
    use hardline::types::RawBytes;
    use image::{GenericImageView, Rgba, RgbaImage};

    use super::*;

    fn file(content: &[u8], content_type: &str) -> File {
        File {
            content: RawBytes::from(content),
            content_type: content_type.to_owned(),
            name: None,
        }
    }

    /// A picture whose left half is red and whose right half is blue.
    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let red_and_blue = RgbaImage::from_fn(width, height, |x, _| match x < width / 2 {
            true => Rgba([255, 0, 0, 255]),
            false => Rgba([0, 0, 255, 255]),
        });
        let picture = match format {
            ImageFormat::Jpeg => DynamicImage::from(DynamicImage::from(red_and_blue).to_rgb8()),
            _ => DynamicImage::from(red_and_blue),
        };
        let mut content = Cursor::new(Vec::new());
        picture.write_to(&mut content, format).unwrap();
        content.into_inner()
    }

    #[test]
    fn pictures_of_four_formats_become_smaller() {
        for (format, content_type, expected) in [
            (ImageFormat::Png, "image/png", "image/png"),
            (ImageFormat::Gif, "image/gif", "image/png"),
            (ImageFormat::Jpeg, "image/jpeg", "image/jpeg"),
            (ImageFormat::WebP, "image/webp", "image/jpeg"),
        ] {
            let file = file(&picture(200, 100, format), content_type);
            let thumbnail = Thumbnail::of(&file, (32, 32), Some(&ThumbnailMethod::Crop)).unwrap();
            assert_eq!(thumbnail.content_type, expected);
            let smaller = image::load_from_memory(&thumbnail.content).unwrap();
            assert_eq!((smaller.width(), smaller.height()), (32, 32));
            // The middle of it: red to the left and blue to the right.
            let (left, right) = (smaller.get_pixel(4, 16), smaller.get_pixel(28, 16));
            assert!(left[0] > 200 && left[2] < 60, "{content_type} {left:?}");
            assert!(right[2] > 200 && right[0] < 60, "{content_type} {right:?}");
        }
    }

    #[test]
    fn what_is_no_picture_has_no_thumbnail() {
        let png = picture(40, 40, ImageFormat::Png);
        for file in [
            file(&png, "text/plain"),
            file(b"not a png", "image/png"),
            file(b"", "image/png"),
            file(&png[..png.len() / 2], "image/png"),
            file(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/png"),
        ] {
            assert!(Thumbnail::of(&file, (32, 32), None).is_none());
        }
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_is_not_decoded() {
        let mut bomb = picture(4, 4, ImageFormat::Png);
        // The size in the head of a PNG, and its checksum.
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let checksum = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(dimensions(&bomb), Some((60_000, 60_000)));
        assert!(Thumbnail::of(&file(&bomb, "image/png"), (32, 32), None).is_none());
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
            })
        };
        !bytes.iter().fold(u32::MAX, step)
    }

    #[test]
    fn a_line_is_cropped_without_growing() {
        let file = file(&picture(10_000, 1, ImageFormat::Png), "image/png");
        let thumbnail = Thumbnail::of(&file, (96, 96), Some(&ThumbnailMethod::Crop)).unwrap();
        assert_eq!(dimensions(&thumbnail.content), Some((96, 96)));
    }

    #[test]
    fn what_shines_through_stays_so() {
        let clear = RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 0]));
        let mut content = Cursor::new(Vec::new());
        clear.write_to(&mut content, ImageFormat::WebP).unwrap();
        let file = file(content.get_ref(), "image/webp");
        let thumbnail = Thumbnail::of(&file, (32, 32), None).unwrap();
        assert_eq!(thumbnail.content_type, "image/png");
    }
}
