//! Which thumbnail a client gets: Synapse makes a few of each picture, and gives the one that fits best.

use hardline::client_api::media::ThumbnailMethod;

type Size = (u32, u32);

const CROPPED: [Size; 2] = [(32, 32), (96, 96)];
const SCALED: [Size; 3] = [(320, 240), (640, 480), (800, 600)];

/// A thumbnail of a picture: the picture is scaled, and then its middle is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) scaled: Size,
    pub(super) cropped: Size,
}

impl Plan {
    /// The thumbnail that is nearest to what a client wants. `None` if there are none by this method.
    pub(super) fn new(
        picture: Size,
        wanted: (u64, u64),
        method: Option<&ThumbnailMethod>,
    ) -> Option<Self> {
        match method {
            Some(ThumbnailMethod::Crop) => Some(Self::crop(picture, cropped_size(wanted)?)),
            Some(ThumbnailMethod::Scale) | None => {
                let sizes = SCALED.map(|size| fitting(picture, size));
                let size = nearest(&sizes, wanted, |size| distance(size, wanted))?;
                Some(Self {
                    scaled: size,
                    cropped: size,
                })
            }
            Some(_) => None,
        }
    }

    /// The picture as small as it may be to fill this size.
    fn crop(picture: Size, size: Size) -> Self {
        let ((width, height), (wide, high)) = (size, picture);
        let scaled = if product(width, high) > product(height, wide) {
            (width, quotient(product(width, high), wide).max(height))
        } else {
            (quotient(product(height, wide), high).max(width), height)
        };
        Self {
            scaled,
            cropped: size,
        }
    }
}

fn cropped_size(wanted: (u64, u64)) -> Option<Size> {
    nearest(&CROPPED, wanted, |(width, height)| {
        let shape = u128::from(wanted.0) * u128::from(height);
        let shape = shape.abs_diff(u128::from(wanted.1) * u128::from(width));
        let is_smaller = wanted.0 > u64::from(width) || wanted.1 > u64::from(height);
        (shape, is_smaller, distance((width, height), wanted))
    })
}

/// Of the sizes that are not too small, the nearest; otherwise of all.
fn nearest<K: Ord>(sizes: &[Size], wanted: (u64, u64), key: impl Fn(Size) -> K) -> Option<Size> {
    let is_enough = |size: &&Size| u64::from(size.0) >= wanted.0 || u64::from(size.1) >= wanted.1;
    let enough = sizes.iter().filter(is_enough);
    let found = enough.min_by_key(|size| key(**size));
    found
        .or_else(|| sizes.iter().min_by_key(|size| key(**size)))
        .copied()
}

fn distance(size: Size, wanted: (u64, u64)) -> u128 {
    let width = u128::from(wanted.0.abs_diff(size.0.into()));
    width * u128::from(wanted.1.abs_diff(size.1.into()))
}

/// The largest size of the picture's shape that fits into another, and is not larger than the picture.
fn fitting(picture: Size, (width, height): Size) -> Size {
    let (wide, high) = picture;
    let (fit_width, fit_height) = if product(width, high) < product(height, wide) {
        (width, quotient(product(width, high), wide).max(1))
    } else {
        (quotient(product(height, wide), high).max(1), height)
    };
    (fit_width.min(wide), fit_height.min(high))
}

fn product(one: u32, other: u32) -> u64 {
    u64::from(one) * u64::from(other)
}

fn quotient(product: u64, by: u32) -> u32 {
    u32::try_from(product / u64::from(by.max(1))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_are_synapse_s() {
        let crop = Some(&ThumbnailMethod::Crop);
        for (picture, wanted, method, scaled, cropped) in [
            ((320, 200), (32, 32), crop, (51, 32), (32, 32)),
            ((320, 200), (33, 33), crop, (153, 96), (96, 96)),
            ((200, 320), (96, 96), crop, (96, 153), (96, 96)),
            // No client gets more than there is.
            ((320, 200), (320, 240), None, (320, 200), (320, 200)),
            ((800, 600), (96, 96), None, (320, 240), (320, 240)),
            ((1600, 1200), (640, 480), None, (640, 480), (640, 480)),
            ((1600, 1200), (5000, 5000), None, (800, 600), (800, 600)),
            ((1600, 1200), (0, 0), None, (320, 240), (320, 240)),
            (
                (1600, 1200),
                (u64::MAX, u64::MAX),
                crop,
                (128, 96),
                (96, 96),
            ),
            ((10_000, 1), (320, 240), None, (320, 1), (320, 1)),
            ((1, 10_000), (32, 32), crop, (32, 320_000), (32, 32)),
        ] {
            let plan = Plan::new(picture, wanted, method).unwrap();
            assert_eq!(
                (plan.scaled, plan.cropped),
                (scaled, cropped),
                "{picture:?} {wanted:?}"
            );
        }
        let other = ThumbnailMethod::from("fold");
        assert_eq!(Plan::new((9, 9), (9, 9), Some(&other)), None);
    }
}
