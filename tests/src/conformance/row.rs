use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;

use super::EventRow;

/// An example of an operation or of an event.
#[derive(Clone, Debug)]
pub enum AnyRow {
    /// A request or a response.
    Operation(Box<Row>),
    /// An event.
    Event(Box<EventRow>),
}

impl<'de> Deserialize<'de> for AnyRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = Value::deserialize(deserializer)?;
        let read = match row.get("example") {
            Some(_) => serde_json::from_value(row).map(Self::Event),
            None => serde_json::from_value(row).map(Self::Operation),
        };
        read.map_err(D::Error::custom)
    }
}

impl From<Row> for AnyRow {
    fn from(row: Row) -> Self {
        Self::Operation(Box::new(row))
    }
}

impl fmt::Display for AnyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(row) => row.fmt(f),
            Self::Event(row) => row.fmt(f),
        }
    }
}

/// An example of a request or of a response.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// The operation: `cs:login`.
    pub id: String,
    /// Which half of the exchange it is.
    pub direction: Direction,
    /// The HTTP method of a request.
    #[serde(default)]
    pub method: String,
    /// The path template of a request.
    #[serde(default)]
    pub path: String,
    /// The status of a response: a number, or a class of them (`"4XX"`).
    #[serde(default)]
    pub status: Value,
    /// The content type of the body.
    pub content_type: Option<String>,
    /// The name of the example.
    #[serde(default)]
    pub name: String,
    /// The values of the path's placeholders.
    #[serde(default)]
    pub path_params: BTreeMap<String, Value>,
    /// The query; a list repeats its name.
    #[serde(default)]
    pub query_params: BTreeMap<String, Value>,
    /// Required path and query parameters that the example leaves open.
    #[serde(default)]
    pub params_without_example: Vec<String>,
    /// Header fields of a response.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body. A string if the content type is not JSON; `null` if there is none.
    #[serde(default)]
    pub body: Value,
}

/// Whether a row is a request or a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// What a client sends.
    Request,
    /// What a server responds.
    Response,
}

impl Row {
    /// The body as it goes over the wire.
    pub fn body_text(&self) -> Vec<u8> {
        let is_json = self
            .content_type
            .as_deref()
            .is_none_or(|content_type| content_type.contains("json"));
        match &self.body {
            Value::Null => Vec::new(),
            Value::String(text) if !is_json => text.clone().into_bytes(),
            value => value.to_string().into_bytes(),
        }
    }

    /// The status as a number. For a class of statuses, its first member that has no special meaning.
    pub fn status_code(&self) -> Option<u16> {
        match &self.status {
            Value::Number(number) => number.as_u64()?.try_into().ok(),
            Value::String(text) => match text.to_ascii_uppercase().as_str() {
                "2XX" => Some(200),
                "3XX" => Some(302),
                "4XX" => Some(400),
                "5XX" => Some(500),
                number => number.parse().ok(),
            },
            _ => None,
        }
    }
}

/// `id direction status name`
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = match self.direction {
            Direction::Request => "request",
            Direction::Response => "response",
        };
        write!(f, "{} {direction} ", self.id)?;
        match &self.status {
            Value::Null => f.write_str("-")?,
            Value::String(text) => f.write_str(text)?,
            status => write!(f, "{status}")?,
        }
        write!(f, " {}", self.name)
    }
}
