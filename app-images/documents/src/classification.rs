//! What a document is about, as facts that each say where they come from and how sure they are.
//!
//! Four sources can state a fact, and they rank: what a person typed, what an embedded electronic invoice says (exact),
//! what the AI provider answered, and what the built-in rules found. A later reading never replaces a fact of a higher
//! rank ([`Classification::merge`]), so an edit by hand outlives every re-processing.

pub mod e_invoice;
pub mod iban;
pub mod learning;
pub mod provider;
pub mod rules;

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of document it is. The list is closed: it is the vocabulary of filters, rules and providers alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentType {
    /// A request for payment.
    Invoice,
    /// Money given back or an invoice corrected.
    CreditNote,
    /// Proof that something was paid.
    Receipt,
    /// Something is overdue.
    Reminder,
    /// An offer with prices.
    Quote,
    /// An order, or its confirmation.
    Order,
    /// What came with the goods.
    DeliveryNote,
    /// An agreement between parties.
    Contract,
    /// The movements of an account.
    BankStatement,
    /// Wages.
    Payslip,
    /// From or for a tax office.
    Tax,
    /// A policy, its premium or a claim.
    Insurance,
    /// Electricity, gas, water, heat, telephone.
    UtilityBill,
    /// From doctors, clinics and laboratories.
    Medical,
    /// Proof of a status, a course or a qualification.
    Certificate,
    /// How to use something.
    Manual,
    /// Any other message to somebody.
    Letter,
    /// None of these.
    Other,
}

impl DocumentType {
    /// Every type, for tables, schemas and tests.
    pub const ALL: [DocumentType; 18] = [
        DocumentType::Invoice,
        DocumentType::CreditNote,
        DocumentType::Receipt,
        DocumentType::Reminder,
        DocumentType::Quote,
        DocumentType::Order,
        DocumentType::DeliveryNote,
        DocumentType::Contract,
        DocumentType::BankStatement,
        DocumentType::Payslip,
        DocumentType::Tax,
        DocumentType::Insurance,
        DocumentType::UtilityBill,
        DocumentType::Medical,
        DocumentType::Certificate,
        DocumentType::Manual,
        DocumentType::Letter,
        DocumentType::Other,
    ];

    /// The stable name, for machines and the database; the same as in JSON.
    pub fn code(self) -> &'static str {
        match self {
            DocumentType::Invoice => "invoice",
            DocumentType::CreditNote => "credit_note",
            DocumentType::Receipt => "receipt",
            DocumentType::Reminder => "reminder",
            DocumentType::Quote => "quote",
            DocumentType::Order => "order",
            DocumentType::DeliveryNote => "delivery_note",
            DocumentType::Contract => "contract",
            DocumentType::BankStatement => "bank_statement",
            DocumentType::Payslip => "payslip",
            DocumentType::Tax => "tax",
            DocumentType::Insurance => "insurance",
            DocumentType::UtilityBill => "utility_bill",
            DocumentType::Medical => "medical",
            DocumentType::Certificate => "certificate",
            DocumentType::Manual => "manual",
            DocumentType::Letter => "letter",
            DocumentType::Other => "other",
        }
    }

    /// The type with this [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for DocumentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Where a fact comes from. Ordered by rank: a later one in this list outranks an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The built-in rules.
    Rules,
    /// The AI provider.
    Ai,
    /// The electronic invoice inside the file: exact.
    EInvoice,
    /// A person.
    User,
}

/// How sure a source is, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u8", into = "u8")]
#[schema(value_type = u8, minimum = 0, maximum = 100)]
pub struct Confidence(u8);

impl Confidence {
    /// Beyond doubt: typed by a person, or read from an electronic invoice.
    pub const CERTAIN: Self = Self(100);

    /// Takes a percentage; more than 100 counts as 100.
    pub fn percent(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// 0 to 100.
    pub fn as_percent(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Confidence {
    type Error = &'static str;

    fn try_from(percent: u8) -> Result<Self, Self::Error> {
        if percent <= 100 { Ok(Self(percent)) } else { Err("a confidence is at most 100 percent") }
    }
}

impl From<Confidence> for u8 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

/// One statement about a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fact<T> {
    /// What is stated.
    pub value: T,
    /// By whom.
    pub source: Source,
    /// How surely.
    pub confidence: Confidence,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Money {
    /// A decimal number with a point, never a float: `"486.00"`.
    #[schema(value_type = String, example = "486.00")]
    pub amount: Decimal,
    /// ISO 4217, upper case, where the document tells: `EUR`.
    pub currency: Option<String>,
}

/// Everything that is known of what a document is about. What is absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Classification {
    /// A line that a person would recognise it by.
    pub title: Option<Fact<String>>,
    /// What kind of document it is.
    pub document_type: Option<Fact<DocumentType>>,
    /// The date that it bears itself.
    pub date: Option<Fact<Date>>,
    /// Who wrote it.
    pub sender: Option<Fact<String>>,
    /// To whom.
    pub recipient: Option<Fact<String>>,
    /// What is to pay, was paid or is offered, taxes included.
    pub total: Option<Fact<Money>>,
    /// The same without taxes.
    pub net: Option<Fact<Money>>,
    /// Until when to pay or to answer.
    pub due_date: Option<Fact<Date>>,
    /// The number that its sender gave it.
    pub number: Option<Fact<String>>,
    /// The account to pay to, without spaces.
    pub iban: Option<Fact<String>>,
    /// ISO 639-1: `de`.
    pub language: Option<Fact<String>>,
    /// A sentence or two.
    pub summary: Option<Fact<String>>,
    /// Words to find it by, lower case.
    pub tags: Vec<Fact<String>>,
    /// Names of the owner's categories that it seems to belong to: suggestions, never assignments.
    pub categories: Vec<Fact<String>>,
}

impl Classification {
    /// Adds what `other` knows: each field keeps the statement of the higher rank, and of two of one rank the newer, which
    /// is `other`'s. Lists keep what a person stated, else those of the higher rank.
    pub fn merge(&mut self, other: Classification) {
        better(&mut self.title, other.title);
        better(&mut self.document_type, other.document_type);
        better(&mut self.date, other.date);
        better(&mut self.sender, other.sender);
        better(&mut self.recipient, other.recipient);
        better(&mut self.total, other.total);
        better(&mut self.net, other.net);
        better(&mut self.due_date, other.due_date);
        better(&mut self.number, other.number);
        better(&mut self.iban, other.iban);
        better(&mut self.language, other.language);
        better(&mut self.summary, other.summary);
        better_list(&mut self.tags, other.tags);
        better_list(&mut self.categories, other.categories);
    }
}

fn better<T>(mine: &mut Option<Fact<T>>, theirs: Option<Fact<T>>) {
    if theirs.as_ref().map(|fact| fact.source) >= mine.as_ref().map(|fact| fact.source) {
        *mine = theirs.or(mine.take());
    }
}

fn better_list<T>(mine: &mut Vec<Fact<T>>, theirs: Vec<Fact<T>>) {
    let rank = |list: &[Fact<T>]| list.iter().map(|fact| fact.source).max();
    if !theirs.is_empty() && rank(&theirs) >= rank(mine) {
        *mine = theirs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T>(value: T, source: Source) -> Option<Fact<T>> {
        Some(Fact { value, source, confidence: Confidence::percent(80) })
    }

    #[test]
    fn every_type_has_a_code_of_its_own_that_leads_back_to_it_and_is_its_json() {
        for kind in DocumentType::ALL {
            assert_eq!(DocumentType::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
    }

    #[test]
    fn what_a_person_typed_outlives_every_later_reading() {
        let mut known =
            Classification { title: said("mine".to_owned(), Source::User), ..Classification::default() };
        for source in [Source::Rules, Source::Ai, Source::EInvoice] {
            known.merge(Classification {
                title: said("other".to_owned(), source),
                ..Classification::default()
            });
        }
        assert_eq!(known.title.unwrap().value, "mine");
    }

    #[test]
    fn of_one_rank_the_newer_statement_holds_and_silence_changes_nothing() {
        let mut known =
            Classification { title: said("old".to_owned(), Source::Rules), ..Classification::default() };
        known.merge(Classification::default());
        assert_eq!(known.title.as_ref().unwrap().value, "old");
        known.merge(Classification {
            title: said("new".to_owned(), Source::Rules),
            ..Classification::default()
        });
        assert_eq!(known.title.unwrap().value, "new");
    }
}
