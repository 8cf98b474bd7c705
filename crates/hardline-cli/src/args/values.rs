use crate::international;

/// A user of whom a name, an address or a number is given.
pub(super) fn user(text: &str) -> Result<String, String> {
    let user = international::user(text).map_err(|error| error.to_string())?;
    non_blank(&user).map_err(str::to_owned)
}

/// Text without the white space around it, which must not be empty.
pub(super) fn non_blank(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("it is empty")
    } else {
        Ok(text.to_owned())
    }
}
