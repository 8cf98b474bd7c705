use hardline::identity_api::{
    account, association, email, invitation, lookup, msisdn, public_keys, terms, versions,
};
use ruma::api::identity_service as ruma_is;

use crate::exchange::{Exchange, answer, both, request};
use crate::pair::{Pair, pair};

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        pair::<versions::GetVersions, ruma_is::discovery::get_supported_versions::Request>(),
        pair::<versions::PingV2, ruma_is::discovery::get_server_status::v2::Request>(),
        pair::<account::RegisterAccount, ruma_is::authentication::register::v2::Request>(),
        pair::<account::GetAccount, ruma_is::authentication::get_account_information::v2::Request>(
        ),
        pair::<account::Logout, ruma_is::authentication::logout::v2::Request>(),
        pair::<terms::GetTerms, ruma_is::tos::get_terms_of_service::v2::Request>(),
        pair::<terms::AgreeToTerms, ruma_is::tos::accept_terms_of_service::v2::Request>(),
        pair::<public_keys::GetPubKeyV2, ruma_is::keys::get_public_key::v2::Request>(),
        pair::<public_keys::IsPubKeyValidV2, ruma_is::keys::check_public_key_validity::v2::Request>(
        ),
        pair::<
            public_keys::IsEphemeralPubKeyValidV2,
            ruma_is::keys::validate_ephemeral_key::v2::Request,
        >(),
        pair::<lookup::GetHashDetails, ruma_is::lookup::get_hash_parameters::v2::Request>(),
        pair::<lookup::LookupUsersV2, ruma_is::lookup::lookup_3pid::v2::Request>(),
        pair::<
            email::EmailRequestTokenV2,
            ruma_is::association::email::create_email_validation_session::v2::Request,
        >(),
        pair::<
            email::EmailSubmitTokenPostV2,
            ruma_is::association::email::validate_email::v2::Request,
        >(),
        pair::<
            email::EmailSubmitTokenGetV2,
            ruma_is::association::email::validate_email_by_end_user::v2::Request,
        >(),
        pair::<
            msisdn::MsisdnRequestTokenV2,
            ruma_is::association::msisdn::create_msisdn_validation_session::v2::Request,
        >(),
        pair::<
            msisdn::MsisdnSubmitTokenPostV2,
            ruma_is::association::msisdn::validate_msisdn::v2::Request,
        >(),
        pair::<
            msisdn::MsisdnSubmitTokenGetV2,
            ruma_is::association::msisdn::validate_msisdn_by_phone_number::v2::Request,
        >(),
        pair::<
            association::GetValidated3pidV2,
            ruma_is::association::check_3pid_validity::v2::Request,
        >(),
        pair::<association::BindV2, ruma_is::association::bind_3pid::v2::Request>(),
        pair::<association::UnbindV2, ruma_is::association::unbind_3pid::v2::Request>(),
        pair::<invitation::StoreInviteV2, ruma_is::invitation::store_invitation::v2::Request>(),
        pair::<
            invitation::BlindlySignStuffV2,
            ruma_is::invitation::sign_invitation_ed25519::v2::Request,
        >(),
    ]
}

pub(super) const EXCHANGES: &[Exchange] = &[
    both(
        "is:getVersions",
        "as specified",
        "/_matrix/identity/versions",
        "",
        r#"{"versions": ["r0.2.0", "r0.2.1", "v1.1"]}"#,
    ),
    both(
        "is:pingV2",
        "as specified",
        "/_matrix/identity/v2",
        "",
        "{}",
    ),
    both(
        "is:registerAccount",
        "as specified",
        "/_matrix/identity/v2/account/register",
        r#"{"access_token": "SomeT0kenHere", "token_type": "Bearer", "matrix_server_name": "example.com", "expires_in": 3600}"#,
        r#"{"token": "abc123_OpaqueString"}"#,
    ),
    answer(
        "is:registerAccount",
        "both names of the token",
        200,
        r#"{"token": "abc", "access_token": "abc"}"#,
    ),
    both(
        "is:getAccount",
        "as specified",
        "/_matrix/identity/v2/account",
        "",
        r#"{"user_id": "@alice:example.org"}"#,
    ),
    both(
        "is:logout",
        "as specified",
        "/_matrix/identity/v2/account/logout",
        "",
        "{}",
    ),
    both(
        "is:getTerms",
        "as specified",
        "/_matrix/identity/v2/terms",
        "",
        r#"{"policies": {"terms_of_service": {"version": "2.0", "en": {"name": "Terms of Service", "url": "https://example.org/terms-2.0-en.html"}, "fr": {"name": "Conditions d'utilisation", "url": "https://example.org/terms-2.0-fr.html"}}}}"#,
    ),
    both(
        "is:agreeToTerms",
        "as specified",
        "/_matrix/identity/v2/terms",
        r#"{"user_accepts": ["https://example.org/terms-2.0-en.html"]}"#,
        "{}",
    ),
    both(
        "is:getPubKeyV2",
        "as specified",
        "/_matrix/identity/v2/pubkey/ed25519%3A0",
        "",
        r#"{"public_key": "VXuGitF39UH5iRfvbIknlvlAVKgD1BsLDMvBf0pmp7c"}"#,
    ),
    both(
        "is:isPubKeyValidV2",
        "as specified",
        "/_matrix/identity/v2/pubkey/isvalid?public_key=VXuGitF39UH5iRfvbIknlvlAVKgD1BsLDMvBf0pmp7c",
        "",
        r#"{"valid": true}"#,
    ),
    both(
        "is:isEphemeralPubKeyValidV2",
        "as specified",
        "/_matrix/identity/v2/pubkey/ephemeral/isvalid?public_key=VXuGitF39UH5iRfvbIknlvlAVKgD1BsLDMvBf0pmp7c",
        "",
        r#"{"valid": true}"#,
    ),
    both(
        "is:getHashDetails",
        "as specified",
        "/_matrix/identity/v2/hash_details",
        "",
        r#"{"lookup_pepper": "matrixrocks", "algorithms": ["none", "sha256"]}"#,
    ),
    both(
        "is:lookupUsersV2",
        "as specified",
        "/_matrix/identity/v2/lookup",
        r#"{"algorithm": "sha256", "pepper": "matrixrocks", "addresses": ["4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc", "nlo35_T5fzSGZzJApqu8lgIudJvmOQtDaHtr-I4rU7I"]}"#,
        r#"{"mappings": {"4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc": "@alice:example.org"}}"#,
    ),
    both(
        "is:emailRequestTokenV2",
        "as specified",
        "/_matrix/identity/v2/validate/email/requestToken",
        r#"{"client_secret": "monkeys_are_GREAT", "email": "alice@example.org", "send_attempt": 1, "next_link": "https://example.org/congratulations.html"}"#,
        r#"{"sid": "123abc"}"#,
    ),
    both(
        "is:emailSubmitTokenPostV2",
        "as specified",
        "/_matrix/identity/v2/validate/email/submitToken",
        r#"{"sid": "1234", "client_secret": "monkeys_are_GREAT", "token": "atoken"}"#,
        r#"{"success": true}"#,
    ),
    answer(
        "is:emailSubmitTokenPostV2",
        "it failed",
        200,
        r#"{"success": false}"#,
    ),
    both(
        "is:msisdnRequestTokenV2",
        "as specified",
        "/_matrix/identity/v2/validate/msisdn/requestToken",
        r#"{"client_secret": "monkeys_are_GREAT", "country": "GB", "phone_number": "07700900001", "send_attempt": 1}"#,
        r#"{"sid": "123abc"}"#,
    ),
    both(
        "is:msisdnSubmitTokenPostV2",
        "as specified",
        "/_matrix/identity/v2/validate/msisdn/submitToken",
        r#"{"sid": "1234", "client_secret": "monkeys_are_GREAT", "token": "atoken"}"#,
        r#"{"success": true}"#,
    ),
    both(
        "is:getValidated3pidV2",
        "as specified",
        "/_matrix/identity/v2/3pid/getValidated3pid?sid=1234&client_secret=monkeys_are_GREAT",
        "",
        r#"{"medium": "email", "validated_at": 1457622739026, "address": "louise@bobs.burgers"}"#,
    ),
    both(
        "is:bindV2",
        "as specified",
        "/_matrix/identity/v2/3pid/bind",
        r#"{"sid": "1234", "client_secret": "monkeys_are_GREAT", "mxid": "@ears:matrix.org"}"#,
        r#"{"address": "louise@bobs.burgers", "medium": "email", "mxid": "@ears:matrix.org", "not_before": 1428825849161, "not_after": 4582425849161, "ts": 1428825849161, "signatures": {"matrix.org": {"ed25519:0": "ENiU2YORYUJgE6WBMitU0mppbQjidDLanAusj8XS2nVRHPu+0t42OKA/r6zV6i2MzUbNQ3c3MiLScJuSsOiVDQ"}}}"#,
    ),
    both(
        "is:unbindV2",
        "as specified",
        "/_matrix/identity/v2/3pid/unbind",
        r#"{"sid": "1234", "client_secret": "monkeys_are_GREAT", "mxid": "@ears:example.org", "threepid": {"medium": "email", "address": "monkeys_have_ears@example.org"}}"#,
        "{}",
    ),
    both(
        "is:storeInviteV2",
        "as specified",
        "/_matrix/identity/v2/store-invite",
        r##"{"medium": "email", "address": "foo@example.com", "room_id": "!something:example.org", "sender": "@bob:example.com", "room_alias": "#somealias:example.org", "room_name": "Bob's Emporium of Messages"}"##,
        r#"{"token": "sometoken", "public_keys": [{"public_key": "serverPublicKeyBase64", "key_validity_url": "https://example.com/_matrix/identity/v2/pubkey/isvalid"}, {"public_key": "ephemeralPublicKeyBase64", "key_validity_url": "https://example.com/_matrix/identity/v2/pubkey/ephemeral/isvalid"}], "display_name": "f...@b..."}"#,
    ),
    both(
        "is:blindlySignStuffV2",
        "as specified",
        "/_matrix/identity/v2/sign-ed25519",
        r#"{"mxid": "@foo:bar.com", "token": "sometoken", "private_key": "base64encodedkey"}"#,
        r#"{"mxid": "@foo:bar.com", "sender": "@baz:bar.com", "signatures": {"my.id.server": {"ed25519:0": "def987"}}, "token": "abc123"}"#,
    ),
    request(
        "is:emailSubmitTokenGetV2",
        "as specified",
        "/_matrix/identity/v2/validate/email/submitToken?sid=1234&client_secret=monkeys_are_GREAT&token=atoken",
        "",
    ),
    request(
        "is:msisdnSubmitTokenGetV2",
        "as specified",
        "/_matrix/identity/v2/validate/msisdn/submitToken?sid=1234&client_secret=monkeys_are_GREAT&token=atoken",
        "",
    ),
];
