/// A request, a response, or both, as they are on the wire.
#[derive(Clone, Copy)]
pub(crate) struct Exchange {
    pub(crate) operation: &'static str,
    /// What is special about it.
    pub(crate) name: &'static str,
    /// The path of the request, with its query.
    pub(crate) path: &'static str,
    pub(crate) request: Option<&'static str>,
    /// Those of the request that are compared.
    pub(crate) request_headers: Headers,
    pub(crate) answer: Option<(u16, &'static str)>,
    /// Those of the response that are compared.
    pub(crate) answer_headers: Headers,
}

pub(crate) type Headers = &'static [(&'static str, &'static str)];

impl Exchange {
    /// Whether it has a response that is no error.
    pub(crate) fn is_answered(&self) -> bool {
        self.answer.is_some_and(|(status, _)| status < 300)
    }

    pub(crate) const fn with_request_headers(self, request_headers: Headers) -> Self {
        Self {
            request_headers,
            ..self
        }
    }

    pub(crate) const fn with_answer_headers(self, answer_headers: Headers) -> Self {
        Self {
            answer_headers,
            ..self
        }
    }
}

pub(crate) const fn both(
    operation: &'static str,
    name: &'static str,
    path: &'static str,
    request: &'static str,
    answer: &'static str,
) -> Exchange {
    Exchange {
        answer: Some((200, answer)),
        ..self::request(operation, name, path, request)
    }
}

pub(crate) const fn request(
    operation: &'static str,
    name: &'static str,
    path: &'static str,
    body: &'static str,
) -> Exchange {
    Exchange {
        operation,
        name,
        path,
        request: Some(body),
        request_headers: &[],
        answer: None,
        answer_headers: &[],
    }
}

pub(crate) const fn answer(
    operation: &'static str,
    name: &'static str,
    status: u16,
    body: &'static str,
) -> Exchange {
    Exchange {
        request: None,
        answer: Some((status, body)),
        ..request(operation, name, "/", "")
    }
}
