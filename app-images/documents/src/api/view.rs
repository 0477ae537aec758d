//! Documents as the interface shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::classification::{Classification, Confidence, DocumentType, Fact, Money, Source};
use crate::document::{Ai, CategoryMark, Document, Status};
use crate::extraction::{Failure, Searchable};

/// One document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentView {
    /// UUIDv7.
    id: String,
    /// The file's name.
    name: String,
    /// The file's size.
    bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    sha256: String,
    /// RFC 3339, UTC.
    uploaded_at: String,
    /// How far its text is.
    status: DocumentStatus,
    /// Its place in its owner's own queue, 1 for the next; while it is queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    /// How many pages it has, once that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<u32>,
    /// Why there is no text; with status `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureView>,
    /// Whether `/searchable` gives the file as it came or a copy with the recognised words; once it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    searchable: Option<Searchable>,
    /// What it is about.
    classification: ClassificationView,
    /// Where its owner put it, by name.
    categories: Vec<CategoryMark>,
    /// What the AI provider did.
    ai: Ai,
    /// Since when it is in the trash: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    trashed_at: Option<String>,
}

/// How far a document's text is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// Waiting for the reader.
    Queued,
    /// Being read.
    Extracting,
    /// The text is there.
    Ready,
    /// There is no text.
    Failed,
}

/// Why there is no text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FailureView {
    /// Stable, for programs: `password`, `scan`, `damaged`, …
    code: &'static str,
    /// For people; reads on from the document's name: "needs a password".
    reason: &'static str,
}

/// A text that was found or typed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TextFact {
    /// What is stated.
    value: String,
    /// By whom.
    source: Source,
    /// How surely, in percent.
    confidence: Confidence,
}

/// A day that was found or typed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DateFact {
    /// YYYY-MM-DD.
    #[schema(format = Date)]
    value: String,
    /// By whom.
    source: Source,
    /// How surely, in percent.
    confidence: Confidence,
}

/// An amount that was found or typed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MoneyFact {
    /// What is stated.
    value: Money,
    /// By whom.
    source: Source,
    /// How surely, in percent.
    confidence: Confidence,
}

/// A document type that was found or chosen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TypeFact {
    /// What is stated.
    value: DocumentType,
    /// By whom.
    source: Source,
    /// How surely, in percent.
    confidence: Confidence,
}

/// What a document is about; null where nothing is known.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ClassificationView {
    /// A line that a person would recognise it by.
    #[schema(required)]
    title: Option<TextFact>,
    /// What kind of document it is.
    #[schema(required)]
    document_type: Option<TypeFact>,
    /// The date that it bears itself.
    #[schema(required)]
    date: Option<DateFact>,
    /// Who wrote it.
    #[schema(required)]
    sender: Option<TextFact>,
    /// To whom.
    #[schema(required)]
    recipient: Option<TextFact>,
    /// What is to pay, was paid or is offered, taxes included.
    #[schema(required)]
    total: Option<MoneyFact>,
    /// The same without taxes.
    #[schema(required)]
    net: Option<MoneyFact>,
    /// Until when to pay or to answer.
    #[schema(required)]
    due_date: Option<DateFact>,
    /// The number that its sender gave it.
    #[schema(required)]
    number: Option<TextFact>,
    /// The account to pay to, without spaces.
    #[schema(required)]
    iban: Option<TextFact>,
    /// ISO 639-1.
    #[schema(required)]
    language: Option<TextFact>,
    /// A sentence or two.
    #[schema(required)]
    summary: Option<TextFact>,
    /// Words to find it by.
    tags: Vec<TextFact>,
    /// Names of the owner's categories that it seems to belong to and is not in.
    suggested_categories: Vec<TextFact>,
}

impl From<Document> for DocumentView {
    fn from(document: Document) -> Self {
        let (status, failure) = match document.status {
            Status::Queued => (DocumentStatus::Queued, None),
            Status::Extracting => (DocumentStatus::Extracting, None),
            Status::Ready => (DocumentStatus::Ready, None),
            Status::Failed(failure) => (DocumentStatus::Failed, Some(failure.into())),
        };
        Self {
            id: document.id.to_string(),
            name: document.name.to_string(),
            bytes: document.bytes,
            sha256: document.sha256.to_string(),
            uploaded_at: document.uploaded_at.to_string(),
            status,
            position: document.position,
            pages: document.pages,
            failure,
            searchable: document.searchable,
            classification: ClassificationView::new(document.about.facts(), &document.categories),
            categories: document.categories,
            ai: document.ai,
            trashed_at: document.trashed_at.map(|at| at.to_string()),
        }
    }
}

impl ClassificationView {
    fn new(facts: Classification, categories: &[CategoryMark]) -> Self {
        let mut suggested = facts.categories;
        suggested.retain(|fact| categories.iter().all(|mark| mark.name != fact.value));
        Self {
            title: facts.title.map(TextFact::from),
            document_type: facts.document_type.map(|Fact { value, source, confidence }| TypeFact {
                value,
                source,
                confidence,
            }),
            date: facts.date.map(DateFact::from),
            sender: facts.sender.map(TextFact::from),
            recipient: facts.recipient.map(TextFact::from),
            total: facts.total.map(MoneyFact::from),
            net: facts.net.map(MoneyFact::from),
            due_date: facts.due_date.map(DateFact::from),
            number: facts.number.map(TextFact::from),
            iban: facts.iban.map(TextFact::from),
            language: facts.language.map(TextFact::from),
            summary: facts.summary.map(TextFact::from),
            tags: facts.tags.into_iter().map(TextFact::from).collect(),
            suggested_categories: suggested.into_iter().map(TextFact::from).collect(),
        }
    }
}

impl From<Fact<String>> for TextFact {
    fn from(Fact { value, source, confidence }: Fact<String>) -> Self {
        Self { value, source, confidence }
    }
}

impl From<Fact<jiff::civil::Date>> for DateFact {
    fn from(Fact { value, source, confidence }: Fact<jiff::civil::Date>) -> Self {
        Self { value: value.to_string(), source, confidence }
    }
}

impl From<Fact<Money>> for MoneyFact {
    fn from(Fact { value, source, confidence }: Fact<Money>) -> Self {
        Self { value, source, confidence }
    }
}

impl From<Failure> for FailureView {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code(), reason: failure.reason() }
    }
}
