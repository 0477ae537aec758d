//! Dates in a folded line, in the forms of four languages.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::classification::rules::fold::has_any;
use crate::classification::rules::sheet::Sheet;

/// Whether `3/4/2024` is in April or in March.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// A date and where it stands in its line.
pub(super) struct Found {
    pub(super) date: Date,
    pub(super) at: Range<usize>,
    /// It is one end of a span: `1 May - 31 May 2024`.
    pub(super) is_range: bool,
    /// It is the later one.
    pub(super) ends_range: bool,
}

/// What stands between the two ends of a span, when it is no dash. Folded.
#[rustfmt::skip]
const SPANS: &[&str] = &["to", "through", "thru", "until", "till", "bis", "bis zum", "au", "jusqu'au", "al", "a", "hasta el", "hasta", "t/m", "tot",
    "tot en met", "fino al", "ate", "do", "til", "till och med", "-", "/"];

/// Names and short forms of the months, folded; the longest of those with one start comes first.
#[rustfmt::skip]
const MONTHS: [(&str, i8); 138] = [("january", 1),
    ("januar", 1), ("janvier", 1), ("enero", 1), ("janner", 1), ("janv", 1), ("jan", 1), ("ene", 1),
    ("february", 2), ("februar", 2), ("fevrier", 2), ("febrero", 2), ("fevr", 2), ("feb", 2), ("fev", 2),
    ("march", 3), ("marzo", 3), ("maerz", 3), ("marz", 3), ("mars", 3), ("mrz", 3), ("mar", 3), ("april", 4),
    ("avril", 4), ("abril", 4), ("apr", 4), ("avr", 4), ("abr", 4), ("mayo", 5), ("may", 5), ("mai", 5),
    ("juni", 6), ("june", 6), ("juin", 6), ("junio", 6), ("jun", 6), ("juillet", 7), ("julio", 7),
    ("juli", 7), ("july", 7), ("juil", 7), ("jul", 7), ("jui", 7), ("august", 8), ("agosto", 8), ("aout", 8),
    ("aug", 8), ("ago", 8), ("aou", 8), ("september", 9), ("septembre", 9), ("septiembre", 9),
    ("setiembre", 9), ("sept", 9), ("sep", 9), ("october", 10), ("oktober", 10), ("octobre", 10),
    ("octubre", 10), ("oct", 10), ("okt", 10), ("november", 11), ("novembre", 11), ("noviembre", 11),
    ("nov", 11), ("december", 12), ("dezember", 12), ("decembre", 12), ("diciembre", 12), ("dec", 12),
    ("dez", 12), ("dic", 12), ("juno", 6), ("gennaio", 1),
    ("febbraio", 2), ("aprile", 4), ("maggio", 5), ("giugno", 6), ("luglio", 7), ("settembre", 9), ("ottobre", 10),
    ("dicembre", 12), ("januari", 1), ("februari", 2), ("maart", 3), ("mei", 5), ("augustus", 8), ("gen", 1),
    ("giu", 6), ("lug", 7), ("janeiro", 1), ("fevereiro", 2), ("marco", 3), ("maio", 5), ("junho", 6), ("julho", 7),
    ("setembro", 9), ("outubro", 10), ("novembro", 11), ("dezembro", 12), ("maj", 5), ("augusti", 8), ("marts", 3),
    ("desember", 12), ("stycznia", 1), ("lutego", 2), ("marca", 3), ("kwietnia", 4), ("maja", 5), ("czerwca", 6),
    ("lipca", 7), ("sierpnia", 8), ("wrzesnia", 9), ("pazdziernika", 10), ("listopada", 11), ("grudnia", 12),
    ("ledna", 1), ("unora", 2), ("brezna", 3), ("dubna", 4), ("kvetna", 5), ("cervna", 6), ("cervence", 7),
    ("srpna", 8), ("zari", 9), ("rijna", 10), ("listopadu", 11), ("prosince", 12), ("tammikuuta", 1),
    ("helmikuuta", 2), ("maaliskuuta", 3), ("huhtikuuta", 4), ("toukokuuta", 5), ("kesakuuta", 6), ("heinakuuta", 7),
    ("elokuuta", 8), ("syyskuuta", 9), ("lokakuuta", 10)];

static NUMERIC: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(\d{1,2})(\. ?|/| / |-)(\d{1,2})(\. ?|/| / |-)(\d{4}|\d{2})\b"));
static ISO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b((?:19|20)\d{2})([-/.])(\d{1,2})([-/.])(\d{1,2})\b"));
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(\d{{1,2}})(?:st|nd|rd|th|er|º|°)?(?:\. ?| |-|/| day of | of | de )({})\.?,?(?: del? | del ano | |-|/)((?:19|20)\d{{2}}|\d{{2}})\b",
        months()
    ))
});
static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"\b({})\.? (\d{{1,2}})(?:st|nd|rd|th)? ?,? ?((?:19|20)\d{{2}})\b", months()))
});
static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{1,2}:\d{2}(?::\d{2})?\b"));
static AMERICAN_CITY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[A-Z]{2},? \d{5}\b").expect("the pattern is fixed"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is fixed")
}

fn months() -> String {
    MONTHS.map(|(name, _)| name).join("|")
}

/// The dates of a folded line, from left to right, between 1900 and two years from now.
pub(super) fn dates(line: &str, order: Order, today: Date) -> Vec<Found> {
    if !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut take = |regex: &Regex, read: &dyn Fn(&Captures<'_>) -> Option<Date>| {
        for captures in regex.captures_iter(line) {
            let at = captures.get(0).map_or(0..0, |whole| whole.range());
            let date = read(&captures).filter(|date| date.year() >= 1900 && date.year() <= today.year() + 2);
            if let Some(date) = date.filter(|_| stands_alone(line, &at)) {
                found.push(Found { date, is_range: is_range(line, &at), ends_range: false, at });
            }
        }
    };
    take(&ISO, &|c| if c[2] == c[4] { day(&c[1], number(&c[3])?, &c[5], today) } else { None });
    take(&DAY_FIRST, &|c| day(&c[3], month(&c[2])?, &c[1], today));
    take(&MONTH_FIRST, &|c| day(&c[3], month(&c[1])?, &c[2], today));
    take(&NUMERIC, &|c| numeric(c, order, today));
    found.sort_by_key(|one| one.at.start);
    found.dedup_by(|later, earlier| later.at.start < earlier.at.end);
    for second in 1..found.len() {
        let between = line[found[second - 1].at.end..found[second].at.start].trim();
        if SPANS.contains(&between) {
            found[second - 1].is_range = true;
            found[second].is_range = true;
            found[second].ends_range = true;
        }
    }
    found
}

fn numeric(captures: &Captures<'_>, order: Order, today: Date) -> Option<Date> {
    let (first, second) = (number(&captures[1])?, number(&captures[3])?);
    if captures[2].trim() != captures[4].trim() {
        return None;
    }
    // Because points are German, and there the day is first whoever pays.
    let day_first = captures[2].starts_with('.') || order == Order::DayFirst;
    let (of_month, in_year) =
        if (day_first || first > 12) && second <= 12 { (first, second) } else { (second, first) };
    day(&captures[5], in_year, &of_month.to_string(), today)
}

/// Not a piece of a longer number, an amount or a version.
fn stands_alone(line: &str, at: &Range<usize>) -> bool {
    let before = line[..at.start].chars().next_back();
    let mut after = line[at.end..].chars();
    let (next, then) = (after.next(), after.next());
    let joined = |c: char| matches!(c, '.' | '-' | '/' | ',');
    let goes_on = next.is_some_and(joined) && then.is_some_and(|c| c.is_ascii_digit());
    !goes_on && !before.is_some_and(joined) && !is_numbered(&line[..at.start])
}

/// `Faktura nr 17/03/2025` is a number.
fn is_numbered(before: &str) -> bool {
    let word = before.trim_end().rsplit([' ', '(']).next().unwrap_or_default();
    matches!(
        word,
        "nr" | "nr." | "no." | "n." | "n°" | "nº" | "n.º" | "num." | "numer" | "number" | "nummer" | "#"
    )
}

fn is_range(line: &str, at: &Range<usize>) -> bool {
    let before = line[..at.start].trim_end();
    let after = line[at.end..].trim_start();
    let ends = before
        .strip_suffix('-')
        .is_some_and(|rest| rest.trim_end_matches([' ', '.']).ends_with(|c: char| c.is_alphanumeric()));
    let starts = after
        .strip_prefix('-')
        .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_alphanumeric()));
    ends || starts
}

fn number(text: &str) -> Option<i8> {
    text.parse().ok()
}

fn month(name: &str) -> Option<i8> {
    MONTHS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

fn day(year: &str, month: i8, day: &str, today: Date) -> Option<Date> {
    let written: i16 = year.parse().ok()?;
    let century = today.year() / 100 * 100;
    let year = match year.len() {
        4 => written,
        _ if century + written <= today.year() + 2 => century + written,
        _ => century - 100 + written,
    };
    Date::new(year, month, number(day)?).ok()
}

/// Whether a time of day stands in the line, as beside the dates of tills.
pub(super) fn has_time(line: &str) -> bool {
    TIME.is_match(line)
}

/// Which comes first in `3/4/2024`. A number above 12 anywhere tells; else the language and the currency do.
pub(super) fn order(sheet: &Sheet) -> Order {
    let (mut day_first, mut month_first) = (0, 0);
    for captures in sheet.lines.iter().take(400).flat_map(|line| NUMERIC.captures_iter(&line.folded)) {
        match (number(&captures[1]), number(&captures[3])) {
            (Some(13..=31), Some(1..=12)) => day_first += 1,
            (Some(1..=12), Some(13..=31)) => month_first += 1,
            (Some(_) | None, Some(_) | None) => {}
        }
    }
    if day_first != month_first {
        return if day_first > month_first { Order::DayFirst } else { Order::MonthFirst };
    }
    let says = |words: &[&str]| sheet.lines.iter().take(400).any(|line| has_any(&line.folded, words));
    // The language of a few words is hardly told, but these are paid in one country alone.
    let taxed = says(&["usd", "sales tax", "credit memo", "federal income tax", "medicare"]);
    let till = says(&["subtotal", "cashier", "change due"]);
    let english = taxed || till || sheet.language.is_none() || sheet.is_in("en");
    let british = sheet.lines.iter().any(|line| line.text.contains(['£', '€']))
        || says(&["vat", "gbp", "eur", "abn", "aud"]);
    let american = taxed
        || sheet
            .lines
            .iter()
            .take(400)
            .any(|line| line.text.contains('$') || AMERICAN_CITY.is_match(&line.text));
    if english && american && !british { Order::MonthFirst } else { Order::DayFirst }
}
