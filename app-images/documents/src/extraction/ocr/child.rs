//! The child process that becomes Tesseract: picture on standard input, text and the places of its words on
//! standard output.
//!
//! Before it does, it gives up what Tesseract does not need. The limits and filters survive the change of program, and
//! none can be taken back. Tesseract has to open its libraries and models, so unlike the other children it may open
//! files; where the kernel has landlock, only those below the system's folders, so not the documents.

use std::convert::Infallible;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError,
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use crate::extraction::cage::{self, Limits};

/// What Tesseract is to do.
#[derive(Clone, Debug)]
pub struct Task {
    /// The program.
    pub tesseract: PathBuf,
    /// Tesseract's names of languages, joined by `+`.
    pub languages: String,
    /// The picture's resolution in pixels to the inch.
    pub dpi: u32,
}

/// Libraries, models and nothing else; Tesseract opens about as many at a time as it has libraries, which is one.
const OPEN_FILES: u64 = 32;
/// Where a distribution keeps programs, libraries and data.
const SYSTEM_FOLDERS: [&str; 5] = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null"];
/// Finds columns and paragraphs by itself, and turns pages that lie on their side.
const PAGE_SEGMENTATION: &str = "1";

/// The system calls that reach other processes or the network, or widen what may be done. Tesseract makes none of them.
#[rustfmt::skip]
const REFUSED: &[i64] = &[
    libc::SYS_socket, libc::SYS_socketpair, libc::SYS_connect, libc::SYS_bind, libc::SYS_sendto, libc::SYS_sendmsg,
    libc::SYS_kill, libc::SYS_tkill, libc::SYS_tgkill, libc::SYS_pidfd_open, libc::SYS_pidfd_send_signal,
    libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev,
    libc::SYS_io_uring_setup, libc::SYS_bpf, libc::SYS_perf_event_open, libc::SYS_userfaultfd,
    libc::SYS_keyctl, libc::SYS_add_key, libc::SYS_mount, libc::SYS_unshare, libc::SYS_setns,
];

/// Locks this process in and turns it into Tesseract; comes back only with the reason why not.
///
/// # Errors
/// When a limit or filter cannot be applied, or there is no such program.
pub fn run(limits: Limits, task: &Task) -> io::Result<Infallible> {
    cage::lock(limits, OPEN_FILES)?;
    if let Err(error) = restrict_paths(&task.tesseract) {
        // Best effort, because not every kernel has landlock; the limits and the filter hold without it.
        tracing::debug!(%error, "landlock does not hold");
    }
    seccompiler::apply_filter(&filter().map_err(io::Error::other)?).map_err(io::Error::other)?;
    Err(Command::new(&task.tesseract)
        .args(["stdin", "stdout", "--psm", PAGE_SEGMENTATION, "-l", &task.languages])
        .args(["--dpi", &task.dpi.to_string()])
        // Text and places from one look at the page; by variables, because the files that name them are not everywhere.
        .args(["-c", "tessedit_create_txt=1", "-c", "tessedit_create_tsv=1"])
        .env_clear()
        // More threads would be refused, and gain little on one page.
        .env("OMP_THREAD_LIMIT", "1")
        .exec())
}

fn restrict_paths(tesseract: &Path) -> Result<(), RulesetError> {
    let newest = ABI::V6;
    let readable = AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute;
    let folders = SYSTEM_FOLDERS.into_iter().map(Path::new).chain(tesseract.parent());
    let rules = folders.filter_map(|folder| {
        let folder = PathFd::new(folder).ok()?;
        Some(Ok::<_, RulesetError>(PathBeneath::new(folder, readable)))
    });
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(newest))?
        .create()?
        .add_rules(rules)?
        .restrict_self()?;
    Ok(())
}

fn filter() -> Result<BpfProgram, Box<dyn std::error::Error + Send + Sync>> {
    let refused = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let (elsewhere, here) = (SeccompAction::Allow, SeccompAction::Errno(libc::EPERM.unsigned_abs()));
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    Ok(SeccompFilter::new(refused, elsewhere, here, architecture)?.try_into()?)
}
