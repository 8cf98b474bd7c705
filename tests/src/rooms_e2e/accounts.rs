//! What there is before the first room: discovery, sessions and accounts.

use hardline::client_api::account::{
    ChangePassword, CheckUsernameAvailability, DeactivateAccount, GetTokenOwner,
    RegistrationTokenValidity,
};
use hardline::client_api::discovery::{GetAuthMetadata, GetCapabilities, GetVersions};
use hardline::client_api::session::{
    GenerateLoginToken, GetLoginFlows, Login, Logout, LogoutAll, RedirectToIdp, RedirectToSso,
    Refresh,
};
use hardline::types::{IdentityProviderId, Password, RegistrationToken};
use hardline::wire::{AuthType, UserIdentifier};

use super::person::Person;
use super::trial::Trial;
use crate::e2e::PASSWORD;

pub(super) fn run(trial: &Trial<'_>) {
    let carol = Person::register(trial, "carol");
    discovery(&carol);
    registration(&carol);
    sessions(&carol);
    single_sign_on(&carol);
    endings(carol);
}

fn discovery(carol: &Person<'_>) {
    let versions = carol.call(GetVersions::new());
    assert!(versions.versions.iter().any(|version| version == "v1.11"));
    let capabilities = carol.call(GetCapabilities::new()).capabilities;
    let rooms = capabilities.room_versions().unwrap();
    assert!(rooms.available.contains_key(&rooms.default.unwrap()));
    assert!(capabilities.can_change_password());
    if let Some(metadata) = carol.call_if_there(GetAuthMetadata::new()) {
        assert!(metadata.issuer.starts_with("http"));
    }
}

fn registration(carol: &Person<'_>) {
    let free = format!("nobody-{}", carol.trial.name);
    let availability = carol.call(CheckUsernameAvailability::new(free));
    assert_eq!(availability.available, Some(true));
    let taken = carol.user_id.localpart().to_owned();
    let refused = carol.refused(CheckUsernameAvailability::new(taken));
    assert_eq!(refused, (400, "M_USER_IN_USE".to_owned()));
    let token = RegistrationToken::from("nobodys");
    let validity = carol.call_if_there(RegistrationTokenValidity::new(token));
    assert!(validity.is_none_or(|validity| !validity.valid));
    let owner = carol.call(GetTokenOwner::new());
    assert_eq!(owner.user_id, carol.user_id);
    assert_eq!(owner.device_id.as_ref(), Some(&carol.device_id));
}

fn sessions(carol: &Person<'_>) {
    let flows = carol.call(GetLoginFlows::new()).flows;
    assert!(
        flows
            .iter()
            .any(|flow| flow.login_type == AuthType::Password)
    );

    let device = carol.log_in_again();
    let user = UserIdentifier::user(carol.user_id.as_str());
    let mut login = Login::password(user, Password::from(PASSWORD));
    login.refresh_token = Some(true);
    login.device_id = Some(device.device_id.clone());
    let login = device.call(login);
    assert_eq!(login.device_id.as_ref(), Some(&device.device_id));
    let refreshed = device.call(Refresh::new(login.refresh_token.unwrap()));
    assert!(refreshed.expires_in_ms.is_some());
    device.client.set_access_token(Some(refreshed.access_token));
    assert_eq!(device.call(GetTokenOwner::new()).user_id, carol.user_id);

    device.call(Logout::new());
    device.client.set_access_token(Some(login.access_token));
    let refused = device.refused(GetTokenOwner::new());
    assert_eq!(refused, (401, "M_UNKNOWN_TOKEN".to_owned()));
}

fn single_sign_on(carol: &Person<'_>) {
    let back = "https://client.test/back".to_owned();
    if let Some(redirect) = carol.call_if_there(RedirectToSso::new(back.clone())) {
        assert!(redirect.location.starts_with("http"));
    }
    let provider = IdentityProviderId::parse("nobodys").unwrap();
    if let Some(redirect) = carol.call_if_there(RedirectToIdp::new(provider, back)) {
        assert!(redirect.location.starts_with("http"));
    }
    if carol.trial.refusal("generateLoginToken").is_some() {
        carol.call_if_there(GenerateLoginToken::new());
        return;
    }
    let token = carol.call_with_password(GenerateLoginToken::new());
    let login = carol.call(Login::token(token.login_token));
    assert_eq!(login.user_id, carol.user_id);
}

fn endings(carol: Person<'_>) {
    let other = carol.log_in_again();
    let mut change = ChangePassword::new(Password::from("another horse"));
    change.logout_devices = Some(false);
    carol.call_with_password(change);
    let user = || UserIdentifier::user(carol.user_id.as_str());
    let refused = carol.refused(Login::password(user(), Password::from(PASSWORD)));
    assert_eq!(refused, (403, "M_FORBIDDEN".to_owned()));

    carol.call(LogoutAll::new());
    let refused = other.refused(GetTokenOwner::new());
    assert_eq!(refused, (401, "M_UNKNOWN_TOKEN".to_owned()));

    let dave = Person::register(carol.trial, "dave");
    let answer = dave.call_with_password(DeactivateAccount::new());
    assert!(answer.id_server_unbind_result.is_some());
    let user = UserIdentifier::user(dave.user_id.as_str());
    let refused = carol.refused(Login::password(user, Password::from(PASSWORD)));
    assert_eq!(refused.0, 403);
}
