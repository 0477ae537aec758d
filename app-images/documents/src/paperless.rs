//! Reads an export of paperless-ngx: a ZIP of the folder that its `document_exporter` writes.
//!
//! Its `manifest.json` is a list of Django's serialised rows; a document's row names its file within the folder. We take
//! the original files and what people cannot easily type again: title, date, correspondent, tags. The rows of other things
//! (users, saved views, mail rules) are passed over, and so is the text, because ours is read anew.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek};

use jiff::civil::Date;
use serde::Deserialize;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::classification::DocumentType;
use crate::document::{FactsPatch, FileName};

/// One document of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where its original file is within the archive.
    pub path: String,
    /// What the file was called.
    pub name: FileName,
    /// What is known of it.
    pub facts: FactsPatch,
}

/// The archive is no export that we can read.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Not a ZIP.
    #[error("it is not a ZIP file")]
    NotZip(#[source] ZipError),
    /// A ZIP of something else.
    #[error("there is no `manifest.json` in it")]
    NoManifest,
    /// Damaged, or of a version that we do not know.
    #[error("its `manifest.json` cannot be understood")]
    Manifest(#[source] serde_json::Error),
}

/// The most that a manifest may have, unpacked, in bytes. It holds the text of every document.
const MOST_MANIFEST_BYTES: u64 = 1 << 30;
/// The most documents in one export.
const MOST_ENTRIES: usize = 200_000;
/// The longest text of a fact, in characters.
const MOST_CHARACTERS: usize = 200;

#[derive(Deserialize)]
struct Row {
    model: String,
    #[serde(default)]
    pk: serde_json::Value,
    #[serde(default)]
    fields: Fields,
    #[serde(rename = "__exported_file_name__")]
    file: Option<String>,
}

/// What we read of a row's fields; the text (`content`) is skipped while it is read.
#[derive(Default, Deserialize)]
struct Fields {
    name: Option<String>,
    title: Option<String>,
    created: Option<String>,
    correspondent: Option<i64>,
    document_type: Option<i64>,
    #[serde(default)]
    tags: Vec<i64>,
    original_filename: Option<String>,
}

/// An opened export.
pub struct Export<R> {
    archive: ZipArchive<R>,
    /// Where the manifest is: some people zip the folder, some what is in it.
    folder: String,
}

impl<R: Read + Seek> Export<R> {
    /// Opens an export.
    ///
    /// # Errors
    /// When it is none.
    pub fn open(file: R) -> Result<Self, ExportError> {
        let archive = ZipArchive::new(file).map_err(ExportError::NotZip)?;
        let manifest = archive.file_names().find_map(|name| {
            let name = name.ok()?;
            let folder = name.strip_suffix("manifest.json")?;
            (folder.is_empty() || folder.ends_with('/')).then(|| folder.to_owned())
        });
        let folder = manifest.ok_or(ExportError::NoManifest)?;
        Ok(Self { archive, folder })
    }

    /// The documents, in the manifest's order.
    ///
    /// # Errors
    /// When the manifest cannot be understood.
    pub fn entries(&mut self) -> Result<Vec<Entry>, ExportError> {
        let manifest = format!("{}manifest.json", self.folder);
        let manifest = self.archive.by_name(&manifest).map_err(ExportError::NotZip)?;
        let manifest = BufReader::new(manifest.take(MOST_MANIFEST_BYTES));
        let rows: Vec<Row> = serde_json::from_reader(manifest).map_err(ExportError::Manifest)?;
        let names = Names::of(&rows);
        let documents = rows.into_iter().filter(|row| row.model == "documents.document");
        Ok(documents.filter_map(|row| self.entry(row, &names)).take(MOST_ENTRIES).collect())
    }

    fn entry(&self, row: Row, names: &Names) -> Option<Entry> {
        let file = row.file?;
        let Fields { title, created, correspondent, document_type, tags, original_filename, .. } = row.fields;
        let name = original_filename.as_deref().unwrap_or(&file);
        let created = created.as_deref().and_then(|created| created.get(..10)?.parse::<Date>().ok());
        let tags: Vec<String> =
            tags.iter().filter_map(|tag| names.tags.get(tag)).map(|tag| tag.to_lowercase()).collect();
        let facts = FactsPatch {
            title: title.and_then(line).map(Some),
            date: created.map(Some),
            sender: correspondent.and_then(|id| names.correspondents.get(&id).cloned()).map(Some),
            document_type: document_type.and_then(|id| names.types.get(&id).copied()).map(Some),
            tags: Some(tags).filter(|tags| !tags.is_empty()).map(Some),
            ..FactsPatch::default()
        };
        Some(Entry { path: format!("{}{file}", self.folder), name: FileName::clean(name), facts })
    }

    /// Hands a document's file to `take`, piece by piece.
    ///
    /// # Errors
    /// When it is not there, is damaged, or `take` refuses it.
    pub fn read<E: From<io::Error>>(
        &mut self,
        entry: &Entry,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut file = self.archive.by_name(&entry.path).map_err(io::Error::other)?;
        let mut piece = vec![0; 64 * 1024];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(()),
                length => take(&piece[..length])?,
            }
        }
    }
}

/// What the ids in a document's row mean.
struct Names {
    correspondents: HashMap<i64, String>,
    tags: HashMap<i64, String>,
    types: HashMap<i64, DocumentType>,
}

impl Names {
    fn of(rows: &[Row]) -> Self {
        let named = |model: &str| {
            let rows = rows.iter().filter(|row| row.model == model);
            let named = rows.filter_map(|row| Some((row.pk.as_i64()?, line(row.fields.name.clone()?)?)));
            named.collect::<HashMap<_, _>>()
        };
        // A type of another vocabulary is left to our own classifier.
        let types = named("documents.documenttype").into_iter();
        let code = |name: String| name.to_lowercase().replace([' ', '-'], "_");
        Self {
            correspondents: named("documents.correspondent"),
            tags: named("documents.tag"),
            types: types.filter_map(|(id, name)| Some((id, DocumentType::from_code(&code(name))?))).collect(),
        }
    }
}

fn line(text: String) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: String = words.collect::<Vec<_>>().join(" ").chars().take(MOST_CHARACTERS).collect();
    Some(line).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zipped(files: &[(&str, &str)]) -> Cursor<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap()
    }

    #[test]
    fn a_document_comes_with_what_its_ids_mean() {
        let manifest = r##"[
            {"model": "auth.user", "pk": 1, "fields": {"username": "x", "password": "y"}},
            {"model": "documents.correspondent", "pk": 7, "fields": {"name": "Stadtwerke", "match": ""}},
            {"model": "documents.tag", "pk": 3, "fields": {"name": "Strom", "color": "#a6cee3"}},
            {"model": "documents.documenttype", "pk": 4, "fields": {"name": "Bank statement"}},
            {"model": "documents.document", "pk": 9, "fields": {"title": "Rechnung\nMai", "content": "…",
                "correspondent": 7, "document_type": 4, "tags": [3, 99], "created": "2025-05-01T00:00:00+02:00",
                "original_filename": "mai.pdf"}, "__exported_file_name__": "2025-05-01 Rechnung.pdf"}]"##;
        let mut export = Export::open(zipped(&[("export/manifest.json", manifest)])).unwrap();
        let entries = export.entries().unwrap();
        assert_eq!(entries.len(), 1);
        let entry = &entries[0];
        assert_eq!(entry.path, "export/2025-05-01 Rechnung.pdf");
        assert_eq!(entry.name.as_str(), "mai.pdf");
        assert_eq!(entry.facts.title, Some(Some("Rechnung Mai".into())));
        assert_eq!(entry.facts.sender, Some(Some("Stadtwerke".into())));
        assert_eq!(entry.facts.date, Some(Some(jiff::civil::date(2025, 5, 1))));
        assert_eq!(entry.facts.document_type, Some(Some(DocumentType::BankStatement)));
        assert_eq!(entry.facts.tags, Some(Some(vec!["strom".into()])));
    }

    #[test]
    fn what_is_no_export_is_called_so() {
        assert!(matches!(Export::open(Cursor::new(b"PK no".to_vec())), Err(ExportError::NotZip(_))));
        assert!(matches!(Export::open(zipped(&[("a.txt", "")])), Err(ExportError::NoManifest)));
        let mut broken = Export::open(zipped(&[("manifest.json", "[{")])).unwrap();
        assert!(matches!(broken.entries(), Err(ExportError::Manifest(_))));
    }
}
