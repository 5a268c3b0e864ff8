//! What a helper answers: an `ExecCredential` in JSON, or in YAML, which client-go reads too.

use std::sync::Arc;

use http::HeaderValue;
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use wording::{Text, text};

use super::{
    Credentials,
    request::Failure,
    words::{no_credential, unreadable_expiry},
};
use crate::{SecretText, tls};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential {
    api_version: Option<String>,
    kind: Option<String>,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<SecretText>,
    client_certificate_data: Option<SecretText>,
    client_key_data: Option<SecretText>,
}

/// Reads an answer to a request of this version. No error quotes it: it is where a token would be.
pub(super) fn read(bytes: &[u8], version: &str) -> Result<Credentials, Failure> {
    if bytes.trim_ascii().is_empty() {
        return Err(Failure::helper(text!(
            "printed nothing, and ended as if all were well",
            "gab nichts aus und endete, als wäre alles in Ordnung"
        )));
    }
    let answer: Option<ExecCredential> =
        serde_json::from_slice(bytes).ok().or_else(|| serde_saphyr::from_slice(bytes).ok());
    let answer = answer.ok_or_else(|| Failure::helper(no_credential()))?;
    if answer.kind.as_deref().is_some_and(|kind| kind != "ExecCredential") {
        return Err(Failure::helper(text!(
            "gave an answer of another kind than ExecCredential",
            "gab eine Antwort von anderer Art als ExecCredential"
        )));
    }
    if answer.api_version.as_deref().is_some_and(|answered| answered != version) {
        return Err(Failure::helper(text!(
            "answered in another apiVersion than {version}, which it was asked in",
            "antwortete in einer anderen apiVersion als {version}, in der es gefragt wurde"
        )));
    }
    let status = answer.status.ok_or_else(|| {
        Failure::helper(text!(
            "gave no credentials: its answer has no status",
            "lieferte keine Zugangsdaten: seine Antwort hat keinen Status"
        ))
    })?;
    let filled = |secret: Option<SecretText>| secret.filter(|secret| !secret.is_empty());
    let token = filled(status.token);
    let certificate = match (filled(status.client_certificate_data), filled(status.client_key_data)) {
        (None, None) if token.is_none() => {
            return Err(Failure::helper(text!(
                "gave no credentials: neither a token nor a client certificate",
                "lieferte keine Zugangsdaten: weder ein Token noch ein Client-Zertifikat"
            )));
        }
        (None, None) => None,
        (Some(_), None) => {
            return Err(Failure::helper(text!(
                "gave a client certificate without its key",
                "lieferte ein Client-Zertifikat ohne seinen Schlüssel"
            )));
        }
        (None, Some(_)) => {
            return Err(Failure::helper(text!(
                "gave a client key without its certificate",
                "lieferte einen Client-Schlüssel ohne sein Zertifikat"
            )));
        }
        (Some(certificate), Some(key)) => {
            let certified = tls::certified(certificate.expose().as_bytes(), key.expose().as_bytes());
            let unusable = |reason: Text| {
                Failure::helper(
                    text!("gave a client certificate that cannot be used: {reason}", "lieferte ein Client-Zertifikat, das nicht verwendbar ist: {reason}"; reason),
                )
            };
            Some(Arc::new(certified.map_err(unusable)?))
        }
    };
    let expires = status.expiration_timestamp.map(|text| text.parse()).transpose();
    let expires = expires.map_err(|_| Failure::helper(unreadable_expiry()))?;
    let token = token.as_ref().map(header).transpose()?;
    Ok(Credentials { number: 0, token, certificate, expires })
}

fn header(token: &SecretText) -> Result<HeaderValue, Failure> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose()));
    let mut header = HeaderValue::from_str(&text).map_err(|_| {
        Failure::helper(text!(
            "gave a token that cannot be sent",
            "lieferte ein Token, das sich nicht senden lässt"
        ))
    })?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: &str = "client.authentication.k8s.io/v1";

    fn of(text: &str) -> Result<Credentials, Text> {
        read(text.as_bytes(), VERSION).map_err(|failure| match failure {
            Failure::Definition(reason) | Failure::Helper { reason, .. } => reason,
        })
    }

    #[test]
    fn answers_come_in_json_and_in_yaml() {
        for text in [
            r#"{"kind": "ExecCredential", "status": {"token": "abc", "expirationTimestamp": "2099-01-01T00:00:00Z"}}"#,
            "kind: ExecCredential\nstatus:\n  token: abc\n  expirationTimestamp: 2099-01-01T00:00:00Z\n",
        ] {
            let credentials = of(text).unwrap();
            assert_eq!(credentials.token.unwrap(), "Bearer abc");
            assert!(credentials.expires.is_some());
        }
    }

    #[test]
    fn each_useless_answer_says_why_without_being_quoted() {
        for (text, expected) in [
            (" \n", "printed nothing"),
            ("t0ps3cret", "not an ExecCredential"),
            (r#"{"kind": "Token", "status": {"token": "t0ps3cret"}}"#, "another kind"),
            (
                r#"{"apiVersion": "client.authentication.k8s.io/v1beta1", "status": {"token": "a"}}"#,
                "another apiVersion",
            ),
            (r#"{"token": "t0ps3cret"}"#, "no status"),
            (r#"{"status": {"token": ""}}"#, "neither a token"),
            (r#"{"status": {"clientKeyData": "t0ps3cret"}}"#, "without its certificate"),
            (r#"{"status": {"clientCertificateData": "t0ps3cret"}}"#, "without its key"),
            (
                r#"{"status": {"clientCertificateData": "t0ps3cret", "clientKeyData": "t0ps3cret"}}"#,
                "not a certificate",
            ),
            (r#"{"status": {"token": "t0ps3cret", "expirationTimestamp": "soon"}}"#, "expiry time"),
            (r#"{"status": {"token": "t0p\ns3cret"}}"#, "cannot be sent"),
        ] {
            let Err(reason) = of(text) else { panic!("taken: {text}") };
            assert!(reason.contains(expected) && !reason.contains("s3cret"), "{text}: {reason}");
        }
    }
}
