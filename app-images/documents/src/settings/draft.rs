//! Settings as somebody wrote them, in the file or on the page, and what must hold of them.

use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Ai, Authorities, BaseUrl, Dialect, Secret, Settings};

/// Unchecked settings. A field that is left out has its default.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SettingsDraft)]
pub struct Draft {
    /// The version that this was made from; another one in the meantime is a conflict.
    pub version: Option<u64>,
    /// The AI provider; null for the built-in rules alone.
    #[schema(default = json!(null))]
    pub ai: Option<AiDraft>,
    /// What the model is told beyond the app's own instructions. At most 4,000 characters.
    pub prompt: Option<String>,
    /// Tesseract's names of languages: `eng`, `deu`.
    pub ocr_languages: Vec<String>,
    /// The most bytes that one file may have.
    pub max_file_bytes: u64,
    /// How long the trash keeps a document, in days: 1 to 3650.
    pub trash_days: u32,
    /// Names of categories whose documents are never sent to the provider.
    pub never_send_categories: Vec<String>,
}

/// An unchecked AI provider.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AiDraft {
    /// The protocol.
    pub dialect: Dialect,
    /// Where it is: `https://api.anthropic.com`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
    /// The key. Left out, null or a mask: the one that is stored stays; empty: none.
    pub api_key: Option<Secret>,
    /// The most time for one answer, in seconds: 10 to 600.
    #[serde(default = "default_timeout_secs")]
    #[schema(default = 120, minimum = 10, maximum = 600)]
    pub timeout_secs: u64,
    /// Whether it may be on this machine or in a private network.
    #[serde(default)]
    pub allow_private_hosts: bool,
    /// The certificates (PEM) of authorities to trust beside the public ones: a company's own.
    pub ca_certificates: Option<String>,
    /// The price of a million tokens sent.
    #[schema(value_type = Option<String>, example = "1.00")]
    pub price_in: Option<Decimal>,
    /// The price of a million tokens received.
    #[schema(value_type = Option<String>, example = "5.00")]
    pub price_out: Option<Decimal>,
}

/// What is wrong with a draft: the first thing found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {why}")]
pub struct SettingsError {
    /// The field, as in the file: `ai.base_url`.
    pub field: &'static str,
    /// What must hold.
    pub why: String,
}

const MOST_PROMPT_CHARACTERS: usize = 4_000;
const MOST_NAME_CHARACTERS: usize = 200;
const MOST_LIST_ENTRIES: usize = 100;

fn default_timeout_secs() -> u64 {
    120
}

impl Default for Draft {
    fn default() -> Self {
        let Settings { ai: _, prompt, ocr_languages, max_file_bytes, trash_days, never_send_categories } =
            Settings::default();
        Self {
            version: None,
            ai: None,
            prompt,
            ocr_languages,
            max_file_bytes,
            trash_days,
            never_send_categories,
        }
    }
}

impl Draft {
    /// The settings that this means.
    ///
    /// # Errors
    /// Names the first field that cannot be as it is.
    pub fn check(self) -> Result<Settings, SettingsError> {
        let prompt = self.prompt.map(|prompt| prompt.trim().to_owned()).filter(|prompt| !prompt.is_empty());
        let prompt_characters = prompt.as_ref().map_or(0, |prompt| prompt.chars().count());
        must(prompt_characters <= MOST_PROMPT_CHARACTERS, "prompt", "has at most 4,000 characters")?;
        let languages = &self.ocr_languages;
        must((1..=8).contains(&languages.len()), "ocr_languages", "names one to eight languages")?;
        must(
            languages.iter().all(|name| is_language(name)),
            "ocr_languages",
            "takes Tesseract's names, such as `eng` and `deu`",
        )?;
        must(
            (1024..=5 << 30).contains(&self.max_file_bytes),
            "max_file_bytes",
            "is between 1024 and 5368709120 (5 GiB)",
        )?;
        must((1..=3650).contains(&self.trash_days), "trash_days", "is between 1 and 3650")?;
        let held_back: Vec<String> =
            self.never_send_categories.iter().map(|name| name.trim().into()).collect();
        must(
            held_back.len() <= MOST_LIST_ENTRIES && held_back.iter().all(|name| is_name(name)),
            "never_send_categories",
            "holds at most 100 names of 1 to 200 characters",
        )?;
        Ok(Settings {
            ai: self.ai.map(AiDraft::check).transpose()?,
            prompt,
            ocr_languages: self.ocr_languages,
            max_file_bytes: self.max_file_bytes,
            trash_days: self.trash_days,
            never_send_categories: held_back,
        })
    }

    /// Fills in the stored key where this draft leaves it as it is.
    ///
    /// # Errors
    /// When the provider's address leads to another server: a key goes only where it was typed for, or whoever may change
    /// the address could read it there.
    pub fn keep_key(&mut self, stored: &Settings) -> Result<(), SettingsError> {
        let Some(ai) = &mut self.ai else { return Ok(()) };
        let keeps = ai.api_key.as_ref().is_none_or(Secret::is_mask);
        let stored = stored.ai.as_ref().and_then(|stored| Some((stored, stored.api_key.clone()?)));
        match stored {
            _ if !keeps => {}
            None => ai.api_key = None,
            Some((stored, key)) => {
                let same = BaseUrl::parse(&ai.base_url).is_ok_and(|url| url.is_same_server(&stored.base_url));
                must(
                    same,
                    "ai.api_key",
                    "must be entered again, because the address leads to another server",
                )?;
                ai.api_key = Some(key);
            }
        }
        Ok(())
    }
}

impl AiDraft {
    fn check(self) -> Result<Ai, SettingsError> {
        let base_url = BaseUrl::parse(&self.base_url).map_err(|error| wrong("ai.base_url", error))?;
        must(
            self.allow_private_hosts || !base_url.is_private(),
            "ai.base_url",
            "leads to this machine or a private network: allow private hosts, if that is meant",
        )?;
        let model = self.model.trim().to_owned();
        must(is_name(&model), "ai.model", "is a name of 1 to 200 characters")?;
        must((10..=600).contains(&self.timeout_secs), "ai.timeout_secs", "is between 10 and 600")?;
        let api_key = self.api_key.filter(|key| !key.expose().is_empty());
        must(
            api_key.as_ref().is_none_or(is_key),
            "ai.api_key",
            "is not a key: it has spaces, line breaks, letters that no key has, or is the mask of one",
        )?;
        let authorities = self.ca_certificates.filter(|pem| !pem.trim().is_empty());
        let authorities = authorities.map(|pem| Authorities::parse(&pem)).transpose();
        let authorities = authorities.map_err(|error| wrong("ai.ca_certificates", error))?;
        for (field, price) in [("ai.price_in", self.price_in), ("ai.price_out", self.price_out)] {
            let sane = price.is_none_or(|price| (Decimal::ZERO..=Decimal::from(1_000_000)).contains(&price));
            must(sane, field, "is between 0 and 1000000")?;
        }
        Ok(Ai {
            dialect: self.dialect,
            base_url,
            model,
            api_key,
            timeout_secs: self.timeout_secs,
            allow_private_hosts: self.allow_private_hosts,
            authorities,
            price_in: self.price_in,
            price_out: self.price_out,
        })
    }
}

fn must(holds: bool, field: &'static str, why: &str) -> Result<(), SettingsError> {
    if holds { Ok(()) } else { Err(wrong(field, why)) }
}

fn wrong(field: &'static str, why: impl ToString) -> SettingsError {
    SettingsError { field, why: why.to_string() }
}

fn is_name(text: &str) -> bool {
    (1..=MOST_NAME_CHARACTERS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// `deu`, `chi_sim`: the name becomes part of a command line and of a file's name.
fn is_language(name: &str) -> bool {
    (3..=16).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_lowercase())
}

fn is_key(key: &Secret) -> bool {
    key.expose().len() <= 1024 && key.expose().bytes().all(|byte| byte.is_ascii_graphic()) && !key.is_mask()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn draft(value: Value) -> Draft {
        serde_json::from_value(value).unwrap()
    }

    fn ai(changes: &[(&str, Value)]) -> Draft {
        let mut ai = json!({"dialect": "anthropic", "base_url": "https://api.example.com", "model": "m"});
        for (name, value) in changes {
            ai[name] = value.clone();
        }
        draft(json!({"ai": ai}))
    }

    #[test]
    fn nothing_said_is_the_default() {
        assert_eq!(draft(json!({})).check().unwrap(), Settings::default());
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (field, draft) in [
            ("prompt", draft(json!({"prompt": "x".repeat(4001)}))),
            ("ocr_languages", draft(json!({"ocr_languages": []}))),
            ("ocr_languages", draft(json!({"ocr_languages": ["--help"]}))),
            ("ocr_languages", draft(json!({"ocr_languages": ["../eng"]}))),
            ("max_file_bytes", draft(json!({"max_file_bytes": 0}))),
            ("trash_days", draft(json!({"trash_days": 0}))),
            ("never_send_categories", draft(json!({"never_send_categories": [""]}))),
            ("ai.base_url", ai(&[("base_url", json!("ftp://x"))])),
            ("ai.base_url", ai(&[("base_url", json!("http://10.0.0.1"))])),
            ("ai.model", ai(&[("model", json!(" "))])),
            ("ai.timeout_secs", ai(&[("timeout_secs", json!(9))])),
            ("ai.api_key", ai(&[("api_key", json!("a\r\nb"))])),
            ("ai.api_key", ai(&[("api_key", json!("****abcd"))])),
            ("ai.price_in", ai(&[("price_in", json!("-1"))])),
            ("ai.ca_certificates", ai(&[("ca_certificates", json!("/etc/ssl/company.pem"))])),
        ] {
            assert_eq!(draft.check().unwrap_err().field, field);
        }
        assert!(
            ai(&[("base_url", json!("http://10.0.0.1")), ("allow_private_hosts", json!(true))])
                .check()
                .is_ok()
        );
    }

    #[test]
    fn a_key_that_is_not_sent_stays_but_only_for_the_server_that_it_was_typed_for() {
        let stored = ai(&[("api_key", json!("sk-0123456789abcd"))]).check().unwrap();
        for same in [json!(null), json!("****abcd")] {
            let mut next = ai(&[("api_key", same), ("model", json!("other"))]);
            next.keep_key(&stored).unwrap();
            assert_eq!(next.check().unwrap().ai.unwrap().api_key, stored.ai.as_ref().unwrap().api_key);
        }
        let mut elsewhere = ai(&[("base_url", json!("https://api.example.org"))]);
        assert_eq!(elsewhere.keep_key(&stored).unwrap_err().field, "ai.api_key");
        let mut removed = ai(&[("api_key", json!("")), ("base_url", json!("https://api.example.org"))]);
        removed.keep_key(&stored).unwrap();
        assert_eq!(removed.check().unwrap().ai.unwrap().api_key, None);
    }
}
