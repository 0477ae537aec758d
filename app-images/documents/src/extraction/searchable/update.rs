//! Writes an incremental update: objects, the list of where they are, and a trailer that leads to the lists before it (ISO
//! 32000-1, 7.5.6).

use std::collections::BTreeMap;

use hayro_interpret::hayro_syntax::object::{Object, ObjectIdentifier};

use super::NoCopy;
use super::sections::{Ending, Kind, ending};
use crate::extraction::pdf::OpenPdf;

/// An update that is being written.
pub(super) struct Update<'a> {
    pdf: &'a OpenPdf,
    ending: Ending<'a>,
    tail: Vec<u8>,
    /// By number: generation, and position in the copy.
    objects: BTreeMap<u32, (u16, u32)>,
    /// The next number that nobody has.
    next: u32,
}

/// What a trailer says of its own section only.
const OF_ONE_SECTION: [&[u8]; 13] = [
    b"Size",
    b"Prev",
    b"XRefStm",
    b"Type",
    b"W",
    b"Index",
    b"Length",
    b"Filter",
    b"DecodeParms",
    b"DL",
    b"F",
    b"FFilter",
    b"FDecodeParms",
];

impl<'a> Update<'a> {
    /// Begins behind the end of a document.
    ///
    /// # Errors
    /// When it is encrypted, its sections are damaged, or it is too large to be counted on from.
    pub(super) fn of(pdf: &'a OpenPdf) -> Result<Self, NoCopy> {
        let ending = ending(pdf.bytes())?;
        let next = ending.size.max(1);
        // A line of its own, whatever the file ends with.
        Ok(Self { pdf, ending, tail: b"\n".to_vec(), objects: BTreeMap::new(), next })
    }

    /// Adds an object; gives its number.
    ///
    /// # Errors
    /// When the number is not free, as the document says, or the copy gets too large.
    pub(super) fn add(&mut self, object: &[u8]) -> Result<u32, NoCopy> {
        let number = self.next;
        if self.pdf.xref().get::<Object<'_>>(ObjectIdentifier::new(number, 0)).is_some() {
            return Err(NoCopy::Damaged);
        }
        self.next += 1;
        self.write(number, 0, object)?;
        Ok(number)
    }

    /// Adds a stream; gives its number.
    ///
    /// # Errors
    /// Those of [`Self::add`].
    pub(super) fn add_stream(&mut self, content: &[u8]) -> Result<u32, NoCopy> {
        self.add(&stream(b"", content))
    }

    /// Writes an object anew.
    ///
    /// # Errors
    /// When it was written anew already, or the copy gets too large.
    pub(super) fn replace(&mut self, id: ObjectIdentifier, object: &[u8]) -> Result<(), NoCopy> {
        let generation = u16::try_from(id.gen_number).map_err(|_| NoCopy::Unreplaceable)?;
        let in_range = (1..self.ending.size).contains(&id.obj_number);
        if !in_range || self.objects.contains_key(&id.obj_number) {
            return Err(NoCopy::Unreplaceable);
        }
        self.write(id.obj_number, generation, object)
    }

    fn write(&mut self, number: u32, generation: u16, object: &[u8]) -> Result<(), NoCopy> {
        self.objects.insert(number, (generation, self.position()?));
        self.tail.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
        self.tail.extend_from_slice(object);
        self.tail.extend_from_slice(b"\nendobj\n");
        Ok(())
    }

    fn position(&self) -> Result<u32, NoCopy> {
        u32::try_from(self.pdf.bytes().len() + self.tail.len()).map_err(|_| NoCopy::TooLarge)
    }

    /// Everything that comes behind the original.
    ///
    /// # Errors
    /// When the copy gets too large.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, NoCopy> {
        let position = self.position()?;
        match self.ending.kind {
            Kind::Table => self.write_table(),
            Kind::Stream => self.write_section_stream(position)?,
        }
        self.tail.extend_from_slice(format!("startxref\n{position}\n%%EOF\n").as_bytes());
        Ok(self.tail)
    }

    fn write_table(&mut self) {
        let mut table = String::from("xref\n");
        for run in runs(&self.objects) {
            let first = run.first().map_or(0, |(number, _)| *number);
            table.push_str(&format!("{first} {}\n", run.len()));
            for (_, (generation, position)) in run {
                // Twenty bytes, with both at the end.
                table.push_str(&format!("{position:010} {generation:05} n \n"));
            }
        }
        table.push_str("trailer\n<<");
        self.tail.extend_from_slice(table.as_bytes());
        let trailer = self.trailer();
        self.tail.extend_from_slice(&trailer);
        self.tail.extend_from_slice(b" >>\n");
    }

    fn write_section_stream(&mut self, position: u32) -> Result<(), NoCopy> {
        let number = self.next;
        self.next += 1;
        let mut all = self.objects.clone();
        all.insert(number, (0, position));
        let (mut index, mut rows) = (String::new(), Vec::new());
        for run in runs(&all) {
            let first = run.first().map_or(0, |(number, _)| *number);
            index.push_str(&format!(" {first} {}", run.len()));
            for (_, (generation, position)) in run {
                rows.push(1);
                rows.extend_from_slice(&position.to_be_bytes());
                rows.extend_from_slice(&generation.to_be_bytes());
            }
        }
        let mut entries = format!(" /Type /XRef /W [1 4 2] /Index [{}]", index.trim_start()).into_bytes();
        entries.extend_from_slice(&self.trailer());
        self.write(number, 0, &stream(&entries, &rows))
    }

    /// The entries of the new trailer: those of the last one, but for what that says of its own section.
    fn trailer(&self) -> Vec<u8> {
        let mut entries = Vec::new();
        for (key, value) in &self.ending.trailer {
            if !OF_ONE_SECTION.contains(&key.as_slice()) {
                write_entry(&mut entries, key, value);
            }
        }
        write_entry(&mut entries, b"Size", self.next.to_string().as_bytes());
        write_entry(&mut entries, b"Prev", self.ending.position.to_string().as_bytes());
        entries
    }
}

/// Objects whose numbers follow each other.
fn runs(objects: &BTreeMap<u32, (u16, u32)>) -> Vec<Vec<(u32, (u16, u32))>> {
    let mut runs: Vec<Vec<(u32, (u16, u32))>> = Vec::new();
    for (&number, &place) in objects {
        match runs.last_mut().filter(|run| run.last().is_some_and(|(last, _)| last + 1 == number)) {
            Some(run) => run.push((number, place)),
            None => runs.push(vec![(number, place)]),
        }
    }
    runs
}

fn stream(entries: &[u8], content: &[u8]) -> Vec<u8> {
    let mut stream = b"<<".to_vec();
    stream.extend_from_slice(entries);
    stream.extend_from_slice(format!(" /Length {} >>\nstream\n", content.len()).as_bytes());
    stream.extend_from_slice(content);
    stream.extend_from_slice(b"\nendstream");
    stream
}

/// Writes an entry of a dictionary; the value stays as it is.
pub(super) fn write_entry(out: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    out.extend_from_slice(b" /");
    for &byte in key {
        if byte.is_ascii_alphanumeric() || b"_.-+:".contains(&byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
    out.push(b' ');
    out.extend_from_slice(value);
}
