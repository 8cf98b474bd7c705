use std::time::Duration;

/// A body with the fields that any request may need, whose tokens are this one and live this long.
pub(super) fn granted(token: &str, lifetime: Option<Duration>) -> String {
    let expires = lifetime.map(|lifetime| format!(r#","expires_in_ms":{}"#, lifetime.as_millis()));
    let expires = expires.unwrap_or_default();
    format!(
        r#"{{"access_token":"{token}","refresh_token":"{token}"{expires},"token":"{token}","token_type":"Bearer",
            "matrix_server_name":"example.org","expires_in":3600,"user_id":"@alice:example.org","device_id":"D","sid":"1",
            "success":true,"mappings":{{}},"algorithms":["sha256"],"lookup_pepper":"p","policies":{{}},"versions":["v1.19"]}}"#
    )
}
