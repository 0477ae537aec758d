//! ZIP archives that are written while they are sent: nothing of them is ever whole in memory or on the disk.
//!
//! Stored, not compressed: a PDF is compressed already.

use std::fs::File;
use std::future::Future;
use std::io::{self, BufWriter, Write};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// How much of the archive waits for the network at most: this many pieces.
const PIECES: usize = 4;
/// How large a piece is, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// Says what goes into an archive.
#[derive(Debug)]
pub struct Contents(mpsc::Sender<Step>);

/// Nobody reads the archive any more.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the archive any more")]
pub struct Abandoned;

#[derive(Debug)]
enum Step {
    Begin(String),
    Bytes(Vec<u8>),
    File(File),
    /// Breaks the archive off, so that nobody takes it for whole.
    Fail(String),
}

impl Contents {
    /// Begins an entry; what follows is its content.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub async fn begin(&self, name: String) -> Result<(), Abandoned> {
        self.step(Step::Begin(name)).await
    }

    /// Adds bytes to the entry.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub async fn bytes(&self, bytes: Vec<u8>) -> Result<(), Abandoned> {
        self.step(Step::Bytes(bytes)).await
    }

    /// Adds a whole file to the entry.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub async fn file(&self, file: File) -> Result<(), Abandoned> {
        self.step(Step::File(file)).await
    }

    /// Breaks the archive off for this reason.
    pub async fn fail(&self, reason: String) {
        // The error only says that nobody reads.
        drop(self.step(Step::Fail(reason)).await);
    }

    async fn step(&self, step: Step) -> Result<(), Abandoned> {
        self.0.send(step).await.map_err(|_| Abandoned)
    }
}

/// An archive with what `fill` puts into it, piece by piece. It ends with an error if it could not be finished.
pub fn stream<F: Future<Output = ()> + Send + 'static>(
    fill: impl FnOnce(Contents) -> F,
) -> impl Stream<Item = io::Result<Bytes>> {
    let (steps, todo) = mpsc::channel(1);
    let (pieces, out) = mpsc::channel(PIECES);
    tokio::spawn(fill(Contents(steps)));
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write(todo, Pipe(pieces.clone())) {
            // The error only says that nobody reads.
            drop(pieces.blocking_send(Err(error)));
        }
    });
    ReceiverStream::new(out)
}

fn write(mut todo: mpsc::Receiver<Step>, pipe: Pipe) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(BufWriter::with_capacity(PIECE_BYTES, pipe));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(true)
        .unix_permissions(0o644);
    while let Some(step) = todo.blocking_recv() {
        match step {
            Step::Begin(name) => zip.start_file(name, options).map_err(io::Error::other)?,
            Step::Bytes(bytes) => zip.write_all(&bytes)?,
            Step::File(mut file) => drop(io::copy(&mut file, &mut zip)?),
            Step::Fail(reason) => return Err(io::Error::other(reason)),
        }
    }
    zip.finish().map_err(io::Error::other)?.into_inner().flush()
}

/// Where the archive's bytes go.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Names for entries: harmless, and each once.
#[derive(Debug, Default)]
pub struct Names(std::collections::HashSet<String>);

impl Names {
    /// The name, or `name (2).pdf` where it is taken; without case, because not every file system knows it.
    pub fn unique(&mut self, name: &str) -> String {
        let name = name.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "_");
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem.to_owned(), format!(".{ending}")),
            Some(_) | None => (name.clone(), String::new()),
        };
        let numbered = (2u32..).map(|number| format!("{stem} ({number}){ending}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        let free = candidates.find(|candidate| self.0.insert(candidate.to_lowercase()));
        free.expect("there are more numbers than documents")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt;
    use std::io::{Cursor, Read};

    #[tokio::test]
    async fn an_archive_holds_what_was_put_into_it() {
        let stream = stream(async |contents| {
            contents.begin("a.txt".into()).await.unwrap();
            contents.bytes(vec![b'a'; 200_000]).await.unwrap();
            contents.begin("größe.txt".into()).await.unwrap();
            contents.bytes(b"b".to_vec()).await.unwrap();
        });
        let pieces: Vec<Bytes> = stream.try_collect().await.unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(pieces.concat())).unwrap();
        let mut text = String::new();
        zip.by_name("a.txt").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text.len(), 200_000);
        assert!(zip.by_name("größe.txt").is_ok());
    }

    #[tokio::test]
    async fn an_archive_that_fails_does_not_end_as_if_it_were_whole() {
        let stream = stream(async |contents| {
            contents.begin("a.txt".into()).await.unwrap();
            contents.fail("the disk is gone".into()).await;
        });
        assert!(stream.try_collect::<Vec<Bytes>>().await.is_err());
    }

    #[test]
    fn each_name_is_there_once() {
        let mut names = Names::default();
        assert_eq!(names.unique("a.pdf"), "a.pdf");
        assert_eq!(names.unique("A.pdf"), "A (2).pdf");
        assert_eq!(names.unique("../a.pdf"), ".._a.pdf");
    }
}
