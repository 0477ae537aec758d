//! What an administrator decides: the AI provider, languages, limits and retention.
//!
//! One file on the volume holds them ([`SettingsFile`]). It is read again a few seconds after any change; one that cannot be
//! understood changes nothing and says so ([`Snapshot::problem`]). What comes from the file or from the page is a
//! [`Draft`]; only [`Draft::check`] turns it into [`Settings`], so a value of this type holds what it promises.

pub mod address;
mod authorities;
mod base_url;
mod draft;
mod file;
mod secret;

pub use authorities::{Authorities, AuthoritiesError};
pub use base_url::{BaseUrl, BaseUrlError};
pub use draft::{AiDraft, Draft, SettingsError};
pub use file::{ReplaceError, SettingsFile, SettingsHandle, Snapshot};
pub use secret::Secret;

use std::fmt;
use std::time::Duration;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Checked settings. Made by [`Draft::check`] or [`Settings::default`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The AI provider; `None` while only the built-in rules are wanted.
    pub ai: Option<Ai>,
    /// What the administrator wants to tell the model beyond our own instructions.
    pub prompt: Option<String>,
    /// Tesseract's names of languages, the most frequent first; never empty.
    pub ocr_languages: Vec<String>,
    /// The most bytes that one file may have.
    pub max_file_bytes: u64,
    /// How long the trash keeps a document, in days.
    pub trash_days: u32,
    /// Names of categories whose documents are never sent to the provider.
    pub never_send_categories: Vec<String>,
}

/// How to reach the AI provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ai {
    /// The protocol that it speaks.
    pub dialect: Dialect,
    /// Where it is.
    pub base_url: BaseUrl,
    /// The model's name, as the provider writes it.
    pub model: String,
    /// What it wants to see, if anything.
    pub api_key: Option<Secret>,
    /// The most time for one answer, in seconds: 10 to 600.
    pub timeout_secs: u64,
    /// Whether it may be on this machine or in a private network.
    pub allow_private_hosts: bool,
    /// Whose certificates it may show beside those of the public authorities.
    pub authorities: Option<Authorities>,
    /// The price of a million tokens sent, in a currency that only the administrator needs to know.
    pub price_in: Option<Decimal>,
    /// The price of a million tokens received.
    pub price_out: Option<Decimal>,
}

/// A provider's protocol. Apart from the address, because several servers speak more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Anthropic's Messages API.
    Anthropic,
    /// Ollama's own API.
    Ollama,
    /// OpenAI's chat completions, as LM Studio and many others speak it.
    #[serde(rename = "openai")]
    OpenAi,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ai: None,
            prompt: None,
            ocr_languages: vec!["eng".into(), "deu".into()],
            max_file_bytes: 100 << 20,
            trash_days: 30,
            never_send_categories: Vec::new(),
        }
    }
}

impl Settings {
    /// Whether a document in these categories may be sent to the provider. Names are compared without regard to case.
    pub fn may_send<'a>(&self, categories: impl IntoIterator<Item = &'a str>) -> bool {
        let held_back: Vec<String> =
            self.never_send_categories.iter().map(|name| name.to_lowercase()).collect();
        categories.into_iter().all(|name| !held_back.contains(&name.trim().to_lowercase()))
    }
}

impl Ai {
    /// The most time for one answer.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_secs)
    }

    /// What these tokens cost; `None` where a price or a count is missing.
    pub fn cost(&self, input_tokens: Option<u64>, output_tokens: Option<u64>) -> Option<Decimal> {
        let part = |price: Option<Decimal>, tokens: Option<u64>| price?.checked_mul(Decimal::from(tokens?));
        let whole = part(self.price_in, input_tokens)?.checked_add(part(self.price_out, output_tokens)?)?;
        Some((whole / Decimal::from(1_000_000)).round_dp(6).normalize())
    }
}

impl Dialect {
    /// The stable name, for machines; the same as in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Dialect::Anthropic => "anthropic",
            Dialect::Ollama => "ollama",
            Dialect::OpenAi => "openai",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_in_a_held_back_category_may_not_be_sent_however_it_is_written() {
        let settings = Settings { never_send_categories: vec!["Löhne".into()], ..Settings::default() };
        assert!(settings.may_send(["Invoices"]));
        assert!(settings.may_send([]));
        assert!(!settings.may_send(["Invoices", "LÖHNE "]));
    }

    #[test]
    fn a_cost_is_known_only_where_prices_and_counts_are() {
        let ai = |price_in, price_out| Ai {
            dialect: Dialect::Ollama,
            base_url: BaseUrl::parse("http://ollama:11434").unwrap(),
            model: "m".into(),
            api_key: None,
            timeout_secs: 10,
            allow_private_hosts: true,
            authorities: None,
            price_in,
            price_out,
        };
        let priced = ai(Some(Decimal::ONE), Some(Decimal::from(5)));
        assert_eq!(priced.cost(Some(2_000), Some(100)).unwrap().to_string(), "0.0025");
        assert_eq!(priced.cost(Some(2_000), None), None);
        assert_eq!(ai(None, None).cost(Some(1), Some(1)), None);
    }
}
