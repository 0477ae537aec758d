//! A sentence or two, made of the facts, in the language of the document.

use jiff::civil::Date;

use super::sheet::Sheet;
use super::{Fact, fact};
use crate::classification::{Classification, Money};

/// How a language puts the facts.
struct Wording {
    code: &'static str,
    from: &'static str,
    of: &'static str,
    amount: &'static str,
    due: &'static str,
    months: [&'static str; 12],
}

const WORDINGS: [Wording; 4] = [
    Wording {
        code: "en",
        from: " from ",
        of: " of ",
        amount: ", amount ",
        due: " Due on ",
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    },
    Wording {
        code: "de",
        from: " von ",
        of: " vom ",
        amount: ", Betrag ",
        due: " Fällig am ",
        months: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    },
    Wording {
        code: "fr",
        from: " de ",
        of: " du ",
        amount: ", montant ",
        due: " Échéance le ",
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
    },
    Wording {
        code: "es",
        from: " de ",
        of: " del ",
        amount: ", importe ",
        due: " Vence el ",
        months: [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
    },
];

/// `None` where too little is known for a sentence, or the language is none of the four.
pub(super) fn of(sheet: &Sheet, found: &Classification) -> Option<Fact<String>> {
    let wording = WORDINGS.iter().find(|wording| sheet.is_in(wording.code))?;
    let title = &found.title.as_ref()?.value;
    let (sender, date) = (found.sender.as_ref(), found.date.as_ref());
    if sender.is_none() && date.is_none() {
        return None;
    }
    let mut text = title.clone();
    if let Some(sender) = sender {
        text += &format!("{}{}", wording.from, sender.value);
    }
    if let Some(date) = date {
        text += &format!("{}{}", wording.of, wording.date(date.value));
    }
    if let Some(total) = &found.total {
        text += &format!("{}{}", wording.amount, money(&total.value));
    }
    text.push('.');
    if let Some(due) = &found.due_date {
        text += &format!("{}{}.", wording.due, wording.date(due.value));
    }
    Some(fact(text, 50))
}

impl Wording {
    fn date(&self, date: Date) -> String {
        let month = self.months[usize::from(date.month().unsigned_abs()) - 1];
        let (day, year) = (date.day(), date.year());
        match self.code {
            "de" => format!("{day}. {month} {year}"),
            "es" => format!("{day} de {month} de {year}"),
            _ => format!("{day} {month} {year}"),
        }
    }
}

fn money(money: &Money) -> String {
    match &money.currency {
        Some(currency) => format!("{} {currency}", money.amount),
        None => money.amount.to_string(),
    }
}
