use hardline_derive::Wire;

use crate::json::JsonMap;
use crate::types::{FileKey, MxcUri};

/// A file that was encrypted before it was uploaded. Nothing of it is skipped: one with a wrong value is skipped whole.
///
/// Compare the hash of what is downloaded before you decrypt it.
///
/// Specification: [`EncryptedFile`](https://spec.matrix.org/v1.19/client-server-api/#definition-encryptedfile).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct EncryptedFile {
    /// Where it is.
    pub url: MxcUri,
    /// Its key.
    pub key: JsonWebKey,
    /// The counter block that encryption began with, in unpadded base64: 16 bytes, of which the last 8 are zero.
    pub iv: String,
    /// The hashes of the encrypted file in unpadded base64, by algorithm: `sha256`.
    pub hashes: JsonMap<String, String>,
    /// The version of this form: `v2`.
    pub v: String,
}

impl EncryptedFile {
    /// A file of the version `v2`, with its SHA-256 in unpadded base64.
    pub fn new(url: MxcUri, key: JsonWebKey, iv: String, sha256: String) -> Self {
        Self {
            url,
            key,
            iv,
            hashes: JsonMap::from_iter([("sha256".to_owned(), sha256)]),
            v: "v2".to_owned(),
        }
    }
}

/// The key of a file, as a JSON Web Key.
///
/// ```
/// use hardline::events::JsonWebKey;
/// use hardline::json::RawJson;
///
/// let key = JsonWebKey::new("aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0".into());
/// assert_eq!(
///     RawJson::new(&key)?.as_str(),
///     r#"{"kty":"oct","key_ops":["encrypt","decrypt"],"alg":"A256CTR","k":"aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0","ext":true}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Specification: [`JWK`](https://spec.matrix.org/v1.19/client-server-api/#definition-encryptedfile).
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[hardline(strict)]
#[non_exhaustive]
pub struct JsonWebKey {
    /// The kind of key: `oct`.
    pub kty: String,
    /// What the key may be used for: at least `encrypt` and `decrypt`.
    pub key_ops: Vec<String>,
    /// The algorithm: `A256CTR`.
    pub alg: String,
    /// The key, in unpadded base64 for URLs.
    pub k: FileKey,
    /// Whether the key may be taken out of the store of a browser: true.
    pub ext: bool,
}

impl JsonWebKey {
    /// A key for AES-256 in counter mode, in unpadded base64 for URLs.
    pub fn new(k: FileKey) -> Self {
        Self {
            kty: "oct".to_owned(),
            key_ops: vec!["encrypt".to_owned(), "decrypt".to_owned()],
            alg: "A256CTR".to_owned(),
            k,
            ext: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::RawJson;

    #[test]
    fn the_key_of_a_file_stays_out_of_logs() {
        let url = MxcUri::parse("mxc://example.org/abc").unwrap();
        let key = JsonWebKey::new("c2VjcmV0".into());
        let file = EncryptedFile::new(url, key, "aXY".to_owned(), "aGFzaA".to_owned());
        let shown = format!("{file:?}");
        assert!(
            !shown.contains("c2VjcmV0") && shown.contains("FileKey(…)"),
            "{shown}"
        );
    }

    #[test]
    fn a_file_with_a_wrong_key_is_none() {
        let key = |k| {
            format!(r#"{{"kty":"oct","key_ops":["decrypt"],"alg":"A256CTR","k":{k},"ext":true}}"#)
        };
        let file = |key| {
            let text = format!(
                r#"{{"url":"mxc://example.org/abc","key":{key},"iv":"aXY","hashes":{{"sha256":"aGFzaA"}},"v":"v2"}}"#
            );
            let file: RawJson = serde_json::from_str(&text).unwrap();
            file.deserialize_lenient::<EncryptedFile>()
        };
        assert!(file(key(r#""c2VjcmV0""#)).is_ok());
        assert_eq!(file(key("true")).unwrap_err().pointer, "/key/k");
    }
}
