use std::time::Duration;

use super::expectations::ACCOUNT_URL;
use super::tokens::TOKEN_ENDPOINT;

/// A body with the fields that any request may need, whose tokens are this one and live this long.
pub(super) fn granted(token: &str, lifetime: Option<Duration>) -> String {
    let expires = lifetime.map(|lifetime| format!(r#","expires_in_ms":{}"#, lifetime.as_millis()));
    let expires = expires.unwrap_or_default();
    let seconds = lifetime.map_or(3_600, |lifetime| lifetime.as_secs());
    format!(
        r#"{{"access_token":"{token}","refresh_token":"{token}"{expires},"token":"{token}","token_type":"Bearer",
            "matrix_server_name":"example.org","expires_in":{seconds},"user_id":"@alice:example.org","device_id":"D","sid":"1",
            "success":true,"mappings":{{}},"algorithms":["sha256"],"lookup_pepper":"p","policies":{{}},"versions":["v1.19"],
            "content_uri":"mxc://a.example/granted","client_id":"c","next_batch":"s","filter_id":"f","device_code":"{token}","user_code":"WDJB-MJHT","verification_uri":"{ACCOUNT_URL}/link",
            "issuer":"{ACCOUNT_URL}/","authorization_endpoint":"{ACCOUNT_URL}/authorize",
            "token_endpoint":"{TOKEN_ENDPOINT}","registration_endpoint":"{ACCOUNT_URL}/oauth2/registration",
            "device_authorization_endpoint":"{ACCOUNT_URL}/oauth2/device",
            "revocation_endpoint":"{ACCOUNT_URL}/oauth2/revoke",
            "event_id":"$event","delay_id":"delay"}}"#
    )
}
