use std::io::Write;

use hardline_transport_options::{BuildError, ClientCertificate};
use isahc::tls::{Identity, PrivateKey};
use tempfile::NamedTempFile;

/// A client's certificate and its key as files in the temporary directory, which nobody else can read, and which are gone
/// with this.
pub(crate) struct CertificateFiles {
    chain: NamedTempFile,
    key: NamedTempFile,
}

impl CertificateFiles {
    pub(crate) fn new(certificate: &ClientCertificate) -> Result<Self, BuildError> {
        let file = |pem: &[u8]| -> std::io::Result<_> {
            let mut file = NamedTempFile::new()?;
            file.write_all(pem)?;
            Ok(file)
        };
        let files = || -> std::io::Result<Self> {
            Ok(Self {
                chain: file(certificate.chain_pem())?,
                key: file(certificate.key_pem())?,
            })
        };
        files().map_err(|error| BuildError::ClientCertificate(error.into()))
    }

    pub(crate) fn identity(&self) -> Identity {
        let key = PrivateKey::from_pem_file(self.key.path(), None);
        Identity::from_pem_file(self.chain.path(), Some(key))
    }
}
