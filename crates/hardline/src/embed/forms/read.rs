use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::error::EmbedError;
use crate::json::{
    DecodeWarning, JsonObject, Printable, RawJson, Reader, Shape, Shaped, WarningReason,
};

/// Reads a form that a program gave. No text at all is an object without members.
///
/// # Errors
/// [`EmbedError`] if it is not JSON, if a member does not fit, or if there is one that the form does not have.
pub(crate) fn read<T: DeserializeOwned + Shaped>(what: &str, text: &str) -> Result<T, EmbedError> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let text = Bytes::copy_from_slice(text.as_bytes());
    let raw: RawJson = Reader::decode_all_of(&text, &text)
        .map_err(|_| EmbedError::usage(format_args!("{what} is not JSON")))?;
    check_members(what, T::SHAPE, &raw, "")?;
    Reader::decode_all_of(&text, &text).map_err(|warning| misfit(what, &warning))
}

/// The names of the members that have a value.
pub(crate) fn names(text: &str) -> Vec<String> {
    let members: JsonObject = serde_json::from_str(text).unwrap_or_default();
    let members = members.iter().filter(|(_, value)| value.as_str() != "null");
    members.map(|(name, _)| name.to_owned()).collect()
}

/// A misspelt name would be ignored, so it is refused.
fn check_members(
    what: &str,
    shape: &'static Shape,
    value: &RawJson,
    place: &str,
) -> Result<(), EmbedError> {
    match shape.present() {
        Shape::Struct(object) => {
            let members: JsonObject = value.deserialize().unwrap_or_default();
            for (name, value) in members.iter() {
                let Some(field) = object.fields.iter().find(|field| field.name == name) else {
                    let known: Vec<_> = object.fields.iter().map(|field| field.name).collect();
                    let known = match known.is_empty() {
                        true => "none".to_owned(),
                        false => known.join(", "),
                    };
                    let name = format!("{place}{name}");
                    return Err(EmbedError::usage(format_args!(
                        "{what} has no member {}: it has {known}",
                        Printable(&name)
                    )));
                };
                check_members(what, field.shape, value, &format!("{place}{name}/"))?;
            }
            Ok(())
        }
        Shape::List(element) if matches!(element.present(), Shape::Struct(_)) => {
            let elements: Vec<RawJson> = value.deserialize().unwrap_or_default();
            let mut elements = elements.iter().enumerate();
            elements.try_for_each(|(index, value)| {
                check_members(what, element, value, &format!("{place}{index}/"))
            })
        }
        _ => Ok(()),
    }
}

/// The value is not repeated, since it may be a secret.
fn misfit(what: &str, warning: &DecodeWarning) -> EmbedError {
    let place = warning.pointer.trim_start_matches('/');
    let place = match place.is_empty() {
        true => what.to_owned(),
        false => format!("{} of {what}", Printable(place)),
    };
    EmbedError::usage(match &warning.reason {
        WarningReason::Missing(member) => format!("{place} lacks {member}"),
        WarningReason::Expected(expected) => {
            format!("{place} is {}, not {expected}", warning.kind)
        }
        _ => format!("{place} is {} that cannot be used", warning.kind),
    })
}
