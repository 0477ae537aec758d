//! Real documents with what is known of them, outside of the repository: see `ATOLL_SHARED`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use atoll_documents::classification::rules::{Readable, classify};
use atoll_documents::classification::{Classification, e_invoice};
use atoll_documents::extraction::cage::Limits;
use atoll_documents::extraction::ocr::{Language, Ocr};
use atoll_documents::extraction::{Failure, Reader, Reading};
use serde_json::Value;

use crate::TODAY;
use crate::compare::{amount, plain, recall_and_precision, same_name};
use crate::report::{Aim, Count};

/// The folder of the shared documents, if it is there.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("ATOLL_SHARED").map_or(beside, PathBuf::from).join("pdf");
    folder.is_dir().then_some(folder)
}

/// One row of the manifest.
struct Row<'a> {
    file: &'a str,
    outcome: &'a str,
    snippet: &'a str,
    note: &'a str,
    truth_text: Option<String>,
    fields: Option<Value>,
}

#[derive(Default)]
struct Counts {
    outcome: Count,
    snippet: Count,
    kind: Count,
    date: Count,
    sender: Count,
    total: Count,
    e_invoice: Count,
    recalls: Vec<f64>,
    ocr: Vec<f64>,
}

/// Reads and classifies every file, prints a row for each that is not as expected, and says what must be reached.
pub(crate) async fn figures(folder: &Path) -> Vec<Aim> {
    let manifest = fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let mut counts = Counts::default();
    println!("\nshared documents");
    for line in manifest.lines().skip(1) {
        let row = row(folder, line);
        let reading =
            reader().read(File::open(folder.join("files").join(row.file)).unwrap(), None).await.unwrap();
        counts.take(&row, &reading);
    }
    counts.print();
    counts.aims()
}

fn row<'a>(folder: &Path, line: &'a str) -> Row<'a> {
    let columns: Vec<&str> = line.split('\t').collect();
    let truth_text = (!columns[9].is_empty()).then(|| fs::read_to_string(folder.join(columns[9])).unwrap());
    let fields = (!columns[10].is_empty()).then(|| serde_json::from_str(columns[10]).unwrap());
    Row { file: columns[0], outcome: columns[7], snippet: columns[8], note: columns[11], truth_text, fields }
}

pub(crate) fn reader() -> Reader {
    Reader {
        program: PathBuf::from(env!("CARGO_BIN_EXE_atoll-documents")),
        limits: Limits { memory_bytes: 768 << 20, cpu_secs: 10 },
        wall: Duration::from_secs(30),
        most_output_bytes: 32 << 20,
        ocr: Some(Ocr {
            tesseract: PathBuf::from("/usr/bin/tesseract"),
            languages: ["eng", "deu"].map(|name| Language::parse(name).unwrap()).into(),
            most_pages: 50,
            limits: Limits { memory_bytes: 400 << 20, cpu_secs: 60 },
            wall: Duration::from_secs(150),
        }),
    }
}

/// The lowest resolution at which letters are expected to be recognised well.
const LEAST_DPI: u32 = 200;

/// The resolution of a scan, from the manifest's note: "image only, 200dpi L rot 0.7".
fn dpi(note: &str) -> u32 {
    let words = note.split_whitespace().find_map(|word| word.strip_suffix("dpi"));
    words.and_then(|number| number.parse().ok()).unwrap_or(0)
}

impl Counts {
    fn take(&mut self, row: &Row<'_>, reading: &Reading) {
        let pages: Option<Vec<&str>> =
            reading.text.as_ref().ok().map(|pages| pages.iter().map(|page| page.text.as_str()).collect());
        let as_expected = match row.outcome {
            "text" => pages.is_some(),
            // Without OCR the text is missing, but the reason is named.
            "needs_ocr" => pages.is_some() || matches!(reading.text, Err(Failure::Scan)),
            "password" => matches!(reading.text, Err(Failure::Password)),
            "reject" | "limit" => pages.is_none(),
            "text_or_error" => true,
            other => panic!("the manifest expects {other:?}, which this test does not know"),
        };
        self.outcome.add(as_expected);
        if !as_expected {
            println!("  {:<44}expected {}, got {:?}", row.file, row.outcome, reading.text.as_ref().err());
        }
        let Some(pages) = pages else { return };
        self.take_text(row, &pages.join("\n"));
        if let Some(fields) = &row.fields {
            self.take_fields(row.file, fields, &pages, reading.e_invoice.as_deref());
        }
    }

    fn take_text(&mut self, row: &Row<'_>, text: &str) {
        if let Some(truth) = &row.truth_text {
            let (recall, precision) = recall_and_precision(truth, text);
            if row.outcome == "needs_ocr" {
                let f1 = 2.0 * recall * precision / (recall + precision).max(f64::EPSILON);
                println!("  {:<44}word F1 {f1:.3} at {} dpi", row.file, dpi(row.note));
                if dpi(row.note) >= LEAST_DPI {
                    self.ocr.push(f1);
                }
            } else {
                self.recalls.push(recall);
                if recall < 0.98 {
                    println!("  {:<44}word recall {recall:.3}", row.file);
                }
            }
        }
        if !row.snippet.is_empty() && row.outcome == "text" {
            let found = plain(text).contains(&plain(row.snippet));
            self.snippet.add(found);
            if !found {
                println!("  {:<44}lacks {:?}", row.file, row.snippet);
            }
        }
    }

    fn take_fields(&mut self, file: &str, fields: &Value, pages: &[&str], xml: Option<&[u8]>) {
        let mut found = classify(&Readable { pages, file_name: "document.pdf", title: None, today: TODAY });
        let text = |names: &[&str]| {
            names.iter().find_map(|name| match &fields[*name] {
                Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
                Value::Number(number) => Some(number.to_string()),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            })
        };
        if fields["zugferd_typecode"].is_string() {
            self.e_invoice.add(e_invoice_is_exact(&mut found, xml, &text));
        }
        let ask = |count: &mut Count, what: &str, right: bool, read: String| {
            count.add(right);
            if !right {
                println!("  {file:<44}{what}: {read}");
            }
        };
        let kind = found.document_type.as_ref().map_or("", |kind| kind.value.code());
        ask(&mut self.kind, "type", text(&["type"]).as_deref() == Some(kind), kind.to_owned());
        if let Some(date) = text(&["date"]) {
            let read = found.date.as_ref().map(|date| date.value.to_string()).unwrap_or_default();
            ask(&mut self.date, "date", read == date, format!("{read:?} for {date:?}"));
        }
        if let Some(sender) = text(&["sender", "issuer"]) {
            let read = found.sender.as_ref().map_or("", |sender| sender.value.as_str());
            ask(&mut self.sender, "sender", same_name(&sender, read), format!("{read:?} for {sender:?}"));
        }
        if let Some(total) = text(&["amount", "total"]) {
            let read = found.total.as_ref().map(|total| total.value.amount.to_string()).unwrap_or_default();
            let right =
                amount(&read).zip(number(&total)).is_some_and(|(read, total)| (read - total).abs() < 0.005);
            ask(&mut self.total, "amount", right, format!("{read:?} for {total:?}"));
        }
    }

    fn print(&self) {
        for (name, count) in [
            ("expected outcome", &self.outcome),
            ("snippets", &self.snippet),
            ("type", &self.kind),
            ("date", &self.date),
            ("sender", &self.sender),
            ("amount", &self.total),
            ("electronic invoices", &self.e_invoice),
        ] {
            count.print(name);
        }
        if self.ocr.is_empty() {
            println!("  no scan was read: OCR is not part of this build, or Tesseract is not installed");
        }
    }

    fn aims(&self) -> Vec<Aim> {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let mut aims = vec![
            Aim::at_least("shared expected outcome", self.outcome.percent(), 100.0),
            Aim::at_least("shared macro word recall", mean(&self.recalls), 0.98),
            Aim::at_least("shared type", self.kind.percent(), 95.0),
            Aim::at_least("shared date", self.date.percent(), 90.0),
            Aim::at_least("shared sender", self.sender.percent(), 80.0),
            Aim::at_least("shared electronic invoices", self.e_invoice.percent(), 100.0),
        ];
        if !self.ocr.is_empty() {
            aims.push(Aim::at_least("shared OCR word F1, from 200 dpi", mean(&self.ocr), 0.93));
        }
        aims
    }
}

/// The manifest writes amounts in the form of the document, or as a JSON number.
fn number(text: &str) -> Option<f64> {
    if text.contains(',') { amount(text) } else { text.parse().ok() }
}

/// Adds the electronic invoice to what the rules found, and compares each of its fields.
fn e_invoice_is_exact(
    found: &mut Classification,
    xml: Option<&[u8]>,
    expected: &impl Fn(&[&str]) -> Option<String>,
) -> bool {
    let Some(invoice) = xml.and_then(|xml| e_invoice::read(xml).ok()) else { return false };
    let exact = [
        ("invoice_number", invoice.number.as_ref().map(|number| number.value.clone())),
        ("date", invoice.date.as_ref().map(|date| date.value.to_string())),
        ("sender", invoice.sender.as_ref().map(|sender| sender.value.clone())),
        ("buyer", invoice.recipient.as_ref().map(|buyer| buyer.value.clone())),
        ("total", invoice.total.as_ref().map(|total| total.value.amount.to_string())),
        ("currency", invoice.total.as_ref().and_then(|total| total.value.currency.clone())),
    ]
    .into_iter()
    .all(|(name, read)| {
        let same = expected(&[name]) == read;
        if !same {
            println!("  e-invoice {name}: {read:?} for {:?}", expected(&[name]));
        }
        same
    });
    found.merge(invoice);
    exact
}
