use std::ptr;

use hardline::embed::CoreOutput;

use crate::codes::{HL_FOREVER, HL_KIND_WAIT, HL_OK};
use crate::failure::Failure;
use crate::values::{hl_bytes, hl_error, hl_header, hl_output, hl_str};

/// What a handle says: what the pointers that its calls give point to, until the next call.
pub(crate) struct Said {
    pub(crate) error: hl_error,
    pub(crate) output: hl_output,
    pub(crate) ids: Vec<u64>,
    headers: Vec<hl_header>,
    body: Vec<u8>,
    /// All texts, one behind the other, so that a call needs no memory of its own.
    texts: Vec<u8>,
}

/// So much memory is kept for the texts of the next call.
const KEPT: usize = 64 * 1024;

impl hl_error {
    pub(crate) const NONE: Self = Self {
        code: HL_OK,
        message: hl_str::NONE,
        json: hl_str::NONE,
    };
}

impl hl_output {
    pub(crate) const NOTHING: Self = Self {
        kind: HL_KIND_WAIT,
        flow: 0,
        request: 0,
        millis: HL_FOREVER,
        method: hl_str::NONE,
        url: hl_str::NONE,
        headers: ptr::null(),
        headers_length: 0,
        body: hl_bytes::NONE,
        value: hl_str::NONE,
    };
}

/// A pointer to the first of these; null if there is none.
pub(crate) fn first<T>(all: &[T]) -> *const T {
    all.first().map_or(ptr::null(), |_| all.as_ptr())
}

impl Said {
    pub(crate) const fn nothing() -> Self {
        Self {
            error: hl_error::NONE,
            output: hl_output::NOTHING,
            ids: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Forgets what the last call said.
    pub(crate) fn clear(&mut self) {
        self.error = hl_error::NONE;
        self.output = hl_output::NOTHING;
        self.ids.clear();
        self.headers.clear();
        self.body = Vec::new();
    }

    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.make_room(&[&failure.message, &failure.json]);
        self.error = hl_error {
            code: failure.code,
            message: self.add(&failure.message),
            json: self.add(&failure.json),
        };
    }

    /// Says one text.
    pub(crate) fn text(&mut self, text: &str) -> hl_str {
        self.make_room(&[text]);
        self.add(text)
    }

    pub(crate) fn output(&mut self, output: CoreOutput) {
        let mut texts = vec![output.method.as_str(), &output.url, &output.value];
        for (name, value) in &output.headers {
            texts.extend([name.as_str(), value]);
        }
        self.make_room(&texts);
        for (name, value) in &output.headers {
            let field = hl_header {
                name: self.add(name),
                value: self.add(value),
            };
            self.headers.push(field);
        }
        self.body = output.body;
        self.output = hl_output {
            kind: u32::from(output.kind as u8),
            flow: output.flow,
            request: output.request,
            millis: output.millis.unwrap_or(HL_FOREVER),
            method: self.add(&output.method),
            url: self.add(&output.url),
            headers: first(&self.headers),
            headers_length: self.headers.len(),
            body: hl_bytes {
                data: first(&self.body),
                length: self.body.len(),
            },
            value: self.add(&output.value),
        };
    }

    /// Makes room for these texts and their NUL bytes: what [`add`](Self::add) points to must not move.
    fn make_room(&mut self, texts: &[&str]) {
        let size = texts.iter().map(|text| text.len() + 1).sum();
        self.texts.clear();
        if size <= KEPT {
            self.texts.shrink_to(KEPT);
        }
        self.texts.reserve(size);
    }

    fn add(&mut self, text: &str) -> hl_str {
        debug_assert!(self.texts.capacity() - self.texts.len() > text.len());
        let start = self.texts.len();
        self.texts.extend_from_slice(text.as_bytes());
        self.texts.push(0);
        hl_str {
            // In bounds: the text begins there.
            data: self.texts[start..].as_ptr().cast(),
            length: text.len(),
        }
    }
}
