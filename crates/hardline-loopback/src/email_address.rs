use hardline::identity_api::lookup::fold_email;
use hardline::types::Medium;

/// The address of an identifier in the form in which it is kept and compared, however somebody has written it.
pub(crate) fn canonical(medium: &Medium, address: &str) -> String {
    match medium {
        Medium::Email => fold_email(address),
        _ => address.to_owned(),
    }
}

/// An e-mail address in the form used for comparison; `None` if it is not an address. Enough for a test server:
/// something, an @, and something, without spaces.
pub(crate) fn folded(written: &str) -> Option<String> {
    let is_plain = |text: &str| {
        let odd = |c: char| c == '@' || c.is_whitespace() || c.is_control();
        !text.is_empty() && !text.chars().any(odd)
    };
    let (local, domain) = written.split_once('@')?;
    (is_plain(local) && is_plain(domain)).then(|| fold_email(written))
}
