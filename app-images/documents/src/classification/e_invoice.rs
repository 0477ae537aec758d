//! Reads the electronic invoice that a PDF carries: exact facts instead of guesses.
//!
//! Two vocabularies are understood, both of EN 16931: the UN/CEFACT Cross Industry Invoice (ZUGFeRD 1 and 2, Factur-X,
//! XRechnung) and OASIS UBL 2 (XRechnung, Peppol). Which one it is, the root element says. The file is hostile until
//! read: its size and depth have a limit, and a document type declaration, the home of entity bombs, is refused.

mod cii;
mod tree;
mod ubl;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::iban::Iban;
use super::{Classification, Confidence, DocumentType, Fact, Money, Source};

/// Why XML is not an electronic invoice that we can use.
#[derive(Debug, thiserror::Error)]
pub enum EInvoiceError {
    /// More bytes than any invoice has.
    #[error("the electronic invoice has more than {} MiB", tree::MOST_BYTES / 1024 / 1024)]
    TooBig,
    /// Elements within elements without end.
    #[error("the electronic invoice is nested more than {} deep", tree::MOST_DEPTH)]
    TooDeep,
    /// It declares a document type: no invoice needs one, and entity bombs do.
    #[error("the electronic invoice declares a document type, which is not allowed")]
    DocumentTypeDeclared,
    /// It uses an entity that XML itself does not know.
    #[error("the electronic invoice uses the unknown entity `{0}`")]
    UnknownEntity(String),
    /// It is not well-formed.
    #[error("the electronic invoice is not well-formed XML")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It is XML of another kind.
    #[error("the XML starts with `{0}`, which is no invoice of CII or UBL")]
    NotAnInvoice(String),
}

/// Reads an electronic invoice; every fact comes from [`Source::EInvoice`] and is certain.
///
/// # Errors
/// When the XML is too big, malformed or no invoice. What is only missing in an invoice is an absent fact.
pub fn read(xml: &[u8]) -> Result<Classification, EInvoiceError> {
    let elements = tree::read(xml)?;
    match elements.root.as_str() {
        "CrossIndustryInvoice" | "CrossIndustryDocument" => Ok(cii::invoice(&elements).into()),
        "Invoice" | "CreditNote" => Ok(ubl::invoice(&elements).into()),
        _ => Err(EInvoiceError::NotAnInvoice(elements.root)),
    }
}

/// What both vocabularies say, as they write it.
#[derive(Debug, Default)]
struct Said {
    /// Code of UNTDID 1001.
    type_code: Option<String>,
    number: Option<String>,
    date: Option<Date>,
    due_date: Option<Date>,
    seller: Option<String>,
    buyer: Option<String>,
    total: Option<String>,
    net: Option<String>,
    currency: Option<String>,
    iban: Option<String>,
}

impl From<Said> for Classification {
    fn from(said: Said) -> Self {
        let currency = said.currency.filter(|code| code.len() == 3).map(|code| code.to_ascii_uppercase());
        let money = |amount: Option<String>| {
            let amount = amount?.trim().parse::<Decimal>().ok()?;
            Some(Money { amount, currency: currency.clone() })
        };
        Self {
            document_type: certain(Some(document_type(said.type_code.as_deref()))),
            number: certain(said.number),
            date: certain(said.date),
            due_date: certain(said.due_date),
            sender: certain(said.seller),
            recipient: certain(said.buyer),
            total: certain(money(said.total)),
            net: certain(money(said.net)),
            iban: certain(said.iban.and_then(|text| Iban::parse(&text)).map(Iban::into_string)),
            ..Self::default()
        }
    }
}

fn certain<T>(value: Option<T>) -> Option<Fact<T>> {
    value.map(|value| Fact { value, source: Source::EInvoice, confidence: Confidence::CERTAIN })
}

/// The kind of document behind a code of UNTDID 1001: credit notes are few and listed in EN 16931; all else that may
/// stand in an electronic invoice asks for money.
fn document_type(code: Option<&str>) -> DocumentType {
    match code.map(str::trim) {
        Some(
            "81" | "83" | "261" | "262" | "296" | "308" | "381" | "396" | "420" | "458" | "502" | "503"
            | "532",
        ) => DocumentType::CreditNote,
        Some(_) | None => DocumentType::Invoice,
    }
}

/// A date as the two vocabularies write it: `20260417` or `2026-04-17`, whatever time follows.
fn date(text: &str) -> Option<Date> {
    let digits: String = text.trim().chars().take(10).filter(char::is_ascii_digit).take(8).collect();
    if digits.len() < 8 {
        return None;
    }
    Date::new(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CII: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="a" xmlns:ram="b" xmlns:udt="c">
 <rsm:ExchangedDocument><ram:ID>A&amp;B-7</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260417</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct><ram:Name>Bolt</ram:Name></ram:SpecifiedTradeProduct></ram:IncludedSupplyChainTradeLineItem>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Schrauben &#38; Co. KG</ram:Name><ram:DefinedTradeContact><ram:PersonName>X</ram:PersonName></ram:DefinedTradeContact></ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Werft AG</ram:Name></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>DE02 1203 0000 0000 2020 51</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20260501</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount><ram:GrandTotalAmount>119.00</ram:GrandTotalAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"#;

    const UBL: &str = r#"<CreditNote xmlns:cbc="x" xmlns:cac="y">
 <cbc:ID>G-12</cbc:ID><cbc:IssueDate>2025-12-31</cbc:IssueDate><cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>
 <cbc:DocumentCurrencyCode>DKK</cbc:DocumentCurrencyCode>
 <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Trade name</cbc:Name></cac:PartyName>
  <cac:PartyLegalEntity><cbc:RegistrationName>Havn ApS</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
 <cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Nord A/S</cbc:Name></cac:PartyName></cac:Party></cac:AccountingCustomerParty>
 <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="DKK">80.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="DKK">100.00</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>
</CreditNote>"#;

    fn value<T>(fact: Option<Fact<T>>) -> T {
        let fact = fact.expect("the fact is there");
        assert_eq!((fact.source, fact.confidence), (Source::EInvoice, Confidence::CERTAIN));
        fact.value
    }

    #[test]
    fn a_cross_industry_invoice_says_everything_exactly() {
        let read = read(CII.as_bytes()).unwrap();
        assert_eq!(value(read.document_type), DocumentType::Invoice);
        assert_eq!(value(read.number), "A&B-7");
        assert_eq!(value(read.date), jiff::civil::date(2026, 4, 17));
        assert_eq!(value(read.due_date), jiff::civil::date(2026, 5, 1));
        assert_eq!(value(read.sender), "Schrauben & Co. KG");
        assert_eq!(value(read.recipient), "Werft AG");
        assert_eq!(
            value(read.total),
            Money { amount: "119.00".parse().unwrap(), currency: Some("EUR".into()) }
        );
        assert_eq!(value(read.net).amount, "100.00".parse().unwrap());
        assert_eq!(value(read.iban), "DE02120300000000202051");
    }

    #[test]
    fn the_first_version_of_zugferd_names_its_parts_otherwise_and_is_read_too() {
        let first = CII
            .replace("CrossIndustryInvoice", "CrossIndustryDocument")
            .replace("rsm:ExchangedDocument", "rsm:HeaderExchangedDocument")
            .replace("rsm:SupplyChainTradeTransaction", "rsm:SpecifiedSupplyChainTradeTransaction")
            .replace("ApplicableHeaderTrade", "ApplicableSupplyChainTrade")
            .replace(
                "SpecifiedTradeSettlementHeaderMonetarySummation",
                "SpecifiedTradeSettlementMonetarySummation",
            );
        assert_eq!(read(first.as_bytes()).unwrap(), read(CII.as_bytes()).unwrap());
    }

    #[test]
    fn a_credit_note_in_ubl_is_read_with_the_legal_name_of_its_sender() {
        let read = read(UBL.as_bytes()).unwrap();
        assert_eq!(value(read.document_type), DocumentType::CreditNote);
        assert_eq!(value(read.number), "G-12");
        assert_eq!(value(read.date), jiff::civil::date(2025, 12, 31));
        assert_eq!(value(read.sender), "Havn ApS");
        assert_eq!(value(read.recipient), "Nord A/S");
        assert_eq!(
            value(read.total),
            Money { amount: "100.00".parse().unwrap(), currency: Some("DKK".into()) }
        );
        assert_eq!(value(read.net).amount, "80.00".parse().unwrap());
    }

    #[test]
    fn entity_bombs_bottomless_trees_and_other_xml_are_refused() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa">]><Invoice><ID>&a;</ID></Invoice>"#;
        assert!(matches!(read(bomb.as_bytes()), Err(EInvoiceError::DocumentTypeDeclared)));
        let entity = "<Invoice><ID>&a;</ID></Invoice>";
        assert!(matches!(read(entity.as_bytes()), Err(EInvoiceError::UnknownEntity(name)) if name == "a"));
        let deep = format!("<Invoice>{}", "<a>".repeat(100_000));
        assert!(matches!(read(deep.as_bytes()), Err(EInvoiceError::TooDeep)));
        assert!(matches!(read(&vec![b' '; tree::MOST_BYTES + 1]), Err(EInvoiceError::TooBig)));
        assert!(matches!(read(b"<html/>"), Err(EInvoiceError::NotAnInvoice(root)) if root == "html"));
        assert!(matches!(read(b"<Invoice><ID>1</Invoice>"), Err(EInvoiceError::Malformed(_))));
        assert!(matches!(read(b"<Invoice><ID>1</ID>"), Err(EInvoiceError::Malformed(_))));
    }

    #[test]
    fn a_file_in_latin_1_keeps_its_umlauts() {
        let text = UBL.replace("Havn ApS", "M\u{fc}ller");
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        assert_eq!(value(read(&latin).unwrap().sender), "M\u{fc}ller");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _ = read(&bytes);
        }
    }
}
