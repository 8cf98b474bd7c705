//! The part of HAR 1.2 that is written and read here. Only what a response needs is read, so that files from browsers,
//! which differ in the rest, can be read too.

use serde::{Deserialize, Serialize};

/// The recorded failure of a cancelled exchange.
pub(crate) const CANCELLED: &str = "cancelled";

#[derive(Serialize, Deserialize)]
pub(crate) struct Har {
    pub(crate) log: Log,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Log {
    pub(crate) version: String,
    #[serde(skip_deserializing)]
    pub(crate) creator: Creator,
    pub(crate) entries: Vec<Entry>,
}

#[derive(Default, Serialize)]
pub(crate) struct Creator {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// ISO 8601.
    #[serde(skip_deserializing)]
    pub(crate) started_date_time: String,
    /// Milliseconds.
    #[serde(skip_deserializing)]
    pub(crate) time: u64,
    pub(crate) request: Request,
    pub(crate) response: Response,
    #[serde(skip_deserializing)]
    pub(crate) cache: Cache,
    #[serde(skip_deserializing)]
    pub(crate) timings: Timings,
    #[serde(
        rename = "_operation",
        skip_deserializing,
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) operation: Option<String>,
    #[serde(
        rename = "_attempt",
        skip_deserializing,
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) attempt: Option<u32>,
    /// Why there is no response.
    #[serde(rename = "_failure", default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(skip_deserializing)]
    pub(crate) http_version: String,
    #[serde(skip_deserializing)]
    pub(crate) cookies: [(); 0],
    #[serde(skip_deserializing)]
    pub(crate) headers: Vec<Pair>,
    #[serde(skip_deserializing)]
    pub(crate) query_string: Vec<Pair>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) post_data: Option<PostData>,
    #[serde(skip_deserializing)]
    pub(crate) headers_size: i64,
    #[serde(skip_deserializing)]
    pub(crate) body_size: usize,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostData {
    #[serde(default)]
    pub(crate) mime_type: String,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(rename = "_encoding", default, skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<&'static str>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    /// 0 if there is no response.
    pub(crate) status: u16,
    #[serde(skip_deserializing)]
    pub(crate) status_text: String,
    #[serde(skip_deserializing)]
    pub(crate) http_version: String,
    #[serde(skip_deserializing)]
    pub(crate) cookies: [(); 0],
    #[serde(default)]
    pub(crate) headers: Vec<Pair>,
    #[serde(default)]
    pub(crate) content: Content,
    #[serde(rename = "redirectURL", skip_deserializing)]
    pub(crate) redirect_url: String,
    #[serde(skip_deserializing)]
    pub(crate) headers_size: i64,
    #[serde(skip_deserializing)]
    pub(crate) body_size: i64,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Content {
    #[serde(skip_deserializing)]
    pub(crate) size: usize,
    #[serde(skip_deserializing)]
    pub(crate) mime_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Clone, Default, Serialize)]
pub(crate) struct Cache {}

/// Milliseconds. A transport does not report its phases separately.
#[derive(Clone, Default, Serialize)]
pub(crate) struct Timings {
    pub(crate) send: u64,
    pub(crate) wait: u64,
    pub(crate) receive: u64,
}

/// An unknown size in HAR.
pub(crate) const UNKNOWN_SIZE: i64 = -1;
