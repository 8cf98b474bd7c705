/// The kind of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// No body.
    Empty,
    /// A JSON object of the fields that are neither in the path nor in the query.
    Members,
    /// The JSON value of this field.
    Whole(&'static str),
    /// The bytes of this field, with the content type in the field `content_type`. The field has the type
    /// [`RawBytes`](crate::types::RawBytes).
    Raw(&'static str),
    /// A form (`application/x-www-form-urlencoded`) of the fields that are neither in the path nor in the query. A
    /// sequence repeats its key.
    Form,
}

/// The kind of a response's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseBody {
    /// A JSON object.
    Object,
    /// A JSON list.
    List,
    /// The bytes of this field, which has the type [`RawBytes`](crate::types::RawBytes).
    /// [`Operation::response_headers`](super::Operation::response_headers) lists the fields that header fields carry,
    /// such as the content type.
    Bytes(&'static str),
    /// Nothing relevant: a page for people, or no body at all.
    Ignored,
}
