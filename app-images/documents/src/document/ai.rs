//! How far the AI provider is with a document, and what asking it took.

use serde::Serialize;
use utoipa::ToSchema;

/// Whether the AI provider was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AiStatus {
    /// It is not asked about this document.
    #[default]
    Off,
    /// It will be.
    Waiting,
    /// It answered.
    Done,
    /// It did not, for the reason given.
    Failed,
}

impl AiStatus {
    /// Every status.
    pub const ALL: [AiStatus; 4] = [AiStatus::Off, AiStatus::Waiting, AiStatus::Done, AiStatus::Failed];

    /// The stable name; the same as in JSON.
    pub fn code(self) -> &'static str {
        match self {
            AiStatus::Off => "off",
            AiStatus::Waiting => "waiting",
            AiStatus::Done => "done",
            AiStatus::Failed => "failed",
        }
    }

    /// The status with this [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// What the AI provider did for a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ai {
    /// How far it is.
    pub status: AiStatus,
    /// Why it failed, or why it will be asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Which provider answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Which model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What it read, in its own tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// What it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// How long it took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
}
