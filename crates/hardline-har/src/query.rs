use crate::format::Pair;

/// The pairs of a query, decoded.
pub(crate) fn pairs(query: &str) -> Vec<Pair> {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced)
            .decode_utf8_lossy()
            .into_owned()
    };
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Pair {
                name: decoded(name),
                value: decoded(value),
            }
        });
    pairs.collect()
}
