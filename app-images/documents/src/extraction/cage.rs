//! The limits that the child puts on itself before it reads the first byte of a document.
//!
//! They are plain resource limits, which the kernel enforces and a process cannot raise again. The child starts
//! with three open files (document, answers, complaints) and may never open a fourth: so it reaches no file, no
//! socket and no device, whatever a document makes it do. When the service dies, it dies too.

use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use std::fs;
use std::io;

/// What a child may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Address space, in bytes.
    pub memory_bytes: u64,
    /// Processor time, in seconds.
    pub cpu_secs: u64,
}

/// Standard input, output and error: with no more, nothing can be opened.
pub const STANDARD_FILES: u64 = 3;

/// Applies the limits to this process, for good. It may have `open_files` open at a time.
///
/// # Errors
/// When the kernel refuses a limit. A child that gets an error must not go on.
pub fn lock(limits: Limits, open_files: u64) -> io::Result<()> {
    // The kernel counts the death of the *thread* that started us. That is one of the runtime's workers, which live
    // as long as the service does.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    offer_to_the_oom_killer();
    // The soft limit comes first and ends the child with SIGXCPU, which no other cause does.
    setrlimit(Resource::RLIMIT_CPU, limits.cpu_secs, limits.cpu_secs.saturating_add(1))?;
    for (resource, most) in [
        (Resource::RLIMIT_AS, limits.memory_bytes),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_NPROC, 0),
        (Resource::RLIMIT_NOFILE, open_files),
    ] {
        setrlimit(resource, most, most)?;
    }
    Ok(())
}

/// If the container runs out of memory, the child must go and not the service.
/// Best effort: where /proc is missing the memory limit above still holds.
fn offer_to_the_oom_killer() {
    if let Err(error) = fs::write("/proc/self/oom_score_adj", "1000") {
        tracing::debug!(%error, "could not offer this process to the OOM killer");
    }
}
