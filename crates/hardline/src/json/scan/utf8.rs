/// The text, if it is UTF-8.
pub(crate) fn utf8(text: &[u8]) -> Option<&str> {
    #[cfg(feature = "simd")]
    {
        simdutf8::basic::from_utf8(text).ok()
    }
    #[cfg(not(feature = "simd"))]
    {
        std::str::from_utf8(text).ok()
    }
}
