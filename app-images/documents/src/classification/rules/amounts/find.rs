//! Amounts of money in a folded line.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

/// An amount, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Amount {
    pub(super) value: Decimal,
    /// ISO 4217.
    pub(super) currency: Option<&'static str>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Symbols and codes, folded.
const CURRENCIES: [(&str, &str); 25] = [
    ("us$", "USD"),
    ("chf", "CHF"),
    ("sfr", "CHF"),
    ("fr.", "CHF"),
    ("eur", "EUR"),
    ("€", "EUR"),
    ("gbp", "GBP"),
    ("£", "GBP"),
    ("usd", "USD"),
    ("$", "USD"),
    ("cad", "CAD"),
    ("aud", "AUD"),
    ("jpy", "JPY"),
    ("¥", "JPY"),
    ("sek", "SEK"),
    ("nok", "NOK"),
    ("dkk", "DKK"),
    ("pln", "PLN"),
    ("zł", "PLN"),
    ("czk", "CZK"),
    ("huf", "HUF"),
    ("mxn", "MXN"),
    ("ars", "ARS"),
    ("inr", "INR"),
    ("₹", "INR"),
];

const SIGNS: &str =
    r"us\$|chf|sfr|fr\.|euros?|eur|€|gbp|£|usd|\$|cad|aud|jpy|¥|sek|nok|dkk|pln|zł|czk|huf|mxn|ars|inr|₹";

/// Thousands in threes or, as in India, lakhs in twos.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{2})?|\d{1,3}(?:[.,']\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{2})?")
});
/// With spaces between the thousands, as in France.
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{2})?|\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{2})?")
});

fn pattern(number: &str) -> Regex {
    Regex::new(&format!(r"(?P<before>{SIGNS})? ?(?P<sign>[+-] ?)?(?P<second>{SIGNS})? ?(?P<number>{number})(?P<minus>-)? ?(?P<after>{SIGNS})?"))
        .expect("the pattern is fixed")
}

/// The amounts of a line, from left to right. A number without decimals and without a currency is none.
pub(super) fn amounts(line: &str, spaced: bool) -> Vec<Amount> {
    let regex = if spaced { &SPACED } else { &PLAIN };
    let mut amounts = Vec::new();
    for captures in regex.captures_iter(line) {
        let (Some(whole), Some(number)) = (captures.get(0), captures.name("number")) else { continue };
        let group = |name| captures.name(name).map(|found| (found.as_str(), found.range()));
        let sign =
            [group("before"), group("second"), group("after")].into_iter().flatten().find(|(sign, at)| {
                // `eur` in `europe` is no currency.
                let next = line[at.end..].chars().next();
                !(sign.ends_with(|c: char| c.is_alphabetic()) && next.is_some_and(char::is_alphabetic))
            });
        let currency = sign.and_then(|(sign, _)| code(sign));
        let (before, after) =
            (line[..number.start()].chars().next_back(), line[number.end()..].chars().next());
        let glued = before.is_some_and(|c| {
            c.is_alphanumeric() && currency.is_none() || matches!(c, '.' | '/' | '#' | '*' | ',')
        }) || after.is_some_and(|c| c.is_ascii_digit() || c == '%' || c == '/')
            || joined_digit(&line[number.end()..]);
        let percent = line[number.end()..].trim_start().starts_with('%');
        let Some((value, decimals)) = value(number.as_str()).filter(|_| !glued && !percent) else { continue };
        if decimals || currency.is_some() {
            let negative =
                group("sign").is_some_and(|(sign, _)| sign.starts_with('-')) || group("minus").is_some();
            amounts.push(Amount {
                value: if negative { -value } else { value },
                currency,
                start: whole.start(),
                end: whole.end(),
            });
        }
    }
    amounts
}

/// `.3` or `,45` goes on: a date or a version.
fn joined_digit(rest: &str) -> bool {
    let mut rest = rest.chars();
    matches!(rest.next(), Some('.' | ',' | ':')) && rest.next().is_some_and(|c| c.is_ascii_digit())
}

/// The number, and whether it has decimals.
fn value(text: &str) -> Option<(Decimal, bool)> {
    let decimals = text.len() > 3 && matches!(text.as_bytes()[text.len() - 3], b'.' | b',');
    let (whole, cents) =
        if decimals { (&text[..text.len() - 3], &text[text.len() - 2..]) } else { (text, "") };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    if digits.len() > 12 {
        return None;
    }
    let number = if decimals { format!("{digits}.{cents}") } else { digits };
    number.parse().ok().map(|value| (value, decimals))
}

fn code(sign: &str) -> Option<&'static str> {
    CURRENCIES.iter().find(|(known, _)| sign.starts_with(known)).map(|(_, code)| *code)
}

/// Whether an amount stands there.
pub(in crate::classification::rules) fn has_amount(line: &str) -> bool {
    !amounts(line, false).is_empty()
}

/// A currency that the line names without an amount.
pub(super) fn currency_in(line: &str) -> Option<&'static str> {
    CURRENCIES
        .iter()
        .filter(|(sign, _)| *sign != "fr." && *sign != "ars")
        .find(|(sign, _)| {
            if sign.chars().all(char::is_alphabetic) {
                super::super::fold::find(line, sign).is_some()
            } else {
                line.contains(sign)
            }
        })
        .map(|(_, code)| *code)
}
