use crate::types::InvalidText;

/// Base64 without padding, in either of its alphabets.
///
/// Hashes, keys and signatures use the standard alphabet; event IDs, hashes of lookups and the keys of encrypted files
/// use the URL-safe one.
///
/// ```
/// use hardline::types::Base64;
///
/// assert_eq!(Base64::Standard.encode([0xfb, 0xff]), "+/8");
/// assert_eq!(Base64::UrlSafe.encode([0xfb, 0xff]), "-_8");
/// assert_eq!(Base64::Standard.decode("+/8")?, [0xfb, 0xff]);
/// assert_eq!(Base64::Standard.decode("+/8=")?, [0xfb, 0xff]);
/// assert!(Base64::Standard.decode("-_8").is_err());
/// # Ok::<(), hardline::types::InvalidText>(())
/// ```
///
/// Specification: [unpadded base64](https://spec.matrix.org/v1.19/appendices/#unpadded-base64),
/// [URL-safe unpadded base64](https://spec.matrix.org/v1.19/appendices/#url-safe-unpadded-base64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base64 {
    /// With `+` and `/`.
    Standard,
    /// With `-` and `_`.
    UrlSafe,
}

impl Base64 {
    /// Encodes bytes as text, without padding.
    pub fn encode(self, bytes: impl AsRef<[u8]>) -> String {
        let bytes = bytes.as_ref();
        let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
        for chunk in bytes.chunks(3) {
            let mut group = [0; 4];
            group[1..=chunk.len()].copy_from_slice(chunk);
            let bits = u32::from_be_bytes(group);
            for digit in 0..=chunk.len() {
                let value = bits >> (18 - 6 * digit) & 63;
                text.push(self.digit(value as u8));
            }
        }
        text
    }

    /// Decodes text, with or without padding.
    ///
    /// Unused bits of the last character are ignored, since not everybody writes zeros there.
    ///
    /// # Errors
    /// [`InvalidText`] if the text has a character outside the alphabet (the other alphabet's, white space), a single
    /// character left over at the end, or padding of the wrong length.
    pub fn decode(self, text: &str) -> Result<Vec<u8>, InvalidText> {
        const WHAT: &str = "base64 text";
        let digits = match text.len() % 4 {
            0 => text.strip_suffix("==").or(text.strip_suffix('=')),
            _ => None,
        };
        let digits = digits.unwrap_or(text).as_bytes();
        let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
        for chunk in digits.chunks(4) {
            InvalidText::unless(
                chunk.len() > 1,
                WHAT,
                "one character is left over at its end",
            )?;
            let mut bits = 0;
            for (place, digit) in chunk.iter().enumerate() {
                let value = self.value(*digit).ok_or(InvalidText::new(
                    WHAT,
                    "it has a character outside its alphabet",
                ))?;
                bits |= u32::from(value) << (18 - 6 * place);
            }
            bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
        }
        Ok(bytes)
    }

    fn digit(self, value: u8) -> char {
        let digit = match (value, self) {
            (0..26, _) => b'A' + value,
            (26..52, _) => b'a' + value - 26,
            (52..62, _) => b'0' + value - 52,
            (62, Self::Standard) => b'+',
            (62, Self::UrlSafe) => b'-',
            (_, Self::Standard) => b'/',
            (_, Self::UrlSafe) => b'_',
        };
        char::from(digit)
    }

    fn value(self, digit: u8) -> Option<u8> {
        match (digit, self) {
            (b'A'..=b'Z', _) => Some(digit - b'A'),
            (b'a'..=b'z', _) => Some(digit - b'a' + 26),
            (b'0'..=b'9', _) => Some(digit - b'0' + 52),
            (b'+', Self::Standard) | (b'-', Self::UrlSafe) => Some(62),
            (b'/', Self::Standard) | (b'_', Self::UrlSafe) => Some(63),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_goes_there_and_back_at_every_place() {
        let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        for alphabet in [Base64::Standard, Base64::UrlSafe] {
            for end in 0..bytes.len() {
                let text = alphabet.encode(&bytes[..end]);
                assert_eq!(alphabet.decode(&text).unwrap(), &bytes[..end]);
                let padding = text.len().next_multiple_of(4) - text.len();
                let padded = text + &"=".repeat(padding);
                assert_eq!(alphabet.decode(&padded).unwrap(), &bytes[..end]);
            }
        }
    }

    #[test]
    fn padding_is_whole_or_not_there() {
        for good in ["", "Zg", "Zg==", "Zm8", "Zm8=", "Zm9v"] {
            assert!(Base64::Standard.decode(good).is_ok(), "{good}");
        }
        for bad in [
            "=", "==", "===", "====", "Z", "Z===", "Zg=", "Zm8==", "Zm9v=", "Zm9v====", "Zg==Zg==",
            "Z g", "Zé",
        ] {
            assert!(Base64::Standard.decode(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bits_that_stand_for_nothing_are_passed_over() {
        assert_eq!(Base64::Standard.decode("Zh").unwrap(), b"f");
    }
}
