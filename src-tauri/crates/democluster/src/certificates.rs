//! The certificates of one demo cluster: an authority of its own, the server's certificate, a client's.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;

use crate::{Error, ServerCertificate};

/// Names and addresses that the server's certificate is good for.
const SERVER_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What it is for instead, where it is for another name.
const OTHER_NAME: &str = "other.culvert.test";

/// The user of the client certificate: common name, and organization, which Kubernetes reads as the group.
pub(crate) const CLIENT_NAME: &str = "demo-user";
const CLIENT_GROUP: &str = "system:masters";

/// Freshly made certificates. The authority's key is not kept.
pub(crate) struct Certificates {
    /// The authority's certificate, PEM.
    pub(crate) authority: String,
    /// The client's certificate and its key, PEM.
    pub(crate) client: (String, String),
    /// The server's side of TLS: HTTP/2 first, as a real API server offers it, client certificates accepted.
    pub(crate) server: Arc<rustls::ServerConfig>,
}

impl Certificates {
    /// Makes them all.
    ///
    /// # Errors
    /// [`Error::Certificates`] and [`Error::Tls`], neither of which is to be expected.
    pub(crate) fn generate(kind: ServerCertificate) -> Result<Self, Error> {
        let authority_key = KeyPair::generate()?;
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "culvert demo authority");
        let authority_certificate = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);

        let server_key = KeyPair::generate()?;
        let names = match kind {
            ServerCertificate::WrongName => vec![OTHER_NAME.to_owned()],
            _ => SERVER_NAMES.map(String::from).to_vec(),
        };
        let mut server = CertificateParams::new(names)?;
        if kind == ServerCertificate::Expired {
            server.not_after = date_time_ymd(2020, 1, 1);
        }
        server.distinguished_name.push(DnType::CommonName, "culvert demo api server");
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let server_certificate = match kind {
            ServerCertificate::SelfSigned => server.self_signed(&server_key)?,
            _ => server.signed_by(&server_key, &issuer)?,
        };

        let client_key = KeyPair::generate()?;
        let mut client = CertificateParams::default();
        client.distinguished_name.push(DnType::CommonName, CLIENT_NAME);
        client.distinguished_name.push(DnType::OrganizationName, CLIENT_GROUP);
        client.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let client_certificate = client.signed_by(&client_key, &issuer)?;

        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(authority_certificate.der().clone())?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .map_err(|error| rustls::Error::General(error.to_string()))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![server_certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];

        Ok(Self {
            authority: authority_certificate.pem(),
            client: (client_certificate.pem(), client_key.serialize_pem()),
            server: Arc::new(config),
        })
    }
}
