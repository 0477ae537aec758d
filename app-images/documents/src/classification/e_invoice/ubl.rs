//! The Universal Business Language: `Invoice` and `CreditNote`.

use super::tree::Elements;
use super::{Said, date};

pub(super) fn invoice(elements: &Elements) -> Said {
    let first = |paths: &[&str]| elements.first(paths);
    // Because a UBL credit note may leave its type code out: the root element says it.
    let implied = || (elements.root == "CreditNote").then(|| "381".to_owned());
    Said {
        type_code: first(&["InvoiceTypeCode", "CreditNoteTypeCode"]).or_else(implied),
        number: first(&["ID"]),
        date: first(&["IssueDate"]).as_deref().and_then(date),
        due_date: first(&["DueDate", "PaymentMeans/PaymentDueDate"]).as_deref().and_then(date),
        seller: first(&[
            "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName",
            "AccountingSupplierParty/Party/PartyName/Name",
        ]),
        buyer: first(&[
            "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName",
            "AccountingCustomerParty/Party/PartyName/Name",
        ]),
        total: first(&["LegalMonetaryTotal/TaxInclusiveAmount", "LegalMonetaryTotal/PayableAmount"]),
        net: first(&["LegalMonetaryTotal/TaxExclusiveAmount"]),
        currency: first(&["DocumentCurrencyCode"]),
        iban: first(&["PaymentMeans/PayeeFinancialAccount/ID"]),
    }
}
