//! How dates and amounts are written: one way for each document, as an office would.

use atoll_documents::classification::DocumentType;
use jiff::ToSpan;
use jiff::civil::Date;

use super::names::Sender;
use super::random::Random;
use super::template::Template;

/// A document's habits.
pub(super) struct Forms {
    date: &'static str,
    money: &'static str,
    language: &'static str,
}

const MONTHS: [(&str, [&str; 12]); 4] = [
    (
        "en",
        [
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
    ),
    (
        "de",
        [
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
    ),
    (
        "fr",
        [
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
    ),
    (
        "es",
        [
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
    ),
];

impl Forms {
    pub(super) fn draw(language: &'static str, random: &mut Random) -> Self {
        // American offices write the month first, and dollars: the two go together.
        let (dates, moneys): (&[&str], &[&str]) = match language {
            "en" if random.one_in(2) => {
                (&["Month d, Y", "m/d/Y", "mm/dd/Y", "Mon d, Y"], &["$1,234.50", "1,234.50 USD"])
            }
            "en" => (
                &["d Month Y", "dd/mm/Y", "dth Month Y", "d Mon Y", "Y-mm-dd", "dd-Mon-Y"],
                &["£1,234.50", "GBP 1,234.50", "£ 1234.50"],
            ),
            "de" => (
                &["dd.mm.Y", "d. Month Y", "dd.mm.y", "d.m.Y", "Y-mm-dd", "dd. Month Y"],
                &["1.234,50 €", "EUR 1.234,50", "1234,50 EUR", "€ 1.234,50", "CHF 1'234.50"],
            ),
            "fr" => (
                &["d Month Y", "dd/mm/Y", "dd.mm.Y", "dd/mm/y", "dd-mm-Y"],
                &["1 234,50 €", "1234,50 EUR", "1\u{202f}234,50 €", "1\u{a0}234,50 euros"],
            ),
            "es" => (
                &["d de Month de Y", "dd/mm/Y", "dd-mm-Y", "d de Month del Y", "d-Mon-Y"],
                &["1.234,50 €", "1.234,50 EUR", "1234,50€", "€1.234,50"],
            ),
            other => panic!("no forms for {other}"),
        };
        Self { date: *random.pick(dates), money: *random.pick(moneys), language }
    }

    pub(super) fn date(&self, date: Date) -> String {
        let (_, months) = MONTHS.iter().find(|(language, _)| *language == self.language).unwrap();
        let month = months[usize::from(date.month().unsigned_abs()) - 1];
        let short: String = month.chars().take(3).collect();
        let ordinal = match date.day() {
            1 | 21 | 31 => "st",
            2 | 22 => "nd",
            3 | 23 => "rd",
            _ => "th",
        };
        let first =
            if self.language == "fr" && date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
        // Because the pieces are letters of the pattern, they are put in from the longest to the shortest, by marks.
        self.date
            .replace("Month", "\u{1}")
            .replace("Mon", "\u{2}")
            .replace("dth", "\u{3}")
            .replace("mm", "\u{4}")
            .replace("dd", "\u{5}")
            .replace("de ", "\u{6}")
            .replace("del ", "\u{7}")
            .replace('Y', &date.year().to_string())
            .replace('y', &format!("{:02}", date.year() % 100))
            .replace('m', &date.month().to_string())
            .replace('d', &first)
            .replace('\u{1}', month)
            .replace('\u{2}', &short)
            .replace('\u{3}', &format!("{}{ordinal}", date.day()))
            .replace('\u{4}', &format!("{:02}", date.month()))
            .replace('\u{5}', &format!("{:02}", date.day()))
            .replace('\u{6}', "de ")
            .replace('\u{7}', "del ")
    }

    pub(super) fn money(&self, cents: i32) -> String {
        let thousands = cents / 100_000;
        let rest = cents / 100 % 1000;
        let after = cents % 100;
        let (_, tail) = self.money.split_once('1').unwrap();
        let group: String = tail.chars().take_while(|c| *c != '2').collect();
        let point = if tail.contains("4.50") { '.' } else { ',' };
        let whole = if thousands > 0 { format!("{thousands}{group}{rest:03}") } else { rest.to_string() };
        let before: String = self.money.chars().take_while(|c| *c != '1').collect();
        let behind: String = tail.rsplit("50").next().unwrap().to_owned();
        format!("{before}{whole}{point}{after:02}{behind}")
    }
}

/// What one document says.
pub(super) struct Values {
    pub(super) date: Date,
    /// As a machine writes it: `1234.50`.
    pub(super) total: String,
    pub(super) number: String,
    pub(super) person: &'static str,
    replacements: Vec<(&'static str, String)>,
}

const PEOPLE: [(&str, [&str; 4]); 4] = [
    ("en", ["Mary Whitlock", "Samuel Ode", "Priya Nair", "Colin Garside"]),
    ("de", ["Jutta Hansen", "Emre Kaya", "Rolf Petzold", "Anke Siebert"]),
    ("fr", ["Claire Fontaine", "Karim Haddad", "Luc Morin", "Odile Renard"]),
    ("es", ["Carmen Ruiz", "Diego Salas", "Nuria Vidal", "Pablo Ortega"]),
];
const IBANS: [(&str, &str); 4] = [
    ("en", "GB82 WEST 1234 5698 7654 32"),
    ("de", "DE89 3704 0044 0532 0130 00"),
    ("fr", "FR14 2004 1010 0505 0001 3M02 606"),
    ("es", "ES91 2100 0418 4502 0005 1332"),
];

impl Values {
    pub(super) fn draw(forms: &Forms, template: &Template, sender: &Sender, random: &mut Random) -> Self {
        let language = template.language;
        let date = jiff::civil::date(2017, 1, 2).saturating_add(i64::from(random.between(0, 3200)).days());
        let later = |days: i64| forms.date(date.saturating_add(days.days()));
        let (item1, item2) = (random.between(2_000, 190_000), random.between(400, 9_900));
        let net = item1 + item2;
        let tax = net / 5;
        // Where no tax is shown, the items are all.
        let taxed = template.lines.iter().any(|line| line.contains("{tax}"));
        let total = if template.kind == DocumentType::Payslip {
            net - 48_031.min(net / 3)
        } else if template.kind == DocumentType::BankStatement {
            item1 + 157_080
        } else {
            net + if taxed { tax } else { 0 }
        };
        let number = random_number(date, random);
        let (_, people) = PEOPLE.iter().find(|(code, _)| *code == language).unwrap();
        let (_, iban) = IBANS.iter().find(|(code, _)| *code == language).unwrap();
        let person = *random.pick(people);
        let replacements = vec![
            ("{date}", later(0)),
            ("{older}", later(-i64::from(random.between(9, 70)))),
            ("{from}", later(-31)),
            ("{to}", later(-1)),
            ("{due}", later(i64::from(random.between(10, 40)))),
            (
                "{birth}",
                forms.date(jiff::civil::date(1948 + i16::try_from(random.between(0, 50)).unwrap(), 5, 17)),
            ),
            ("{sender}", sender.name.to_owned()),
            ("{person}", person.to_owned()),
            ("{number}", number.clone()),
            ("{id}", random.between(100_000, 999_999).to_string()),
            ("{item1}", forms.money(item1)),
            ("{item2}", forms.money(item2)),
            ("{net}", forms.money(net)),
            ("{tax}", forms.money(tax)),
            ("{total}", forms.money(total)),
            ("{iban}", (*iban).to_owned()),
            ("{year}", (date.year() - 1).to_string()),
        ];
        Self { date, total: format!("{}.{:02}", total / 100, total % 100), number, person, replacements }
    }

    /// Puts the values in the place of their names.
    pub(super) fn fill(&self, line: &str) -> String {
        self.replacements.iter().fold(line.to_owned(), |line, (name, value)| line.replace(name, value))
    }
}

fn random_number(date: Date, random: &mut Random) -> String {
    let running = random.between(100, 9_999);
    match random.between(0, 4) {
        0 => format!("{}-{running:04}", date.year()),
        1 => format!("RX{running}"),
        2 => format!("{}/{running}", date.year() % 100),
        _ => format!("{}", 4_000_000 + running * 7),
    }
}
