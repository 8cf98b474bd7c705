use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};

use crate::builder::BuildError;

/// With whose cryptography a server is spoken to, and whether it is the one that was meant.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    /// In PEM, to be trusted as well.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    #[cfg(feature = "webpki-roots")]
    pub(crate) webpki_roots: bool,
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) aws_lc_rs: bool,
    pub(crate) accepts_any_certificate: bool,
}

impl Tls {
    pub(crate) fn config(&self) -> Result<ClientConfig, BuildError> {
        // Named, because rustls panics where two crates of the program bring two providers and none was chosen.
        let provider = self.provider()?;
        let own = self.own_roots()?;
        let verifier = if self.accepts_any_certificate {
            Arc::new(Unverified(Arc::clone(&provider)))
        } else {
            self.verifier(own, Arc::clone(&provider))?
        };
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| BuildError::Tls(error.into()))?
            .dangerous() // which it is for `Unverified` only
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth())
    }

    fn provider(&self) -> Result<Arc<CryptoProvider>, BuildError> {
        #[cfg(feature = "aws-lc-rs")]
        if self.aws_lc_rs || cfg!(not(feature = "ring")) {
            return Ok(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        }
        #[cfg(feature = "ring")]
        {
            Ok(Arc::new(rustls::crypto::ring::default_provider()))
        }
        #[cfg(not(feature = "ring"))]
        {
            let installed = CryptoProvider::get_default().cloned();
            installed.ok_or_else(|| BuildError::Tls("no cryptography: build with the feature ring or aws-lc-rs, or install a provider of rustls".into()))
        }
    }

    fn verifier(
        &self,
        own: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, BuildError> {
        #[cfg(feature = "webpki-roots")]
        if self.webpki_roots || cfg!(not(feature = "platform-verifier")) {
            let mozillas = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
            return verifier_of(mozillas.collect(), own, provider);
        }
        #[cfg(feature = "platform-verifier")]
        {
            rustls_platform_verifier::Verifier::new_with_extra_roots(own, provider)
                .map(|verifier| Arc::new(verifier) as Arc<dyn ServerCertVerifier>)
                .map_err(|error| BuildError::Tls(error.into()))
        }
        #[cfg(not(feature = "platform-verifier"))]
        {
            verifier_of(rustls::RootCertStore::empty(), own, provider)
        }
    }

    fn own_roots(&self) -> Result<Vec<CertificateDer<'static>>, BuildError> {
        let mut roots = Vec::new();
        for pem in &self.root_certificates {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                roots.push(certificate.map_err(|error| BuildError::Certificate(error.into()))?);
            }
            if roots.len() == before {
                return Err(BuildError::Certificate("no certificate in it".into()));
            }
        }
        Ok(roots)
    }
}

/// Trusts a list of certificates, and nothing that is not in it.
#[cfg(any(feature = "webpki-roots", not(feature = "platform-verifier")))]
fn verifier_of(
    mut roots: rustls::RootCertStore,
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, BuildError> {
    for certificate in own {
        roots
            .add(certificate)
            .map_err(|error| BuildError::Certificate(error.into()))?;
    }
    let verifier =
        rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    match verifier.build() {
        Ok(verifier) => Ok(verifier),
        // As a rule because there is none that could be trusted.
        Err(error) => Err(BuildError::Tls(error.into())),
    }
}

/// Takes any certificate for the right one. That the server has its key is still checked.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
