use hardline::oauth_api::{Scope, Scopes};

/// What a client is granted of the scopes that it asks for: the API and one device, both by the stable names or both by the
/// unstable ones. The error says what is wrong.
pub(super) fn granted(asked: &Scopes) -> Result<Scopes, &'static str> {
    let (mut apis, mut devices) = (Vec::new(), Vec::new());
    for scope in asked.iter() {
        match scope {
            Scope::Api | Scope::UnstableApi => apis.push(scope),
            Scope::Device(device_id) | Scope::UnstableDevice(device_id) => {
                if device_id.validate_for_oauth().is_err() {
                    return Err("the device ID has a character that no scope can carry");
                }
                devices.push(scope);
            }
            // Clients of OpenID Connect ask for it; there is no ID token here.
            Scope::OpenId => {}
            _ => return Err("a scope is not known here"),
        }
    }
    apis.dedup();
    devices.dedup();
    match (&apis[..], &devices[..]) {
        ([api @ Scope::Api], [device @ Scope::Device(_)])
        | ([api @ Scope::UnstableApi], [device @ Scope::UnstableDevice(_)]) => {
            Ok([(*api).clone(), (*device).clone()].into_iter().collect())
        }
        ([_], [_]) => Err("the stable and the unstable names of scopes cannot be mixed"),
        ([], _) => Err("the scope of the API is missing"),
        (_, []) => Err("the scope of the device is missing"),
        _ => Err("there is one scope of the API and one of a device"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "urn:matrix:client:api:*";
    const DEVICE: &str = "urn:matrix:client:device:ABCDEFGHIJ";
    const UNSTABLE_API: &str = "urn:matrix:org.matrix.msc2967.client:api:*";
    const UNSTABLE_DEVICE: &str = "urn:matrix:org.matrix.msc2967.client:device:ABCDEFGHIJ";

    fn of(scopes: &[&str]) -> Result<String, &'static str> {
        granted(&Scopes::from(&*scopes.join(" "))).map(|scopes| scopes.to_string())
    }

    #[test]
    fn the_api_and_one_device_are_granted() {
        let stable = format!("{API} {DEVICE}");
        assert_eq!(of(&[API, DEVICE]), Ok(stable.clone()));
        assert_eq!(of(&["openid", DEVICE, API, DEVICE]), Ok(stable));
        let unstable = format!("{UNSTABLE_API} {UNSTABLE_DEVICE}");
        assert_eq!(of(&[UNSTABLE_API, UNSTABLE_DEVICE]), Ok(unstable));
    }

    #[test]
    fn nothing_else_is() {
        for asked in [
            &[][..],
            &["openid"],
            &[API],
            &[DEVICE],
            &[API, UNSTABLE_DEVICE],
            &[UNSTABLE_API, DEVICE],
            &[API, UNSTABLE_API, DEVICE],
            &[API, DEVICE, UNSTABLE_DEVICE],
            &[API, DEVICE, "urn:matrix:client:device:KLMNOPQRST"],
            &[API, "urn:matrix:client:device:"],
            &[API, "urn:matrix:client:device:ä"],
            &[API, DEVICE, "urn:synapse:admin:*"],
        ] {
            assert!(of(asked).is_err(), "{asked:?}");
        }
    }
}
