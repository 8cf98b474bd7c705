/// What the body of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// None.
    Empty,
    /// A JSON object of the fields that are neither in the path nor in the query.
    Members,
    /// The JSON value of this field.
    Whole(&'static str),
    /// The bytes of this field, with the content type that the field `content_type` gives. The field is of type
    /// [`RawBytes`](crate::types::RawBytes).
    Raw(&'static str),
    /// A form (`application/x-www-form-urlencoded`) of the fields that are neither in the path nor in the query. A
    /// sequence repeats its key.
    Form,
}

/// What the body of a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseBody {
    /// A JSON object.
    Object,
    /// A JSON list.
    List,
    /// The bytes of this field, which is of type [`RawBytes`](crate::types::RawBytes). What header fields carry, the
    /// content type for one, is said by [`Operation::response_headers`](super::Operation::response_headers).
    Bytes(&'static str),
    /// Nothing that counts: a page for people, or no body at all.
    Ignored,
}
