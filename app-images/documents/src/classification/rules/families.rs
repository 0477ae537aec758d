//! Made-up papers of many families, each a page as such senders lay it out: what the rules must say of them.
//!
//! A file has `=== type|type`, then `sender:` and `date:` where a person would name one, then the text. Every name in them
//! is invented. They stand for what the sets of `tests/figures` show little of: tills, tolls, tickets, debt collectors,
//! fines, registers, certificates of offices, references, minutes, forms, mails that were printed.

use super::{Readable, classify};

const FILES: [(&str, &str); 3] = [
    ("trade", include_str!("families/trade.txt")),
    ("offices", include_str!("families/offices.txt")),
    ("people", include_str!("families/people.txt")),
];

/// One paper, and what a person says of it.
struct Paper {
    name: String,
    kinds: Vec<&'static str>,
    sender: Option<&'static str>,
    date: Option<&'static str>,
    text: String,
}

fn papers() -> Vec<Paper> {
    let all = FILES.iter().flat_map(|(file, text)| {
        text.split("=== ").skip(1).enumerate().map(move |(index, part)| parse(file, index, part))
    });
    all.collect()
}

fn parse(file: &str, index: usize, part: &'static str) -> Paper {
    let mut lines = part.lines().peekable();
    let kinds: Vec<&str> = lines.next().unwrap_or_default().split('|').collect();
    let mut field = |name: &str| lines.next_if(|line| line.starts_with(name)).map(|line| &line[name.len()..]);
    let (sender, date) = (field("sender: "), field("date: "));
    Paper {
        name: format!("{file} {}, {}", index + 1, kinds[0]),
        kinds,
        sender,
        date,
        text: lines.collect::<Vec<_>>().join("\n"),
    }
}

/// What the rules say otherwise, a line for each.
fn misses(ask: impl Fn(&Paper, &super::Classification) -> Option<String>) -> Vec<String> {
    let today = jiff::civil::date(2026, 11, 26);
    let said = |paper: &Paper| {
        classify(&Readable { pages: &[&paper.text], file_name: "scan.pdf", title: None, today })
    };
    papers()
        .iter()
        .filter_map(|paper| Some(format!("{}: {}", paper.name, ask(paper, &said(paper))?)))
        .collect()
}

#[test]
fn the_type_of_a_paper_is_that_of_its_family() {
    let wrong = misses(|paper, found| {
        let kind = found.document_type.as_ref().map_or("", |kind| kind.value.code());
        (!paper.kinds.contains(&kind)).then(|| format!("{kind} for {:?}", paper.kinds))
    });
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn who_writes_a_paper_is_found_where_its_family_names_them() {
    let wrong = misses(|paper, found| {
        let sender = found.sender.as_ref().map_or("", |sender| sender.value.as_str());
        let same = paper.sender.is_none_or(|asked| sender.to_lowercase() == asked.to_lowercase());
        (!same).then(|| format!("{sender:?} for {:?}", paper.sender))
    });
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_date_of_a_paper_is_the_one_that_its_family_bears() {
    let wrong = misses(|paper, found| {
        let date = found.date.as_ref().map(|date| date.value.to_string());
        (paper.date.is_some() && date.as_deref() != paper.date)
            .then(|| format!("{date:?} for {:?}", paper.date))
    });
    assert_eq!(wrong, Vec::<String>::new());
}
