//! The limits that the child puts on itself before it reads the first byte of a document.
//!
//! They are plain resource limits, which the kernel enforces and a process cannot raise again. The child starts
//! with three open files (document, answers, complaints) and may never open a fourth: so it reaches no file, no
//! socket and no device, whatever a document makes it do. When the service dies, it dies too.
//!
//! The cage of a whole program ([`lock_for_program`]) has to let it open its libraries and data. There the kernel's
//! landlock leaves those folders to read and no others, and a filter of system calls leaves no socket. Both hold through
//! the start of the program.

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    path_beneath_rules,
};
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
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

/// Standard input, output and error.
const OPEN_FILES: u64 = 3;

/// Enough for a program's libraries and data.
const OPEN_FILES_OF_A_PROGRAM: u64 = 64;
/// Where programs have their libraries and data.
const LEFT_TO_READ: [&str; 6] = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/proc/self"];

/// Applies the limits to this process, for good.
///
/// # Errors
/// When the kernel refuses a limit. A child that gets an error must not go on.
pub fn lock(limits: Limits) -> io::Result<()> {
    set_limits(limits, OPEN_FILES)
}

/// Applies the limits to this process, for good, before it becomes a program that has to open files.
///
/// # Errors
/// When the kernel refuses a limit or the filter. Where it has no landlock, the limits and the filter have to do.
pub fn lock_for_program(limits: Limits) -> io::Result<()> {
    leave_files_to_read().map_err(io::Error::other)?;
    forbid_sockets().map_err(io::Error::other)?;
    set_limits(limits, OPEN_FILES_OF_A_PROGRAM)
}

fn leave_files_to_read() -> Result<(), RulesetError> {
    let all = AccessFs::from_all(ABI::V3);
    let readable = AccessFs::from_read(ABI::V3);
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .create()?
        .add_rules(path_beneath_rules(LEFT_TO_READ, readable))?
        .restrict_self()?;
    Ok(())
}

fn forbid_sockets() -> Result<(), seccompiler::Error> {
    let calls = [libc::SYS_socket, libc::SYS_socketpair, libc::SYS_ptrace, libc::SYS_io_uring_setup];
    let filter = SeccompFilter::new(
        calls.into_iter().map(|call| (call, Vec::new())).collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM as u32),
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&program)
}

fn set_limits(limits: Limits, open_files: u64) -> io::Result<()> {
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
