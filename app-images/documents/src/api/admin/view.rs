//! The settings as shown: everything but the key.

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::classification::provider::Circuit;
use crate::settings::{Ai, Dialect, Snapshot};

/// The settings and how they are doing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SettingsView {
    /// Grows with every change; also the entity tag, and in the answer of `/healthz`.
    version: u64,
    /// Why the file on the volume does not count, and which settings hold instead: those shown.
    problem: Option<String>,
    /// The AI provider; null while the built-in rules work alone.
    ai: Option<AiView>,
    /// What the model is told beyond the app's own instructions.
    prompt: Option<String>,
    /// Tesseract's names of languages.
    ocr_languages: Vec<String>,
    /// The most bytes that one file may have.
    max_file_bytes: u64,
    /// How long the trash keeps a document, in days.
    trash_days: u32,
    /// Names of categories whose documents are never sent.
    never_send_categories: Vec<String>,
    /// What the app's entry in the allowlist needs, so that the provider's host can be reached.
    egress_line: Option<String>,
    /// How the provider has been doing; null where there is none.
    circuit: Option<CircuitView>,
}

/// How the provider has been doing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CircuitView {
    /// Failures in a row.
    failures: u32,
    /// For how many seconds it is not asked: after too many failures, or because it wants to be left alone.
    paused_secs: Option<u64>,
    /// The last of these failures, in words.
    last_failure: Option<String>,
}

/// The AI provider, its key masked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AiView {
    dialect: Dialect,
    base_url: String,
    model: String,
    /// `****abcd`, or null where there is none.
    api_key: Option<String>,
    timeout_secs: u64,
    allow_private_hosts: bool,
    /// The certificates (PEM) of authorities that are trusted beside the public ones.
    ca_certificates: Option<String>,
    /// The price of a million tokens sent.
    #[schema(value_type = Option<String>)]
    price_in: Option<Decimal>,
    /// The price of a million tokens received.
    #[schema(value_type = Option<String>)]
    price_out: Option<Decimal>,
}

impl SettingsView {
    pub(super) fn new(Snapshot { settings, version, problem }: Snapshot, circuit: Option<Circuit>) -> Self {
        Self {
            version,
            problem,
            ai: settings.ai.as_ref().map(AiView::from),
            prompt: settings.prompt.clone(),
            ocr_languages: settings.ocr_languages.clone(),
            max_file_bytes: settings.max_file_bytes,
            trash_days: settings.trash_days,
            never_send_categories: settings.never_send_categories.clone(),
            egress_line: settings.ai.as_ref().map(|ai| ai.base_url.egress_line()),
            circuit: circuit.map(CircuitView::from),
        }
    }
}

impl From<Circuit> for CircuitView {
    fn from(circuit: Circuit) -> Self {
        Self {
            failures: circuit.failures,
            paused_secs: circuit.paused_for.map(|left| left.as_secs()),
            last_failure: circuit.last_failure,
        }
    }
}

impl From<&Ai> for AiView {
    fn from(ai: &Ai) -> Self {
        Self {
            dialect: ai.dialect,
            base_url: ai.base_url.to_string(),
            model: ai.model.clone(),
            api_key: ai.api_key.as_ref().map(|key| key.masked()),
            timeout_secs: ai.timeout_secs,
            allow_private_hosts: ai.allow_private_hosts,
            ca_certificates: ai.authorities.as_ref().map(|authorities| authorities.pem().to_owned()),
            price_in: ai.price_in,
            price_out: ai.price_out,
        }
    }
}
