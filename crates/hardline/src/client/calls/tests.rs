use crate::client::Client;
use crate::client::block_on::block_on;
use crate::client::scripted::{Leaping, Scripted};
use crate::client_api::discovery::GetVersions;
use crate::wire::{Target, WithOptions};

#[test]
fn an_operation_is_called_by_reference_and_by_value() {
    let server = Scripted::new(|_| (200, r#"{"versions": ["v1.1"]}"#));
    let target = Target::homeserver("https://example.org").unwrap();
    let client = Client::new(server.clone(), Leaping::default(), target);
    let operation = WithOptions::new(GetVersions::new()).query("a", "b");
    for versions in [
        block_on(client.call(&operation)),
        block_on(client.call(&&operation)),
        block_on(client.call(operation)),
    ] {
        assert_eq!(versions.unwrap().versions, ["v1.1"]);
    }
    let sent = "GET https://example.org/_matrix/client/versions?a=b";
    assert_eq!(server.requests(), [sent; 3]);
}
