use hardline::client_api::media::{ContentDisposition, FileName};
use hardline::json::Printable;

/// The value of a `Content-Disposition`, and the same text as a name: whatever it is, the name of the file is safe, and one
/// that is safe stays as it is.
pub fn file_name(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    holds(&FileName::from_untrusted(&text));
    let safe = FileName::parse(&*text);
    assert_eq!(safe.is_ok(), FileName::from_untrusted(&text) == *text);
    let disposition = ContentDisposition::parse(&text);
    assert_eq!(
        disposition.file_name().is_some(),
        disposition.name.is_some()
    );
    if let Some(name) = disposition.file_name() {
        holds(&name);
        // However it is written, it is read.
        let quoted = name.as_str().replace('\\', "\\\\").replace('"', "\\\"");
        let written = format!("attachment; filename=\"{quoted}\"");
        assert_eq!(
            ContentDisposition::parse(&written).name.as_deref(),
            Some(name.as_str())
        );
        let encoded: String = name
            .as_str()
            .bytes()
            .map(|byte| format!("%{byte:02x}"))
            .collect();
        let written = format!("inline; filename*=UTF-8''{encoded}; filename=other");
        assert_eq!(ContentDisposition::parse(&written).file_name(), Some(name));
    }
}

fn holds(name: &FileName) {
    let text = name.as_str();
    assert!(!text.is_empty() && text.len() <= FileName::MAX);
    assert_eq!(FileName::from_untrusted(text), *name, "it stays as it is");
    assert_eq!(FileName::parse(text).as_ref(), Ok(name));
    let is_forbidden = |character: char| "/\\<>:\"|?*".contains(character);
    assert!(!text.contains(is_forbidden), "{text:?}");
    let is_joiner = |character: char| matches!(character, '\u{200c}' | '\u{200d}');
    let hides = |character: char| Printable::hides(character) && !is_joiner(character);
    assert!(!text.chars().any(hides), "{text:?}");
    assert!(!text.starts_with('.') && !text.ends_with('.'), "{text:?}");
    assert_eq!(text.trim(), text);
    // A path of it is the file in the folder, whatever system reads it.
    let stem = text
        .split('.')
        .next()
        .unwrap()
        .trim_end()
        .to_ascii_uppercase();
    let devices = ["CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "LPT9"];
    assert!(!devices.contains(&&*stem), "{text:?}");
    let path = std::path::Path::new("folder").join(text);
    assert_eq!(path.file_name().and_then(|last| last.to_str()), Some(text));
    assert_eq!(path.components().count(), 2);
}
