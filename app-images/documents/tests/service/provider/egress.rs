//! The way out: with a proxy nothing is asked but the proxy, and its refusal becomes the line that the operator needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use atoll_documents::classification::provider::{Outbound, Provider, ProviderError, Proxies};
use atoll_documents::settings::Draft;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedKey, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    generate_simple_self_signed,
};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{TEXT, classify, envelope, good, settings};
use crate::support::provider::{FakeProvider, Scripted, says};

/// A way out through this proxy.
fn through(proxy: &str, roots: RootCertStore) -> Outbound {
    let proxies = Proxies::read(|name| match name {
        "HTTPS_PROXY" | "HTTP_PROXY" => Some(proxy.to_owned()),
        "NO_PROXY" => Some("localhost".into()),
        _ => None,
    });
    Outbound::new(proxies, roots, true)
}

fn refusal(code: &str) -> String {
    json!({
        "type": format!("urn:atoll:problem:egress-{code}"), "title": "Not let out", "status": 403,
        "detail": "`127.0.0.1:9` is not on the app's egress list.", "cure": "…",
    })
    .to_string()
}

fn problem(code: &str) -> Scripted {
    Scripted::Whole(403, vec![("content-type", "application/problem+json".into())], refusal(code))
}

/// A CONNECT proxy that leads every tunnel to one address, or refuses; counts what it is asked.
async fn connect_proxy(to: Option<std::net::SocketAddr>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, asked) = (format!("http://{}", listener.local_addr().unwrap()), Arc::<AtomicUsize>::default());
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut inside, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut lines = BufReader::new(&mut inside).lines();
                let first = lines.next_line().await.unwrap().unwrap();
                assert!(first.starts_with("CONNECT "), "{first}");
                while lines.next_line().await.unwrap().is_some_and(|line| !line.is_empty()) {}
                let Some(to) = to else {
                    let body = refusal("unlisted");
                    let head = "HTTP/1.1 403 Forbidden\r\ncontent-type: application/problem+json";
                    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    return inside.write_all(answer.as_bytes()).await.unwrap();
                };
                inside.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let mut outside = TcpStream::connect(to).await.unwrap();
                drop(tokio::io::copy_bidirectional(&mut inside, &mut outside).await);
            });
        }
    });
    (url, asked)
}

/// A TLS server for `ai.example.com` that answers every request with a good description; and its authority.
async fn tls_server() -> (std::net::SocketAddr, RootCertStore) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["ai.example.com".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    (serve_tls(cert.der().clone(), &signing_key).await, roots)
}

/// A company's private authority.
struct CompanyAuthority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl CompanyAuthority {
    fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(parameters, key) }
    }

    /// A server with a certificate of this authority.
    async fn server(&self, name: &str) -> std::net::SocketAddr {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        serve_tls(certificate.der().clone(), &key).await
    }
}

async fn serve_tls(certificate: CertificateDer<'static>, key: &KeyPair) -> std::net::SocketAddr {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut some = [0; 1024];
            drop(stream.read(&mut some).await);
            let body = envelope("anthropic", &good().to_string()).to_string();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            drop(stream.write_all(answer.as_bytes()).await);
            // Until the client has read it: closing with unread bytes would take the answer back.
            drop(tokio::io::copy(&mut stream, &mut tokio::io::sink()).await);
        }
    });
    address
}

#[tokio::test]
async fn with_a_proxy_the_host_itself_is_never_called() {
    let host = FakeProvider::start([says(200, envelope("ollama", &good().to_string()))]).await;
    let proxy = FakeProvider::start([says(200, envelope("ollama", &good().to_string()))]).await;
    let outbound = through(&proxy.base_url(), RootCertStore::empty());
    let provider = Provider::new(&settings("ollama", &host.base_url()), outbound).unwrap();
    classify(&provider, TEXT).await.unwrap();
    assert!(host.asked().is_empty());
    assert_eq!(proxy.asked()[0].target, format!("{}/api/chat", host.base_url()));
    assert_eq!(proxy.asked()[0].headers["host"], host.address.to_string());
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_only_to_the_host_that_the_certificate_names() {
    let (address, roots) = tls_server().await;
    let (proxy, tunnels) = connect_proxy(Some(address)).await;
    let outbound = through(&proxy, roots);
    let named = Provider::new(&settings("anthropic", "https://ai.example.com"), outbound.clone()).unwrap();
    classify(&named, TEXT).await.unwrap();
    assert_eq!(tunnels.load(Ordering::SeqCst), 1);
    let other = Provider::new(&settings("anthropic", "https://other.example.com"), outbound).unwrap();
    let error = classify(&other, TEXT).await.unwrap_err();
    assert!(error.to_string().contains("no secure connection"), "{error}");
    let strangers = through(&proxy, RootCertStore::empty());
    let untrusted = Provider::new(&settings("anthropic", "https://ai.example.com"), strangers).unwrap();
    assert!(matches!(classify(&untrusted, TEXT).await, Err(ProviderError::Unreachable(_))));
}

#[tokio::test]
async fn a_companys_own_authority_is_trusted_where_the_settings_hold_it_and_nowhere_else() {
    let authority = CompanyAuthority::new();
    let address = authority.server("ai.example.com").await;
    let (proxy, _) = connect_proxy(Some(address)).await;
    let outbound = through(&proxy, RootCertStore::empty());
    let with = |pem: Option<&str>| {
        let ai = json!({"dialect": "anthropic", "base_url": "https://ai.example.com", "model": "m", "ca_certificates": pem});
        let settings = serde_json::from_value::<Draft>(json!({"ai": ai})).unwrap().check().unwrap();
        Provider::new(&settings, outbound.clone()).unwrap()
    };
    let error = classify(&with(None), TEXT).await.unwrap_err().to_string();
    assert!(
        error.contains("an authority that is not known") && error.contains("`ca_certificates`"),
        "{error}"
    );
    let other = CompanyAuthority::new();
    assert!(classify(&with(Some(&other.pem)), TEXT).await.is_err(), "another company's");
    classify(&with(Some(&authority.pem)), TEXT).await.unwrap();
    classify(&with(Some(&format!("{}\n{}", other.pem, authority.pem))), TEXT).await.unwrap();
    assert!(classify(&with(None), TEXT).await.is_err(), "what one provider is trusted with, the next is not");
}

#[tokio::test]
async fn a_refusal_of_the_platform_names_the_line_to_add_for_both_schemes() {
    let (proxy, asked) = connect_proxy(None).await;
    let outbound = through(&proxy, RootCertStore::empty());
    let provider = Provider::new(&settings("anthropic", "https://ai.example.com"), outbound).unwrap();
    let line = "egress: [{host: ai.example.com, port: 443}]".to_owned();
    assert_eq!(classify(&provider, TEXT).await, Err(ProviderError::NotAllowed { line }));
    assert_eq!(asked.load(Ordering::SeqCst), 1, "it is not asked again: an operator has to act");

    let proxy = FakeProvider::start([problem("unlisted"), problem("not-public")]).await;
    let outbound = through(&proxy.base_url(), RootCertStore::empty());
    let provider = Provider::new(&settings("openai", "http://lm.example.com:1234"), outbound).unwrap();
    let line = "egress: [{host: lm.example.com, port: 1234}]".to_owned();
    assert_eq!(classify(&provider, TEXT).await, Err(ProviderError::NotAllowed { line }));
    assert!(matches!(classify(&provider, TEXT).await, Err(ProviderError::Address(_))));
}

#[tokio::test]
async fn on_an_island_without_a_way_out_the_line_is_named_as_well() {
    let outbound = Outbound::new(Proxies::default(), RootCertStore::empty(), true);
    let provider = Provider::new(&settings("openai", "http://127.0.0.1:9"), outbound).unwrap();
    let line = "egress: [{host: 127.0.0.1, port: 9}]".to_owned();
    assert_eq!(classify(&provider, TEXT).await, Err(ProviderError::NotAllowed { line }));
}

#[tokio::test]
async fn a_name_that_leads_into_a_private_network_is_refused_unless_that_is_allowed() {
    let fake = FakeProvider::start([says(200, envelope("openai", &good().to_string()))]).await;
    let url = format!("http://localhost:{}", fake.address.port());
    let mut settings = settings("openai", &url);
    settings.ai.as_mut().unwrap().allow_private_hosts = false;
    let provider = Provider::new(&settings, super::straight()).unwrap();
    assert!(matches!(classify(&provider, TEXT).await, Err(ProviderError::Address(_))));
    assert!(fake.asked().is_empty());
}
