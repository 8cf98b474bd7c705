use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::json::{
    DecodeWarning, DecodeWarnings, FieldShape, JsonKind, JsonWriter, RawJson, RawList, RawMap,
    Reader, Shape, WarningReason,
};

/// The text of a body without the parts of lists and maps that are not JSON.
pub(super) struct SoundParts {
    pub(super) text: Bytes,
    pub(super) left_out: DecodeWarnings,
}

/// Leaves out what a typed response would keep undecoded, since it is written here. `None` if there is nothing to leave out,
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
            if may_miss && self.leave_out(shape, &value, &pointer) {
                continue;
            }
            self.comma(b'{');
            self.text
                .extend(JsonWriter::text_of(&*name).unwrap_or_default());
            self.text.push(b':');
            self.value(shape, value.as_bytes(), &pointer);
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
            let pointer = format!("{pointer}/{index}");
            if self.leave_out(of, &value, &pointer) {
                continue;
            }
            self.comma(b'[');
            self.value(of, value.as_bytes(), &pointer);
        }
        self.text.push(b']');
        true
    }

    /// Whether it is not JSON, and undecoded, so that nothing else tells.
    fn leave_out(&mut self, shape: &'static Shape, value: &RawJson, pointer: &str) -> bool {
        let is_broken = matches!(shape, Shape::Any) && value.checked().is_err();
        if is_broken {
            self.left_out.push(DecodeWarning {
                pointer: pointer.to_owned(),
                reason: WarningReason::Invalid,
                kind: JsonKind::of(value.as_bytes()),
            });
        }
        is_broken
    }

    fn split<T: DeserializeOwned>(&self, text: &[u8]) -> Option<T> {
        let read = Reader::decode::<T>(text, self.body).ok()?;
        Some(read.value)
    }

    fn comma(&mut self, opening: u8) {
        if self.text.last() != Some(&opening) {
            self.text.push(b',');
        }
    }
}
