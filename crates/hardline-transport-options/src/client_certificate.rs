use std::fmt;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::BuildError;

/// A certificate with which a client proves who it is, the chain to its authority, and its private key, all in PEM.
/// `Debug` does not show them.
#[derive(Clone)]
pub struct ClientCertificate {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl ClientCertificate {
    /// The chain, the client's own certificate first, and the key, which may be in the same PEM.
    pub fn new(chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        Self {
            chain: chain.into(),
            key: key.into(),
        }
    }

    /// The chain in PEM.
    pub fn chain_pem(&self) -> &[u8] {
        &self.chain
    }

    /// The key in PEM.
    pub fn key_pem(&self) -> &[u8] {
        &self.key
    }

    /// The chain and the key.
    ///
    /// # Errors
    /// If there is no certificate or no key, or one cannot be read. An encrypted key cannot.
    pub fn read(
        &self,
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), BuildError> {
        let unreadable = |error: rustls_pki_types::pem::Error| {
            BuildError::ClientCertificate(error.to_string().into())
        };
        let chain = CertificateDer::pem_slice_iter(&self.chain)
            .collect::<Result<Vec<_>, _>>()
            .map_err(unreadable)?;
        if chain.is_empty() {
            return Err(BuildError::ClientCertificate("no certificate in it".into()));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(unreadable)?;
        Ok((chain, key))
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_certificate_with_a_key_is_refused_and_not_shown() {
        let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (chain, key) in [
            ("", ""),
            ("secret", "secret"),
            (certificate, "secret"),
            (certificate, certificate),
        ] {
            let error = ClientCertificate::new(chain, key).read().unwrap_err();
            assert!(matches!(error, BuildError::ClientCertificate(_)));
            assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
        }
    }
}
