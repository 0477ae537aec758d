//! The Cross Industry Invoice: ZUGFeRD 1 (`CrossIndustryDocument`) and its successors (`CrossIndustryInvoice`).

use super::tree::Elements;
use super::{Said, date};

/// The containers of the head in the second and in the first version.
struct Heads {
    document: &'static str,
    agreement: &'static str,
    settlement: &'static str,
    sums: &'static str,
}

const NOW: Heads = Heads {
    document: "ExchangedDocument",
    agreement: "SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement",
    settlement: "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement",
    sums: "SpecifiedTradeSettlementHeaderMonetarySummation",
};
const FIRST: Heads = Heads {
    document: "HeaderExchangedDocument",
    agreement: "SpecifiedSupplyChainTradeTransaction/ApplicableSupplyChainTradeAgreement",
    settlement: "SpecifiedSupplyChainTradeTransaction/ApplicableSupplyChainTradeSettlement",
    sums: "SpecifiedTradeSettlementMonetarySummation",
};

pub(super) fn invoice(elements: &Elements) -> Said {
    let heads = if elements.root == "CrossIndustryDocument" { FIRST } else { NOW };
    let at = |parts: &[&str]| elements.first(&[&parts.join("/")]);
    let day = |parts: &[&str]| {
        let text = |kind| at(&[parts, &[kind]].concat());
        text("DateTimeString").or_else(|| text("DateTime")).as_deref().and_then(date)
    };
    let sum = |name| at(&[heads.settlement, heads.sums, name]);
    Said {
        type_code: at(&[heads.document, "TypeCode"]),
        number: at(&[heads.document, "ID"]),
        date: day(&[heads.document, "IssueDateTime"]),
        due_date: day(&[heads.settlement, "SpecifiedTradePaymentTerms", "DueDateDateTime"]),
        seller: at(&[heads.agreement, "SellerTradeParty", "Name"]),
        buyer: at(&[heads.agreement, "BuyerTradeParty", "Name"]),
        total: sum("GrandTotalAmount").or_else(|| sum("DuePayableAmount")),
        net: sum("TaxBasisTotalAmount"),
        currency: at(&[heads.settlement, "InvoiceCurrencyCode"]),
        iban: at(&[
            heads.settlement,
            "SpecifiedTradeSettlementPaymentMeans",
            "PayeePartyCreditorFinancialAccount",
            "IBANID",
        ]),
    }
}
