use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::json::{
    DecodeWarning, DecodeWarnings, FieldShape, JsonKind, JsonWriter, RawJson, RawList, RawMap,
    Reader, Shape, WarningReason, is_json,
};

/// The text of a body without the parts of lists and maps that are not JSON.
pub(super) struct SoundParts {
    pub(super) text: Bytes,
    pub(super) left_out: DecodeWarnings,
}

/// Leaves out the elements of lists and the entries of maps that are not JSON: a typed response would keep them undecoded,
/// and here they are written. `None` if there is nothing to leave out,
/// so that the body is no JSON for another reason.
pub(super) fn sound_parts(shape: &'static Shape, body: &Bytes) -> Option<SoundParts> {
    let mut writer = Writer {
        body,
        text: Vec::with_capacity(body.len()),
        left_out: DecodeWarnings::default(),
    };
    writer.value(shape, body, "");
    (!writer.left_out.is_empty()).then(|| SoundParts {
        text: writer.text.into(),
        left_out: writer.left_out,
    })
}

struct Writer<'a> {
    body: &'a Bytes,
    text: Vec<u8>,
    left_out: DecodeWarnings,
}

impl Writer<'_> {
    fn value(&mut self, shape: &'static Shape, value: &[u8], pointer: &str) {
        let is_written = match shape.present() {
            Shape::Struct(object) => {
                self.object(value, pointer, &|name| Self::named(object.fields, name))
            }
            Shape::Open(object) => {
                self.object(value, pointer, &|name| Self::named(object.known, name))
            }
            Shape::Map(_, of) => self.object(value, pointer, &|_| Some((of, true))),
            Shape::List(of) => self.list(value, pointer, of),
            _ => false,
        };
        if !is_written {
            self.text.extend_from_slice(value);
        }
    }

    /// The shape of a member; such a one is never left out.
    fn named(fields: &'static [FieldShape], name: &str) -> Option<(&'static Shape, bool)> {
        let field = fields.iter().find(|field| field.name == name)?;
        Some((field.shape, false))
    }

    fn object(
        &mut self,
        text: &[u8],
        pointer: &str,
        shape_of: &dyn Fn(&str) -> Option<(&'static Shape, bool)>,
    ) -> bool {
        let Some(members) = self.split::<RawMap<String, RawJson>>(text) else {
            return false;
        };
        self.text.push(b'{');
        for (name, value) in members.raw() {
            let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            let (shape, may_miss) = shape_of(&name).unwrap_or((&Shape::Null, false));
            let before = self.begin_part(b'{');
            self.text
                .extend(JsonWriter::text_of(&*name).unwrap_or_default());
            self.text.push(b':');
            self.part(shape, &value, &pointer, may_miss.then_some(before));
        }
        self.text.push(b'}');
        true
    }

    fn list(&mut self, text: &[u8], pointer: &str, of: &'static Shape) -> bool {
        let Some(elements) = self.split::<RawList<RawJson>>(text) else {
            return false;
        };
        self.text.push(b'[');
        for (index, value) in elements.raw().enumerate() {
            let before = self.begin_part(b'[');
            self.part(of, &value, &format!("{pointer}/{index}"), Some(before));
        }
        self.text.push(b']');
        true
    }

    /// Writes an element, or a member's value. If it is not JSON, even without what is not in it, and may be missing, the
    /// text is what it was before.
    fn part(
        &mut self,
        shape: &'static Shape,
        value: &RawJson,
        pointer: &str,
        before: Option<usize>,
    ) {
        let begin = self.text.len();
        self.value(shape, value.as_bytes(), pointer);
        if let Some(before) = before
            && !is_json(&self.text[begin..])
        {
            self.text.truncate(before);
            self.left_out.push(DecodeWarning {
                pointer: pointer.to_owned(),
                reason: WarningReason::Invalid,
                kind: JsonKind::of(value.as_bytes()),
            });
        }
    }

    fn split<T: DeserializeOwned>(&self, text: &[u8]) -> Option<T> {
        let read = Reader::decode::<T>(text, self.body).ok()?;
        Some(read.value)
    }

    /// Separates what comes from what is there, and returns where that ends.
    fn begin_part(&mut self, opening: u8) -> usize {
        let before = self.text.len();
        if self.text.last() != Some(&opening) {
            self.text.push(b',');
        }
        before
    }
}
