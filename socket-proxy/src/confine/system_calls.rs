//! Seccomp: the system calls that a run was seen to make, and no others.
//!
//! Found by tracing a static build at work (`strace -f -c`): start, calls, streams, a reload of the policy, the end;
//! with what glibc and tokio use instead on other kernels. A call that is not here fails as if the kernel did not have
//! it and does not kill: a newer C library that tries a newer call first then falls back on the old one, and whoever
//! is inside gains nothing either way.

use std::collections::BTreeMap;

use libc::{AF_UNIX, PROT_EXEC};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::{Hold, hold};

#[rustfmt::skip]
const ALLOWED: &[i64] = &[
    // Memory and time.
    libc::SYS_brk, libc::SYS_clock_getres, libc::SYS_clock_gettime, libc::SYS_clock_nanosleep,
    libc::SYS_gettimeofday, libc::SYS_madvise, libc::SYS_mremap, libc::SYS_munmap, libc::SYS_nanosleep,
    // Sockets. `socket` has a rule of its own below. The first of these asks who a client is.
    libc::SYS_getsockopt, libc::SYS_accept4, libc::SYS_bind, libc::SYS_connect, libc::SYS_getpeername,
    libc::SYS_getsockname, libc::SYS_listen, libc::SYS_recvfrom, libc::SYS_recvmsg, libc::SYS_sendmsg,
    libc::SYS_sendto, libc::SYS_setsockopt, libc::SYS_shutdown, libc::SYS_socketpair,
    // Waiting.
    libc::SYS_epoll_create1, libc::SYS_epoll_ctl, libc::SYS_epoll_pwait, libc::SYS_eventfd2, libc::SYS_futex,
    libc::SYS_ppoll, libc::SYS_sched_yield,
    // Files: the policy, the state, the log.
    libc::SYS_close, libc::SYS_fcntl, libc::SYS_fdatasync, libc::SYS_fstat, libc::SYS_fsync, libc::SYS_ftruncate,
    libc::SYS_getcwd, libc::SYS_getdents64, libc::SYS_inotify_add_watch, libc::SYS_inotify_init1,
    libc::SYS_ioctl, libc::SYS_lseek, libc::SYS_newfstatat, libc::SYS_openat, libc::SYS_pread64, libc::SYS_read,
    libc::SYS_readlinkat, libc::SYS_readv, libc::SYS_renameat, libc::SYS_renameat2, libc::SYS_statx,
    libc::SYS_unlinkat, libc::SYS_write, libc::SYS_writev,
    // The process itself.
    libc::SYS_exit, libc::SYS_exit_group, libc::SYS_getpid, libc::SYS_getrandom, libc::SYS_gettid,
    libc::SYS_geteuid, libc::SYS_getuid, libc::SYS_restart_syscall, libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask, libc::SYS_rt_sigreturn, libc::SYS_sigaltstack, libc::SYS_tgkill,
];

/// What the oldest architecture has besides.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const ALSO_ALLOWED: &[i64] = &[
    libc::SYS_epoll_wait, libc::SYS_lstat, libc::SYS_open, libc::SYS_poll, libc::SYS_readlink,
    libc::SYS_rename, libc::SYS_stat, libc::SYS_unlink,
];
#[cfg(not(target_arch = "x86_64"))]
const ALSO_ALLOWED: &[i64] = &[];

pub(super) fn restrict() -> Hold {
    let applied = filter().and_then(|program| Ok(seccompiler::apply_filter(&program)?));
    hold(applied, format!("{} system calls", ALLOWED.len() + ALSO_ALLOWED.len() + 3))
}

fn filter() -> Result<BpfProgram, Box<dyn std::error::Error>> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().chain(ALSO_ALLOWED).map(|call| (*call, Vec::new())).collect();
    // Only unix sockets: there is no road to the network, whatever network the container is given.
    rules.insert(libc::SYS_socket, when(0, SeccompCmpOp::Eq, AF_UNIX as u64)?);
    // No new code: memory is never made executable.
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(call, when(2, SeccompCmpOp::MaskedEq(PROT_EXEC as u64), 0)?);
    }
    let refused = SeccompAction::Errno(libc::ENOSYS as u32);
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    Ok(SeccompFilter::new(rules, refused, SeccompAction::Allow, architecture)?.try_into()?)
}

fn when(
    argument: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let condition = SeccompCondition::new(argument, Dword, operator, value)?;
    Ok(vec![SeccompRule::new(vec![condition])?])
}

#[cfg(test)]
mod tests {
    use std::{
        net::{TcpListener, UdpSocket},
        os::unix::net::{UnixDatagram, UnixStream},
        process::Command,
    };

    use super::*;

    #[test]
    fn there_are_unix_sockets_and_no_others_and_no_other_program() {
        // The filter holds for the thread that applies it, and is gone with it.
        let confined = std::thread::spawn(|| {
            let hold = restrict();
            let refused = [
                UdpSocket::bind("127.0.0.1:0").err(),
                UdpSocket::bind("[::1]:0").err(),
                TcpListener::bind("127.0.0.1:0").err(),
                Command::new("/bin/true").spawn().err(),
            ];
            (hold, refused, UnixDatagram::unbound().is_ok() && UnixStream::pair().is_ok())
        });
        let (hold, refused, has_unix) = confined.join().unwrap();
        assert!(matches!(hold, Hold::Enforced(_)), "{hold}");
        for error in refused {
            assert_eq!(error.and_then(|error| error.raw_os_error()), Some(libc::ENOSYS));
        }
        assert!(has_unix);
    }
}
