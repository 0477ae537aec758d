//! The second thread of the child that reads a document: it reads every other page, where there is a second core.
//!
//! Pages do not depend on each other, so two threads need half the time. The thread starts before the child locks itself in,
//! because after that nothing can be started, and waits for the document. The limits count what both use.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;

use super::PageText;
use super::pdf::OpenPdf;

/// A thread that waits for the document of which it reads the pages 1, 3, 5, … (the first is 0).
pub(super) struct Mate {
    document: Sender<Arc<OpenPdf>>,
    pages: Receiver<PageText>,
}

/// A document of fewer pages is read before a second thread has found its feet.
const LEAST_PAGES: usize = 8;
/// How many pages the thread may be ahead.
const MOST_AHEAD: usize = 64;
/// As much as the first thread has: what recursion survives there, it must survive here.
const STACK_BYTES: usize = 8 << 20;

impl Mate {
    /// Starts the thread; `None` where there is only one core to work on.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn start() -> io::Result<Option<Self>> {
        if thread::available_parallelism().is_ok_and(|cores| cores.get() == 1) {
            return Ok(None);
        }
        let (document, given) = mpsc::channel();
        let (told, pages) = mpsc::sync_channel(MOST_AHEAD);
        thread::Builder::new().stack_size(STACK_BYTES).spawn(move || help(&given, &told))?;
        Ok(Some(Self { document, pages }))
    }
}

fn help(given: &Receiver<Arc<OpenPdf>>, told: &SyncSender<PageText>) {
    // An error at either end means that the first thread does not need us any more.
    let Ok(pdf) = given.recv() else { return };
    let reader = pdf.reader();
    for index in (1..pdf.page_count()).step_by(2) {
        if told.send(reader.read(index)).is_err() {
            return;
        }
    }
}

/// Reads all pages and hands them to `sink`, in order; stops at the first error of `sink`.
///
/// # Errors
/// Those of `sink`, and when the other thread ended before its work was done.
pub(super) fn read_pages(
    pdf: &Arc<OpenPdf>,
    mate: Option<Mate>,
    mut sink: impl FnMut(PageText) -> io::Result<()>,
) -> io::Result<()> {
    let ended = |_| io::Error::other("the second thread has ended");
    let mate = mate.filter(|_| pdf.page_count() >= LEAST_PAGES);
    if let Some(mate) = &mate {
        mate.document.send(Arc::clone(pdf)).map_err(|_| io::Error::other("the second thread has ended"))?;
    }
    let reader = pdf.reader();
    for index in 0..pdf.page_count() {
        match &mate {
            Some(mate) if index % 2 == 1 => sink(mate.pages.recv().map_err(ended)?)?,
            _ => sink(reader.read(index))?,
        }
    }
    Ok(())
}
