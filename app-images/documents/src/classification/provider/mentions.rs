//! Whether a document says what a model claims that it says.

use jiff::civil::Date;
use rust_decimal::Decimal;

/// The words and numbers of a text, prepared for looking up. Built in time that grows with the text's length only.
pub(super) struct Mentions {
    /// Runs of letters or of digits, in lower case, in order.
    runs: Vec<String>,
    /// Letters and digits alone, in lower case.
    bare: String,
    /// Digits, and what stands within numbers.
    numbers: Vec<String>,
}

/// The beginnings of the months' names in English, German, French and Spanish, in lower case.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrz"],
    &["apr", "avr", "abr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aoû", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez", "déc", "dic"],
];
/// How many runs a date may stretch over: "3 de marzo de 2026".
const SPAN: usize = 5;

impl Mentions {
    pub(super) fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let mut runs: Vec<String> = Vec::new();
        let mut kind = None;
        for character in text.chars() {
            let now = character.is_alphanumeric().then(|| character.is_ascii_digit());
            match (now, runs.last_mut()) {
                (None, _) => {}
                (Some(_), Some(run)) if now == kind => run.push(character),
                (Some(_), _) => runs.push(character.into()),
            }
            kind = now;
        }
        let numbers =
            text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | '-')));
        let numbers = numbers.map(|run| run.chars().filter(char::is_ascii_digit).collect::<String>());
        let numbers = numbers.filter(|digits| !digits.is_empty()).collect();
        let bare = text.chars().filter(|character| character.is_alphanumeric()).collect();
        Self { runs, bare, numbers }
    }

    /// Whether these letters and digits stand in the text, however they are spaced.
    pub(super) fn says(&self, words: &str) -> bool {
        let bare: String = words.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        !bare.is_empty() && self.bare.contains(&bare)
    }

    /// Whether the amount's digits stand in the text, whatever separates them.
    pub(super) fn amount(&self, amount: Decimal) -> bool {
        let digits = |amount: Decimal| {
            amount.abs().to_string().chars().filter(char::is_ascii_digit).collect::<String>()
        };
        let forms = [digits(amount), digits(amount.normalize())];
        // "1 234,50": the digits of a group are joined across its spaces.
        self.numbers.iter().any(|number| forms.contains(number)) || self.bare.contains(&forms[0])
    }

    /// Whether day, month and year stand close together, in any order and language that we know.
    pub(super) fn date(&self, date: Date) -> bool {
        let compact = format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
        let years = [format!("{:04}", date.year()), format!("{:02}", date.year().rem_euclid(100))];
        let year_at = |run: &String| years.contains(run);
        let mut places = self.runs.iter().enumerate().filter(|(_, run)| **run == compact || year_at(run));
        places.any(|(at, run)| {
            let near = &self.runs[at.saturating_sub(SPAN)..(at + SPAN).min(self.runs.len())];
            *run == compact || self.has_day_and_month(near, date)
        })
    }

    fn has_day_and_month(&self, near: &[String], date: Date) -> bool {
        let number = |run: &String| run.parse::<i8>().ok();
        let months = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
        let is_month = |run: &String| {
            number(run) == Some(date.month())
                || months.is_some_and(|names| names.iter().any(|name| run.starts_with(name)))
        };
        let day = near.iter().position(|run| number(run) == Some(date.day()));
        let is_other = |(at, run): (usize, &String)| Some(at) != day && is_month(run);
        day.is_some() && near.iter().enumerate().any(is_other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_in_the_forms_of_four_languages() {
        let date = Date::constant(2026, 3, 5);
        for text in [
            "2026-03-05",
            "05.03.2026",
            "5.3.26",
            "03/05/2026",
            "5/3/2026",
            "March 5th, 2026",
            "5. März 2026",
            "le 5 mars 2026",
            "5 de marzo de 2026",
            "05-MAR-2026",
            "20260305",
            "Datum:05.03.2026Seite",
        ] {
            assert!(Mentions::of(text).date(date), "{text}");
        }
        for text in ["", "2026", "05.04.2026", "06.03.2026", "05.03.2025", "March 2026", "5 April 2026"] {
            assert!(!Mentions::of(text).date(date), "{text}");
        }
        assert!(!Mentions::of("03.2026").date(Date::constant(2026, 3, 3)), "one number is not day and month");
    }

    #[test]
    fn an_amount_is_found_whatever_separates_its_digits() {
        let amount: Decimal = "1234.50".parse().unwrap();
        for text in ["1.234,50 €", "$1,234.50", "1'234.50", "1234.5", "1 234,50"] {
            assert!(Mentions::of(text).amount(amount), "{text}");
        }
        for text in ["", "1.234,51", "12345", "x"] {
            assert!(
                !Mentions::of(text).amount("1234.50".parse::<Decimal>().unwrap() + Decimal::ONE),
                "{text}"
            );
        }
    }
}
