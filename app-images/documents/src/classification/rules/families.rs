//! Made-up papers of many families, each a page as such senders lay it out: what the rules must say of them.
//!
//! A file has `=== type|type`, then `sender:` and `date:` where a person would name one, then the text, in which ` || `
//! parts columns; `headings.txt` has `type|heading`. Every name in them is invented. They stand for what the sets of
//! `tests/figures` show little of: tills, tolls, tickets, debt collectors, fines, registers, certificates of offices,
//! references, minutes, forms, mails that were printed, sick notes, statements that dun, bills of inns.

use super::{Readable, classify};
use crate::classification::Classification;

const FILES: [(&str, &str); 6] = [
    ("everyday", include_str!("families/everyday.txt")),
    ("mixed", include_str!("families/mixed.txt")),
    ("trade", include_str!("families/trade.txt")),
    ("offices", include_str!("families/offices.txt")),
    ("people", include_str!("families/people.txt")),
    ("wordings", include_str!("families/wordings.txt")),
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
        text: lines.collect::<Vec<_>>().join("\n").replace(" || ", "\t"),
    }
}

fn read(text: &str) -> Classification {
    let today = jiff::civil::date(2026, 11, 26);
    classify(&Readable { pages: &[text], file_name: "scan.pdf", title: None, today })
}

/// What the rules say otherwise, a line for each.
fn misses(ask: impl Fn(&Paper, &Classification) -> Option<String>) -> Vec<String> {
    let asked = papers();
    let wrong = asked.iter().filter_map(|paper| Some((paper, ask(paper, &read(&paper.text))?)));
    wrong.map(|(paper, miss)| format!("{}: {miss}", paper.name)).collect()
}

#[test]
fn what_an_office_writes_above_a_paper_says_its_type() {
    let lines = include_str!("families/headings.txt").lines();
    let wrong = lines.filter_map(|line| {
        let (kind, heading) = line.split_once('|')?;
        let found = read(&format!("Ondrel Vask\nMusterweg 3\n{heading}\n12.03.2025")).document_type?.value;
        (found.code() != kind).then(|| format!("{heading}: {found} for {kind}"))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<String>::new());
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

/// How many of a hundred papers name their sender still when it is called by two words that no table knows.
const NAMED_BY_PLACE: usize = 93;

#[test]
fn who_writes_is_found_by_the_place_where_the_name_says_nothing() {
    const UNKNOWN: &str = "Ondrel Vask";
    let (mut right, mut asked) = (0, 0);
    for paper in papers() {
        let Some(sender) = paper.sender.filter(|sender| paper.text.contains(*sender)) else { continue };
        let found = read(&paper.text.replace(sender, UNKNOWN)).sender;
        right += usize::from(found.is_some_and(|found| found.value == UNKNOWN));
        asked += 1;
    }
    assert!(asked > 80, "{asked} papers were asked");
    assert!(right * 100 >= asked * NAMED_BY_PLACE, "{right} of {asked}");
}
