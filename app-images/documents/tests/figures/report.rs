//! Counting, tables, and the file of figures.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use atoll_documents::classification::Classification;
use serde_json::json;

use crate::compare::same_name;
use crate::foreign::Document;

/// A figure and what it must reach.
pub(crate) struct Aim {
    pub(crate) name: String,
    value: f64,
    aim: f64,
    at_most: bool,
}

impl Aim {
    pub(crate) fn at_least(name: &str, value: f64, aim: f64) -> Self {
        Self { name: name.to_owned(), value, aim, at_most: false }
    }

    pub(crate) fn at_most(name: &str, value: f64, aim: f64) -> Self {
        Self { name: name.to_owned(), value, aim, at_most: true }
    }

    pub(crate) fn is_met(&self) -> bool {
        if self.at_most { self.value <= self.aim } else { self.value >= self.aim }
    }
}

/// Right answers of all that were asked.
#[derive(Default)]
pub(crate) struct Count {
    right: usize,
    asked: usize,
}

impl Count {
    pub(crate) fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.asked += 1;
    }

    pub(crate) fn percent(&self) -> f64 {
        if self.asked == 0 { 100.0 } else { 100.0 * self.right as f64 / self.asked as f64 }
    }

    pub(crate) fn print(&self, name: &str) {
        println!("  {name:<28}{:>4} of {:<4} {:>5.1} %", self.right, self.asked, self.percent());
    }
}

/// What the rules reached on a set of made documents.
#[derive(Default)]
pub(crate) struct Score {
    counts: BTreeMap<&'static str, Count>,
    confusions: BTreeMap<(&'static str, &'static str), usize>,
    misses: Vec<String>,
}

impl Score {
    pub(crate) fn add(&mut self, document: &Document, found: &Classification) {
        let kind = found.document_type.as_ref().map(|kind| kind.value);
        let right = kind.is_some_and(|kind| document.kinds.contains(&kind));
        self.ask("type", right, document, &format!("{kind:?}"));
        if !right {
            let taken_for = kind.map_or("none", |kind| kind.code());
            *self.confusions.entry((document.kinds[0].code(), taken_for)).or_default() += 1;
        }
        let language = found.language.as_ref().map(|language| language.value.as_str());
        self.ask("language", language == Some(document.language), document, &format!("{language:?}"));
        if let Some(date) = document.date {
            let read = found.date.as_ref().map(|date| date.value);
            self.ask("date", read == Some(date), document, &format!("{read:?} for {date}"));
        }
        if let Some(sender) = &document.sender {
            let read = found.sender.as_ref().map_or("", |sender| sender.value.as_str());
            self.ask("sender", same_name(sender, read), document, &format!("{read:?} for {sender:?}"));
        }
        if let Some(total) = &document.total {
            let read =
                found.total.as_ref().map(|total| total.value.amount.abs().to_string()).unwrap_or_default();
            self.ask("total", read == *total, document, &format!("{read:?} for {total:?}"));
        }
        if let Some(number) = &document.number {
            let read = found.number.as_ref().map_or("", |number| number.value.as_str());
            self.ask("number", read == number, document, &format!("{read:?} for {number:?}"));
        }
    }

    fn ask(&mut self, what: &'static str, right: bool, document: &Document, read: &str) {
        self.counts.entry(what).or_default().add(right);
        if !right {
            self.misses.push(format!("  {what:<9}{:<34}{read}", document.name));
        }
    }

    /// The table; with the beginning of a title in `FIGURES_MISSES` every miss under that title, too.
    pub(crate) fn print(&self, title: &str) {
        println!("\n{title}");
        for (what, count) in &self.counts {
            count.print(what);
        }
        for ((kind, taken_for), times) in &self.confusions {
            println!("    {times:>3} × {kind} taken for {taken_for}");
        }
        let wanted = std::env::var("FIGURES_MISSES").unwrap_or_default();
        if !wanted.is_empty() && title.starts_with(&wanted) {
            println!("{}", self.misses.join("\n"));
        }
    }

    /// Aims for type, date and sender, in percent.
    pub(crate) fn aims(&self, set: &str, least: [i32; 3]) -> Vec<Aim> {
        let figures = ["type", "date", "sender"].into_iter().zip(least);
        figures
            .map(|(what, least)| {
                Aim::at_least(&format!("{set} {what}"), self.counts[what].percent(), least.into())
            })
            .collect()
    }
}

/// Writes the figures for the benchmarks' page, and prints them against their aims.
pub(crate) fn write(aims: &[Aim]) {
    println!();
    let mut figures = serde_json::Map::new();
    for aim in aims {
        let (sign, verdict) =
            (if aim.at_most { "≤" } else { "≥" }, if aim.is_met() { "met" } else { "MISSED" });
        println!("  {:<34}{:>8.2}  {sign} {:<7}{verdict}", aim.name, aim.value, aim.aim);
        figures.insert(aim.name.clone(), json!({ "value": aim.value, "aim": aim.aim, "met": aim.is_met() }));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    fs::create_dir_all(&folder).unwrap();
    let text = serde_json::to_string_pretty(&figures).unwrap();
    fs::write(folder.join("test-documents.json"), text).unwrap();
}
