//! Who wrote a document, and to whom.
//!
//! Letterheads have no label, so the sender is the name that looks most like an organisation ([`names`]) and stands most
//! where senders stand: in the first lines, in the foot, behind `from` or `employer`, under the closing words, in more
//! than one place. What stands under `bill to`, or between a person and a post code, is the recipient's.

mod address;
mod bystanders;
mod captions;
mod columns;
mod contract;
mod echoes;
mod house;
mod letterhead;
mod names;
mod payee;
mod pieces;
mod places;
mod row;
mod support;
mod windows;

use self::names::Name;
use self::support::Voices;
use super::sheet::{Line, Sheet};
use super::{Fact, fact, fold};
use crate::classification::DocumentType;

/// What the rules found; see [`Classification`](crate::classification::Classification).
pub(super) struct Parties {
    pub(super) sender: Option<Fact<String>>,
    pub(super) recipient: Option<Fact<String>>,
}

/// A name with what speaks for its being the sender's.
struct Candidate {
    name: Name,
    weight: f32,
    order: usize,
    /// How many lines of the page stand above it, and below.
    above: usize,
    below: usize,
}

/// Less speaks for no sender.
const LEAST: f32 = 2.0;

pub(super) fn of(sheet: &Sheet, kind: DocumentType) -> Parties {
    let page = &columns::flow(sheet.first_page());
    let addressed = address::addressed(page, kind);
    let mut candidates: Vec<Candidate> = Vec::new();
    let voices = Voices::of(page, &addressed);
    for index in 0..page.len() {
        for (name, weight) in places::names(page, index, &addressed, &voices) {
            candidates.push(Candidate {
                weight: weight + name.weight() + of_kind(kind, &page[index]),
                name,
                order: candidates.len(),
                above: page[index].above,
                below: page[index].below,
            });
        }
    }
    for candidate in candidates.iter_mut().filter(|one| one.weight + support::MOST >= LEAST) {
        candidate.weight += voices.support(&candidate.name);
    }
    candidates.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.order.cmp(&other.order)));
    let rival = candidates.get(1).map_or(0.0, |other| other.weight);
    let best = candidates.first().filter(|best| best.weight >= LEAST);
    let sender = best
        .map(|best| house::of(best, &candidates, page))
        .map(|best| fact(best.name.text.clone(), confidence(best.weight, best.weight - rival)));
    let recipient = address::recipient(page, &addressed)
        .filter(|name| sender.as_ref().is_none_or(|sender| fold::fold(&sender.value) != fold::fold(name)))
        .map(|name| fact(name, 55));
    Parties { sender, recipient }
}

/// The rows of the first page in which an address without a caption stands.
pub(super) fn addressed_rows(sheet: &Sheet) -> Vec<usize> {
    let page = sheet.first_page();
    let lines = windows::of(page).into_iter().chain(windows::above_salutation(page));
    lines.map(|index| &page[index]).filter(|line| !is_bare_heading(line)).map(|line| line.above).collect()
}

/// What the kind of a paper says for and against its lines.
fn of_kind(kind: DocumentType, line: &Line) -> f32 {
    // A till prints how the shop is called above the company that runs it.
    if kind == DocumentType::Receipt && line.above == 0 {
        return 2.0;
    }
    // A bank stands at the head or in the foot of its statement; between them whose account it is, and who paid.
    let between = line.above > 1 && line.below > 3;
    if kind == DocumentType::BankStatement && between { -3.0 } else { 0.0 }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 15 and 90")]
fn confidence(weight: f32, margin: f32) -> u8 {
    (20.0 + 4.0 * weight + 3.0 * margin).clamp(15.0, 90.0) as u8
}

/// Whether a line is a heading and names nobody.
fn is_bare_heading(line: &Line) -> bool {
    names::is_heading(&line.folded) && !Name::of(&line.text).is_some_and(|name| name.is_organisation())
}

/// Whether a line has letters enough to be a name.
fn has_letters(line: &Line) -> bool {
    line.text.chars().filter(|c| c.is_alphabetic()).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::super::{Readable, classify};

    fn sender(text: &str) -> Option<String> {
        let today = jiff::civil::date(2026, 11, 1);
        classify(&Readable { pages: &[text], file_name: "x.pdf", title: None, today })
            .sender
            .map(|sender| sender.value)
    }

    #[test]
    fn the_sender_is_found_at_the_head_in_the_foot_and_behind_a_label() {
        let bill = "Invoice\nBill to: Mrs A. Person, 9 Some Row\nTotal 3.00";
        for text in [
            format!("Sundial Repairs Ltd\n4 Mill Lane\n{bill}"),
            format!("{bill}\nSundial Repairs Ltd · 4 Mill Lane · Leeds"),
            format!("{bill}\nFrom: Sundial Repairs Ltd"),
        ] {
            assert_eq!(sender(&text).as_deref(), Some("Sundial Repairs Ltd"), "{text}");
        }
    }

    #[test]
    fn what_stands_beside_a_letterhead_is_no_part_of_it() {
        let text = "Statement of account\tThornbury Building Society\nMr L Applegarth\tPO Box 417\nThe Gables\tThornbury\n\
                    Date\tDetails\tBalance\n31 May 2023\tBalance carried forward\t1,078.88";
        assert_eq!(sender(text).as_deref(), Some("Thornbury Building Society"));
        let text = "BULLETIN DE PAIE\nEmployeur\tSalarié\nConserves du Marais\tMme Capucine Orvault\n\
                    12 rue du Port\tMatricule 0417\nNet payé\t1 684,17 €";
        assert_eq!(sender(text).as_deref(), Some("Conserves du Marais"));
    }

    #[test]
    fn who_is_at_law_did_not_write_the_letter_of_the_court() {
        for text in [
            "Amtsgericht Hohenfels\nZivilabteilung\nLadung\nin dem Rechtsstreit\nKettler GmbH gegen Wallraff AG\nwerden Sie geladen",
            "Kettler GmbH gegen Wallraff AG\nLadung zum Termin\nMit freundlichen Grüßen\nAmtsgericht Hohenfels",
        ] {
            assert_eq!(sender(text).as_deref(), Some("Amtsgericht Hohenfels"), "{text}");
        }
    }

    #[test]
    fn a_heading_and_a_place_are_not_the_name() {
        for text in [
            "Newsletter of the Elmsworth Cycling Club\nSpring edition\nAll are welcome",
            "Elmsworth Cycling Club\nLeeds, 3 March 2024\nDear friends,\nYours sincerely\nTom Ash",
        ] {
            assert_eq!(sender(text).as_deref(), Some("Elmsworth Cycling Club"), "{text}");
        }
    }

    #[test]
    fn partners_are_an_organisation_though_one_is_called_lane() {
        let text = "Hill & Lane Homes\n3 Quay Row, Bristol BS1 4RN\nKest Ltd\nUnit 7\nBristol BS2 0QW\n\nDear Ms Ram,\n\
                    the windows will be replaced.\nYours sincerely,\nTom Ash\nProperty manager";
        assert_eq!(sender(text).as_deref(), Some("Hill & Lane Homes"));
    }

    #[test]
    fn who_is_billed_is_not_the_sender() {
        let text = "Rechnung\nRechnung an\nKäufer AG\nMarkt 1\n04109 Leipzig\nGesamt 3,00 €\nVerkäufer KG · Hof 2 · 24103 Kiel";
        assert_eq!(sender(text).as_deref(), Some("Verkäufer KG"));
    }

    #[test]
    fn a_label_and_the_name_beside_it_are_read_together() {
        let text = "Payslip\nEmployee:\tMr J Baptiste\nEmployer:\tKirkstone\nPay date:\t28/02/2025\nNet pay\t1,884.36";
        assert_eq!(sender(text).as_deref(), Some("Kirkstone"));
        let text = "Rechnung\nVerkäufer\nNummer: 549910\nName: Muster-Verleih\nKäufer\nName: Kunden AG\nGesamt\t3,00 €";
        assert_eq!(sender(text).as_deref(), Some("Muster-Verleih"));
    }

    #[test]
    fn a_name_is_told_from_what_shares_its_line_by_where_else_it_stands() {
        let text = "Mr Barnaby Thistle Saltmarsh Water plc\n17 Heron Close PO Box 417\nYour water bill\nTotal due £104.18\n\
                    Questions? saltmarshwater.example, open all day";
        assert!(sender(text).is_some_and(|name| name.starts_with("Saltmarsh Water")));
        let text = "BULLETIN DE PAIE\nEmployeur Salarié\nConserves du Marais SARL Mme Capucine Orvault\nNet payé 1 684,17 €";
        assert_eq!(sender(text).as_deref(), Some("Conserves du Marais SARL"));
    }

    #[test]
    fn an_association_is_at_law_with_nobody() {
        let text = "Bescheinigung\nHiermit wird bestätigt, dass\nJutta Hansen\nam Lehrgang teilgenommen hat.\n\
                    Bildungswerk Weser e.V.\nLehrgangsleitung";
        assert_eq!(sender(text).as_deref(), Some("Bildungswerk Weser e.V."));
    }

    #[test]
    fn who_moves_the_money_or_prints_the_page_is_not_the_sender() {
        let text = "Greenhollow Clinic\nInvoice 20417\nTotal £73.50\nPayments processed by Stripe Payments UK Ltd.\n\
                    Powered by Paperworks Inc.";
        assert_eq!(sender(text).as_deref(), Some("Greenhollow Clinic"));
        let text =
            "Order confirmation\nHi Priya\nTotal £69.95\nHearth & Home is a trading name of Loom Retail Ltd.";
        assert_eq!(sender(text).as_deref(), Some("Hearth & Home"));
    }

    #[test]
    fn a_domain_writes_umlauts_out() {
        let text =
            "Müller Ödhof\nHaushaltsauflösung Nord\nAngebot\nGesamt 3,00 €\nwww.mueller-oedhof.example";
        assert_eq!(sender(text).as_deref(), Some("Müller Ödhof"));
    }

    #[test]
    fn a_letterhead_goes_on_in_the_next_line_where_the_first_is_no_whole_name() {
        let text = "Finanzamt\nBirkenhafen-Land\nHerrn\nAnton Kötter\nBescheid für 2023\nSteuer 11.204,00 €";
        assert_eq!(sender(text).as_deref(), Some("Finanzamt Birkenhafen-Land"));
    }

    #[test]
    fn who_acts_for_a_party_is_named_behind_it_whatever_the_accents() {
        let text = "CONTRAT DE LOCATION\nLe bailleur, représenté par Agence du Môle, 4 rue du Port, d'une part,\n\
                    et le locataire, M. Aimé Brun, d'autre part,\nFait à Port-Ance, le 3 mai 2024\nLe bailleur Le locataire";
        assert_eq!(sender(text).as_deref(), Some("Agence du Môle"));
    }

    #[test]
    fn a_shop_is_called_as_its_letterhead_says_and_not_as_the_company_that_owns_it() {
        let text = "Literie Aubépine\n9 rue Haute, 31888 Labège\nFACTURE 2203\nMatelas 140\t249,00 €\nTotal\t249,00 €\n\
                    Livraison gratuite\nÉchange sous 14 jours\nAubépine Distribution SAS - RCS Labège 771 820 610";
        assert_eq!(sender(text).as_deref(), Some("Literie Aubépine"));
    }

    #[test]
    fn a_text_without_names_has_no_sender() {
        assert_eq!(sender("12.03.2024\n3,00\n4,00"), None);
    }
}
