use std::sync::Arc;

use hardline_transport_options::{BuildError, TransportOptions};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};

/// The TLS configuration: which cryptography to use and how to verify servers.
pub(crate) fn config(
    options: &TransportOptions,
    prefer_aws_lc_rs: bool,
) -> Result<ClientConfig, BuildError> {
    // Explicit, because rustls panics if two crates of the program bring two providers and none was chosen.
    let provider = provider(prefer_aws_lc_rs)?;
    let own = options.root_certificates()?;
    let verifier = if options.accepts_any_certificate {
        Arc::new(Unverified(Arc::clone(&provider)))
    } else {
        verifier(options, own, Arc::clone(&provider))?
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::Tls(error.into()))?
        .dangerous() // which it is for `Unverified` only
        .with_custom_certificate_verifier(verifier);
    let Some(certificate) = &options.client_certificate else {
        return Ok(config.with_no_client_auth());
    };
    let (chain, key) = certificate.read()?;
    config
        .with_client_auth_cert(chain, key)
        .map_err(|error| BuildError::ClientCertificate(error.into()))
}

/// The same for proxies that speak TLS, which are not shown the client's certificate.
pub(crate) fn to_proxies(config: &ClientConfig) -> ClientConfig {
    let mut config = config.clone();
    config.client_auth_cert_resolver = Arc::new(NoCertificate);
    config
}

#[cfg_attr(
    not(feature = "aws-lc-rs"),
    allow(
        unused_variables,
        reason = "without a second provider there is no choice"
    )
)]
fn provider(prefer_aws_lc_rs: bool) -> Result<Arc<CryptoProvider>, BuildError> {
    #[cfg(feature = "aws-lc-rs")]
    if prefer_aws_lc_rs || cfg!(not(feature = "ring")) {
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

#[cfg_attr(
    not(feature = "webpki-roots"),
    allow(
        unused_variables,
        reason = "without Mozilla's roots there is no choice"
    )
)]
fn verifier(
    options: &TransportOptions,
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, BuildError> {
    #[cfg(feature = "webpki-roots")]
    if options.webpki_roots || cfg!(not(feature = "platform-verifier")) {
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

/// Trusts the certificates of a list and no others.
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
        // Usually because the list is empty.
        Err(error) => Err(BuildError::Tls(error.into())),
    }
}

/// Shows no certificate.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Accepts any certificate. It still checks that the server has the key.
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
