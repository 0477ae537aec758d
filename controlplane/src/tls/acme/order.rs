//! One order: from the question to the certificate.

use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::{crypto::aws_lc_rs, pki_types::PrivateKeyDer, sign::CertifiedKey};

use crate::{
    secret::Secret,
    tls::{TlsError, certificates::Certificates, challenges::Challenges},
};

/// Orders a certificate for `host`, proving by `way` that it is ours. Returns the key and the chain as one PEM text.
pub(super) async fn fulfil(
    account: &Account,
    host: &str,
    way: ChallengeType,
    certificates: &Certificates,
    challenges: &Challenges,
) -> Result<Secret, TlsError> {
    let identifiers = [Identifier::Dns(host.to_owned())];
    let mut order = account.new_order(&NewOrder::new(&identifiers)).await?;
    let shown = prove(&mut order, host, way, certificates, challenges).await;
    let ready = match &shown {
        Ok(_) => order.poll_ready(&RetryPolicy::default()).await,
        Err(_) => Ok(OrderStatus::Pending),
    };
    certificates.forget_proof(host);
    for token in shown? {
        challenges.forget(&token);
    }
    if ready? != OrderStatus::Ready {
        return Err(TlsError::Unproven { host: host.to_owned(), why: why(&mut order).await });
    }
    let key = order.finalize().await?;
    let chain = order.poll_certificate(&RetryPolicy::default()).await?;
    Ok(Secret::new(format!("{key}{chain}")))
}

/// Shows what the server wants to see; returns the tokens that are answered meanwhile.
async fn prove(
    order: &mut Order,
    host: &str,
    way: ChallengeType,
    certificates: &Certificates,
    challenges: &Challenges,
) -> Result<Vec<String>, TlsError> {
    let mut tokens = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let mut challenge = authorization.challenge(way.clone()).ok_or_else(|| TlsError::Unproven {
            host: host.to_owned(),
            why: format!("it does not offer {way:?}"),
        })?;
        let answer = challenge.key_authorization();
        if way == ChallengeType::TlsAlpn01 {
            certificates.set_proof(host, proof(host, answer.digest().as_ref())?);
        } else {
            challenges.set(&challenge.token, answer.as_str());
            tokens.push(challenge.token.clone());
        }
        challenge.set_ready().await?;
    }
    Ok(tokens)
}

/// The certificate that proves by TLS-ALPN-01 who answers on the TLS port (RFC 8737, section 3).
fn proof(host: &str, digest: &[u8]) -> Result<CertifiedKey, TlsError> {
    let unusable = |error: rcgen::Error| TlsError::Unusable(error.to_string());
    let mut asked = CertificateParams::new([host.to_owned()]).map_err(unusable)?;
    asked.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let key = KeyPair::generate().map_err(unusable)?;
    let certificate = asked.self_signed(&key).map_err(unusable)?;
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let key = aws_lc_rs::default_provider().key_provider.load_private_key(key);
    let key = key.map_err(|error| TlsError::Unusable(error.to_string()))?;
    // Not compared with its key as other pairs are, because who reads it for that stumbles over the critical extension.
    Ok(CertifiedKey::new(vec![certificate.der().clone()], key))
}

/// What the server says of what it saw.
async fn why(order: &mut Order) -> String {
    let mut authorizations = order.authorizations();
    while let Some(Ok(authorization)) = authorizations.next().await {
        let mut errors = authorization.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
        if let Some(error) = errors.next() {
            return error.to_string();
        }
    }
    order.state().error.as_ref().map_or_else(|| "it does not say why".to_owned(), ToString::to_string)
}
