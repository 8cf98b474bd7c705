use std::cell::Cell;

use http::header::CONTENT_TYPE;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request};
use serde::Serialize;

use super::path_template::PathTemplate;
use super::url_texts::{Take, raw_texts, url_texts};
use crate::json::{JsonWriter, Reader, scan};
#[cfg(feature = "by-name")]
use crate::types::RawBytes;
use crate::wire::url::{form_encode, percent_encode};
use crate::wire::{Body, Credentials, EncodeError, ExtraParams, InvalidUrl, Operation, Target};

/// A request whose fields are being routed by name, each to the path, the query or the body.
pub(crate) struct Routed {
    operation: &'static Operation,
    /// The operation's path at a base URL without a path, unless it depends on the fields.
    fixed_path: Option<PathAndQuery>,
    path: PathTemplate,
    query: String,
    json: JsonWriter,
    body: Vec<u8>,
    form: String,
    content_type: Option<HeaderValue>,
    headers: HeaderMap,
    /// A bit for each of the fields that are required together: whether it had a value.
    written_together: u32,
}

/// Where a field of an operation goes.
pub(super) enum Place {
    /// It is a member of the body.
    Member,
    /// It is the body, as JSON.
    Whole,
    /// Its bytes are the body.
    Raw,
    /// Its entries are pairs of the query.
    Pairs,
    /// It is written as a text.
    Text(TextPlace),
}

/// Where the text of a field goes.
pub(super) enum TextPlace {
    Segment,
    Query,
    ContentType,
    Form,
}

impl Routed {
    // It and `into_request` have one caller, in another file: called, they would be copied to and fro.
    #[inline]
    pub(super) fn new(
        operation: &'static Operation,
        template: &'static str,
        fixed_path: Option<PathAndQuery>,
    ) -> Self {
        // An older server has another path.
        let fixed_path = fixed_path.filter(|path| path.as_str() == template);
        let path = match fixed_path {
            Some(_) => PathTemplate::without_placeholders(template),
            None => PathTemplate::new(template),
        };
        Self {
            operation,
            fixed_path,
            path,
            query: String::new(),
            json: match operation.body {
                Body::Members => JsonWriter::object(),
                Body::Empty | Body::Whole(_) | Body::Raw(_) | Body::Form => JsonWriter::default(),
            },
            body: Vec::new(),
            form: String::new(),
            content_type: None,
            headers: HeaderMap::new(),
            written_together: 0,
        }
    }

    /// Where the field of this name goes.
    pub(super) fn place_of(&self, name: &str) -> Result<Place, EncodeError> {
        if self.path.has(name) {
            return Ok(Place::Text(TextPlace::Segment));
        }
        if self.operation.open_query == Some(name) {
            return Ok(Place::Pairs);
        }
        if self.operation.query.contains(&name) {
            return Ok(Place::Text(TextPlace::Query));
        }
        Ok(match self.operation.body {
            Body::Members => Place::Member,
            Body::Form => Place::Text(TextPlace::Form),
            Body::Whole(field) if field == name => Place::Whole,
            Body::Raw(field) if field == name => Place::Raw,
            Body::Raw(_) if name == "content_type" => Place::Text(TextPlace::ContentType),
            _ => {
                return Err(EncodeError::unencodable(format_args!(
                    "{name} has no place in {}",
                    self.operation.name()
                )));
            }
        })
    }

    /// Puts the texts of a field's value where the field goes.
    pub(super) fn put(
        &mut self,
        name: &'static str,
        place: TextPlace,
        texts: &dyn Fn(Take<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let is_written = Cell::new(false);
        let texts = |take: Take<'_>| {
            texts(&mut |text| {
                is_written.set(true);
                take(text)
            })
        };
        match place {
            TextPlace::Segment => self.segment(name, &texts),
            TextPlace::Query => texts(&mut |text| {
                self.pair(name, text);
                Ok(())
            }),
            TextPlace::Form => texts(&mut |text| {
                self.form_pair(name, text);
                Ok(())
            }),
            TextPlace::ContentType => texts(&mut |text| {
                let content_type = HeaderValue::try_from(text);
                self.content_type = Some(content_type.map_err(EncodeError::unencodable)?);
                Ok(())
            }),
        }?;
        if is_written.get() {
            self.note_written(name);
        }
        Ok(())
    }

    /// Writes a field that always has this value.
    pub(super) fn fixed_field(
        &mut self,
        name: &'static str,
        value: &'static str,
    ) -> Result<(), EncodeError> {
        match self.place_of(name)? {
            Place::Text(place) => self.put(name, place, &|take| take(value)),
            Place::Member | Place::Whole | Place::Raw | Place::Pairs => self.member(name, value),
        }
    }

    fn segment(
        &mut self,
        name: &'static str,
        texts: &dyn Fn(Take<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let may_be_empty = self.operation.may_be_empty == Some(name);
        let mut count = 0;
        texts(&mut |text| {
            count += 1;
            if (text.is_empty() && !may_be_empty) || matches!(text, "." | "..") {
                return Err(EncodeError::UnsendableSegment { field: name });
            }
            self.path.fill(name, text);
            Ok(())
        })?;
        if count != 1 {
            return Err(EncodeError::MissingSegment {
                field: name.to_owned(),
            });
        }
        Ok(())
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.query
            .push(if self.query.is_empty() { '?' } else { '&' });
        percent_encode(name, &mut self.query);
        self.query.push('=');
        percent_encode(value, &mut self.query);
    }

    fn form_pair(&mut self, name: &str, value: &str) {
        if !self.form.is_empty() {
            self.form.push('&');
        }
        form_encode(name, &mut self.form);
        self.form.push('=');
        form_encode(value, &mut self.form);
    }

    /// Writes the entries of a map as pairs of the query. `null` has none.
    pub(super) fn pairs(&mut self, json: &[u8]) -> Result<(), EncodeError> {
        if json == b"null" {
            return Ok(());
        }
        for (name, value) in scan::members(json) {
            let name: String = Reader::decode_all(name).map_err(EncodeError::unencodable)?;
            raw_texts(value, &mut |text| {
                self.pair(&name, text);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Routes a field that is JSON already; it is `None` where its type is `None`. Bytes are base64.
    #[cfg(feature = "by-name")]
    pub(crate) fn json_field(
        &mut self,
        name: &'static str,
        json: Option<&[u8]>,
    ) -> Result<(), EncodeError> {
        match (self.place_of(name)?, json) {
            (Place::Whole, json) => self.set_body(name, json.unwrap_or(b"null").to_vec()),
            (_, None) => {}
            (Place::Member, Some(json)) => {
                self.json.json_member(name, json);
                self.note_written(name);
            }
            (Place::Raw, Some(json)) => {
                let bytes: RawBytes = Reader::decode_all(json).map_err(EncodeError::unencodable)?;
                self.set_body(name, bytes.as_bytes().to_vec());
            }
            (Place::Pairs, Some(json)) => self.pairs(json)?,
            (Place::Text(place), Some(json)) => {
                self.put(name, place, &|take| raw_texts(json, take))?;
            }
        }
        Ok(())
    }

    /// Writes a member of the body.
    pub(super) fn member<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        if self.json.member(name, value)? {
            self.note_written(name);
        }
        Ok(())
    }

    /// Makes the value of a field the body.
    pub(super) fn set_body(&mut self, name: &str, body: Vec<u8>) {
        if !body.is_empty() {
            self.note_written(name);
        }
        self.body = body;
    }

    /// Notes that the field of this name had a value.
    fn note_written(&mut self, name: &str) {
        let mut together = self.operation.required_together.iter();
        if let Some(place) = together.position(|field| *field == name) {
            self.written_together |= 1 << place;
        }
    }

    /// Checks that the fields that belong together all had a value, or none.
    pub(super) fn check_required_together(&self) -> Result<(), EncodeError> {
        let (mut given, mut missing) = (None, None);
        for (place, field) in self.operation.required_together.iter().enumerate() {
            let first = if self.written_together & (1 << place) != 0 {
                &mut given
            } else {
                &mut missing
            };
            first.get_or_insert(*field);
        }
        match (given, missing) {
            (Some(given), Some(missing)) => Err(EncodeError::Incomplete { given, missing }),
            _ => Ok(()),
        }
    }

    pub(super) fn add(&mut self, extra_params: &ExtraParams) -> Result<(), EncodeError> {
        for (name, value) in &extra_params.query {
            if self.operation.query.contains(&name.as_str()) {
                return Err(EncodeError::unencodable(format_args!(
                    "{name} is a parameter of {} itself: set its field",
                    self.operation.name()
                )));
            }
            self.pair(name, value);
        }
        for (name, value) in extra_params.members.iter() {
            match self.operation.body {
                Body::Members => self.json.raw_member(name, value)?,
                Body::Form => url_texts(value, &mut |text| {
                    self.form_pair(name, text);
                    Ok(())
                })?,
                Body::Empty | Body::Whole(_) | Body::Raw(_) => {
                    return Err(EncodeError::unencodable(
                        "a member cannot be added to a body that is neither a JSON object nor a form",
                    ));
                }
            }
        }
        self.headers = extra_params.headers.clone();
        Ok(())
    }

    #[inline]
    pub(super) fn into_request(
        mut self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Request<Vec<u8>>, EncodeError> {
        let uri = match target {
            Target::Url(url) if !self.query.is_empty() && !self.operation.query.is_empty() => {
                url.with_query(&self.query)?
            }
            Target::Url(_) if !self.query.is_empty() => {
                let why = "a query cannot be added to a URL that the server gave";
                return Err(EncodeError::unencodable(why));
            }
            Target::Url(url) => url.as_uri().clone(),
            Target::Homeserver(_) | Target::IdentityServer(_) | Target::ServerName(_) => {
                let base = target
                    .base_url()
                    .ok_or(InvalidUrl::new("target", "it has no base URL"))?;
                base.join(self.path_and_query(base.path())?)?
            }
        };
        let (content_type, body) = match self.operation.body {
            Body::Empty => (None, Vec::new()),
            Body::Members => (
                Some(HeaderValue::from_static("application/json")),
                self.json.end_object(),
            ),
            Body::Whole(_) => (
                Some(HeaderValue::from_static("application/json")),
                self.body,
            ),
            Body::Raw(_) => (self.content_type, self.body),
            Body::Form => (
                Some(HeaderValue::from_static(
                    "application/x-www-form-urlencoded",
                )),
                self.form.into_bytes(),
            ),
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.operation.method.into();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        if let Some(content_type) = content_type {
            request.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        credentials.apply(self.operation, &mut request)?;
        Ok(request)
    }

    fn path_and_query(&mut self, base: &str) -> Result<PathAndQuery, EncodeError> {
        match self.fixed_path.take() {
            Some(path) if base.is_empty() && self.query.is_empty() => Ok(path),
            _ => self.path.join(base, &self.query),
        }
    }
}
