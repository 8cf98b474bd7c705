use super::Canned;

/// What something in front of a homeserver answers in its place: a proxy, a firewall, a captive portal. A 401 without an
/// error code is a gateway's that checks passwords itself.
pub const GATEWAY: [(&str, Canned); 8] = [
    (
        "an HTML page of a proxy",
        Canned::new(502, "<html><title>502 Bad Gateway</title></html>"),
    ),
    ("a timeout of a proxy", Canned::new(504, "")),
    (
        "a firewall's page",
        Canned::new(403, "<html><title>Access denied</title></html>"),
    ),
    (
        "a limit with Retry-After alone",
        Canned {
            status: 429,
            header: Some(("retry-after", "1")),
            body: "<html>Slow down</html>",
        },
    ),
    (
        "a captive portal's page",
        Canned::new(200, "<html><title>Welcome to our network</title></html>"),
    ),
    (
        "a 401 page",
        Canned::new(401, "<html><title>Authorization Required</title></html>"),
    ),
    (
        "a maintenance page with Retry-After",
        Canned {
            status: 503,
            header: Some(("retry-after", "5")),
            body: "<html>Back soon</html>",
        },
    ),
    (
        "an error in another form",
        Canned::new(500, r#"{"message":"panic"}"#),
    ),
];
