//! Keys of devices and users: uploaded, signed, queried, claimed.

use hardline::client_api::e2ee::{
    ClaimKeys, CrossSigningKey, CrossSigningKeyUsage, DeviceKeys, GetKeysChanges, OneTimeKey,
    QueryKeys, QueryKeysResponse, SignedKey, UploadCrossSigningKeys, UploadCrossSigningSignatures,
    UploadKeys,
};
use hardline::json::{JsonMap, RawJson};
use hardline::types::{DeviceKeyId, KeyAlgorithm, OneTimeKeyId};

use super::content::whole;
use super::person::Person;
use super::signing::SigningKey;
use super::trial::Trial;

pub(super) fn run(trial: &Trial<'_>) {
    // Two whose keys no other section has uploaded.
    let frank = Person::register(trial, "frank");
    let grace = Person::register(trial, "grace");
    frank.room_with(&grace);
    let since = grace.now();
    device_keys(&frank);
    changes(&frank, &grace, &since);
    query(&frank, &grace);
    claim(&frank, &grace);
    cross_signing(&frank, &grace);
}

const CURVE_KEY: &str = "3C5BFWi2Y8MaVvjM8M22DBmh24PmgR0nPvJOIArzgyI";

fn device_keys(frank: &Person<'_>) {
    let device_id = &frank.device_id;
    let signer = SigningKey::new(&frank.user_id, 1);
    let id = |algorithm| DeviceKeyId::from_parts(&algorithm, device_id).unwrap();
    let keys = JsonMap::from([
        (id(KeyAlgorithm::Curve25519), CURVE_KEY.to_owned()),
        (id(KeyAlgorithm::Ed25519), signer.public()),
    ]);
    let algorithms = vec!["m.megolm.v1.aes-sha2".to_owned()];
    let mut device_keys = DeviceKeys::new(
        frank.user_id.clone(),
        device_id.clone(),
        algorithms,
        keys,
        JsonMap::default(),
    );
    device_keys.signatures = signer.sign(device_id.as_str(), &device_keys);

    let signed = |name: &str| {
        let mut key = SignedKey::new(CURVE_KEY.to_owned(), JsonMap::default());
        key.signatures = signer.sign(device_id.as_str(), &key);
        let id = OneTimeKeyId::from_parts(&KeyAlgorithm::SignedCurve25519, name).unwrap();
        (id, OneTimeKey::from(key))
    };
    let mut upload = UploadKeys::new();
    upload.device_keys = Some(device_keys);
    upload.one_time_keys = Some(JsonMap::from([signed("AAAAHQ")]));
    upload.fallback_keys = Some(JsonMap::from([signed("AAAAHg")]));
    let counts = frank.call(upload).one_time_key_counts;
    assert_eq!(counts["signed_curve25519"], 1);
}

fn changes(frank: &Person<'_>, grace: &Person<'_>, since: &str) {
    let until = grace.news(since, |news| {
        let is_told = news.device_lists.changed.contains(&frank.user_id);
        is_told.then(|| news.next_batch.clone())
    });
    let changes = grace.call(GetKeysChanges::new(since.to_owned(), until));
    assert!(changes.changed.contains(&frank.user_id));
    assert!(changes.left.is_empty());
}

fn query(frank: &Person<'_>, grace: &Person<'_>) {
    let wanted = JsonMap::from([(frank.user_id.clone(), Vec::new())]);
    let mut query = QueryKeys::new(wanted);
    query.timeout = Some(10_000);
    let found = grace.call(query);
    assert!(found.failures.is_empty());
    let users = whole(found.device_keys.decode_all());
    let [(user_id, devices)] = &users[..] else {
        panic!("{users:?}")
    };
    assert_eq!(*user_id, frank.user_id);
    let devices = whole(devices.decode_all());
    let [(device_id, keys)] = &devices[..] else {
        panic!("{devices:?}")
    };
    assert_eq!(*device_id, frank.device_id);
    assert_eq!(keys.user_id, frank.user_id);
    let signer = SigningKey::new(&frank.user_id, 1);
    let unsigned = DeviceKeys::new(
        keys.user_id.clone(),
        keys.device_id.clone(),
        keys.algorithms.clone(),
        keys.keys.clone(),
        JsonMap::default(),
    );
    let expected = signer.sign(frank.device_id.as_str(), &unsigned);
    assert_eq!(keys.signatures, expected);
}

fn claim(frank: &Person<'_>, grace: &Person<'_>) {
    let claimed = || {
        let of_frank = JsonMap::from([(frank.device_id.clone(), KeyAlgorithm::SignedCurve25519)]);
        let mut claim = ClaimKeys::new(JsonMap::from([(frank.user_id.clone(), of_frank)]));
        claim.timeout = Some(10_000);
        let claimed = grace.call(claim);
        assert!(claimed.failures.is_empty());
        let keys = &claimed.one_time_keys[&frank.user_id][&frank.device_id];
        let (id, key) = keys.iter().next().unwrap();
        let key = key.signed().unwrap();
        assert_eq!(key.key, CURVE_KEY);
        (id.to_string(), key.fallback)
    };
    assert_eq!(claimed(), ("signed_curve25519:AAAAHQ".to_owned(), None));
    let (id, is_fallback) = claimed();
    assert_eq!(id, "signed_curve25519:AAAAHg");
    assert_ne!(is_fallback, Some(false));
}

fn cross_signing(frank: &Person<'_>, grace: &Person<'_>) {
    let [master, self_signing, user_signing] =
        [2, 3, 4].map(|number| SigningKey::new(&frank.user_id, number));
    let key = |pair: &SigningKey, usage| {
        let keys = JsonMap::from([(pair.id(), pair.public())]);
        let mut key = CrossSigningKey::new(frank.user_id.clone(), vec![usage], keys);
        if pair.id() != master.id() {
            key.signatures = Some(master.sign(&master.public(), &key));
        }
        key
    };
    let mut upload = UploadCrossSigningKeys::new();
    upload.master_key = Some(key(&master, CrossSigningKeyUsage::Master));
    upload.self_signing_key = Some(key(&self_signing, CrossSigningKeyUsage::SelfSigning));
    upload.user_signing_key = Some(key(&user_signing, CrossSigningKeyUsage::UserSigning));
    frank.call_with_password(upload.clone());

    sign_device(frank, &self_signing);
    let own = own_keys(frank);
    let device = whole(
        own.device_keys
            .get(frank.user_id.as_str())
            .unwrap()
            .unwrap()
            .value
            .decode_all(),
    );
    let signers = &device[0].1.signatures[&frank.user_id];
    assert!(signers.contains_key(self_signing.id().as_str()));
    let own_master = own
        .master_keys
        .get(frank.user_id.as_str())
        .unwrap()
        .unwrap();
    assert_eq!(own_master.value, key(&master, CrossSigningKeyUsage::Master));
    assert!(own.user_signing_keys.get(frank.user_id.as_str()).is_some());
    let seen = keys_of(frank, grace);
    assert!(seen.self_signing_keys.get(frank.user_id.as_str()).is_some());
    // Whom somebody has verified is their own business.
    assert!(seen.user_signing_keys.is_empty());

    // Others replace the keys that are there only with the password.
    upload.master_key = Some({
        let other = SigningKey::new(&frank.user_id, 5);
        let keys = JsonMap::from([(other.id(), other.public())]);
        CrossSigningKey::new(
            frank.user_id.clone(),
            vec![CrossSigningKeyUsage::Master],
            keys,
        )
    });
    upload.self_signing_key = None;
    upload.user_signing_key = None;
    let asked = frank
        .trial
        .runtime
        .block_on(frank.client.call(upload.clone()));
    assert!(asked.unwrap_err().uia().is_some());
    frank.call_with_password(upload);
    let replaced = keys_of(frank, grace).master_keys;
    let replaced = replaced.get(frank.user_id.as_str()).unwrap().unwrap().value;
    assert!(!replaced.keys.contains_key(master.id().as_str()));
}

fn keys_of(frank: &Person<'_>, asking: &Person<'_>) -> QueryKeysResponse {
    let wanted = JsonMap::from([(frank.user_id.clone(), Vec::new())]);
    asking.call(QueryKeys::new(wanted))
}

fn own_keys(frank: &Person<'_>) -> QueryKeysResponse {
    keys_of(frank, frank)
}

/// Frank vouches for his device; what is signed with another key is refused.
fn sign_device(frank: &Person<'_>, self_signing: &SigningKey) {
    let own = own_keys(frank);
    let devices = own
        .device_keys
        .get(frank.user_id.as_str())
        .unwrap()
        .unwrap()
        .value;
    let mut device = devices
        .get(frank.device_id.as_str())
        .unwrap()
        .unwrap()
        .value;
    device.unsigned = None;
    let upload = |device: &DeviceKeys| {
        let of_device = (frank.device_id.to_string(), RawJson::new(device).unwrap());
        let objects = JsonMap::from([of_device]);
        let content = JsonMap::from([(frank.user_id.clone(), objects)]);
        frank
            .call(UploadCrossSigningSignatures::new(content))
            .failures
    };
    let stranger = SigningKey::new(&frank.user_id, 9);
    device.signatures = stranger.sign(&self_signing.public(), &device);
    let failures = upload(&device);
    let failure = &failures[&frank.user_id][frank.device_id.as_str()];
    assert!(failure.errcode.is_some(), "{failure:?}");
    device.signatures = self_signing.sign(&self_signing.public(), &device);
    assert!(upload(&device).is_empty());
}
