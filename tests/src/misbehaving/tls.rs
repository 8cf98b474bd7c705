use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::{Server, start};

/// The server's side of a TLS connection.
pub type Session = StreamOwned<ServerConnection, TcpStream>;

/// The kind of certificate that a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// Valid for 127.0.0.1 and localhost.
    Valid,
    /// For another name.
    WrongName,
    /// Expired.
    Expired,
    /// Valid, but self-signed.
    SelfSigned,
}

/// The test's own certificate authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one, with a new key.
    pub fn new() -> Self {
        let mut params = CertificateParams::new([]).expect("no name is wrong");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key()).expect("a certificate can be made"))
    }

    /// Its own certificate, for clients to trust.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// The certificate of a client from this authority and its key, in PEM.
    pub fn client(&self) -> (String, String) {
        let params = CertificateParams::new(vec!["client.example".to_owned()]);
        let key = key();
        let certificate = params.expect("no name is wrong").signed_by(&key, &self.0);
        let certificate = certificate.expect("a certificate can be made");
        (certificate.pem(), key.serialize_pem())
    }

    /// Like [`server`](Authority::server), but it wants a certificate from this authority of its clients.
    pub fn server_for_clients(&self, protocols: &[&[u8]]) -> Arc<ServerConfig> {
        let mut roots = RootCertStore::empty();
        roots
            .add(self.0.der().clone())
            .expect("the authority can be trusted");
        let verifier = WebPkiClientVerifier::builder_with_provider(
            Arc::new(roots),
            Arc::new(ring::default_provider()),
        );
        let verifier = verifier.build().expect("there is an authority");
        self.configure(Certificate::Valid, protocols, Some(verifier))
    }

    /// The TLS configuration of a server with a certificate from this authority. `protocols` are offered by ALPN.
    pub fn server(&self, certificate: Certificate, protocols: &[&[u8]]) -> Arc<ServerConfig> {
        self.configure(certificate, protocols, None)
    }

    fn configure(
        &self,
        certificate: Certificate,
        protocols: &[&[u8]],
        clients: Option<Arc<dyn ClientCertVerifier>>,
    ) -> Arc<ServerConfig> {
        let names = match certificate {
            Certificate::WrongName => vec!["elsewhere.example".to_owned()],
            _ => {
                vec!["127.0.0.1".to_owned(), "localhost".to_owned()]
            }
        };
        let mut params = CertificateParams::new(names).expect("no name is wrong");
        if certificate == Certificate::Expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = key();
        let signed = if certificate == Certificate::SelfSigned {
            params.self_signed(&key)
        } else {
            params.signed_by(&key, &self.0)
        };
        let certificate = signed.expect("a certificate can be made");
        let secret = PrivateKeyDer::try_from(key.serialize_der()).expect("it is one");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has them");
        let config = match clients {
            Some(clients) => config.with_client_cert_verifier(clients),
            None => config.with_no_client_auth(),
        };
        let mut config = config
            .with_single_cert(vec![certificate.der().clone()], secret)
            .expect("the key is the certificate's");
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Arc::new(config)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

/// A server that speaks TLS: like [`start`](super::start).
pub fn start_tls(
    config: Arc<ServerConfig>,
    serve: impl Fn(usize, Session) + Send + Sync + 'static,
) -> Server {
    start(move |number, connection| {
        let session = ServerConnection::new(Arc::clone(&config)).expect("the configuration is one");
        serve(number, StreamOwned::new(session, connection));
    })
}

fn key() -> KeyPair {
    KeyPair::generate().expect("the system has random numbers")
}
