//! Uses up what an app has a limited amount of: processes, memory, processor time, log space.

use std::hint::black_box;
use std::io::{self, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// What a try to spawn many processes came to.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Spawned {
    /// How many were alive at once.
    started: usize,
    /// What the first failed try said; absent when all could be started.
    stopped_by: Option<String>,
}

/// Spawns up to `wanted` sleeping processes, counts them, and ends them again.
pub(crate) fn spawn_many(wanted: usize) -> Spawned {
    let mut children: Vec<Child> = Vec::new();
    let mut stopped_by = None;
    for _ in 0..wanted {
        match Command::new("/proc/self/exe").arg("sleep").stdin(Stdio::null()).spawn() {
            Ok(child) => children.push(child),
            Err(error) => {
                stopped_by = Some(error.to_string());
                break;
            }
        }
    }
    let started = children.len();
    for mut child in children {
        let ended = child.kill().and_then(|()| child.wait());
        if let Err(error) = ended {
            eprintln!("a spawned process did not end: {error}");
        }
    }
    Spawned { started, stopped_by }
}

/// What a spawned process does.
pub(crate) fn sleep_forever() -> ExitCode {
    loop {
        std::thread::sleep(Duration::from_secs(3600));
    }
}

/// Allocates `mib` MiB and touches every page. Returns how many MiB it holds, unless the kernel ends the process first.
pub(crate) fn hog(mib: usize) -> usize {
    const MIB: usize = 1 << 20;
    let mut held: Vec<Vec<u8>> = Vec::new();
    for _ in 0..mib {
        // Because zeroed memory is not real until it is written to.
        held.push(black_box(vec![0xa5; MIB]));
    }
    black_box(&held).len()
}

/// Processor time against wall time.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Burned {
    cpu_secs: f64,
    wall_secs: f64,
}

/// Spins on `threads` threads for `secs` seconds and reports the processor time that this process got meanwhile.
pub(crate) fn burn(secs: u64, threads: usize) -> io::Result<Burned> {
    let (began, used_before) = (Instant::now(), cpu_secs_used()?);
    let end = began + Duration::from_secs(secs);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while Instant::now() < end {
                    (0..1000_u32).for_each(|n| {
                        black_box(n);
                    });
                }
            });
        }
    });
    Ok(Burned { cpu_secs: cpu_secs_used()? - used_before, wall_secs: began.elapsed().as_secs_f64() })
}

/// User and system time of this process in seconds, from fields 14 and 15 of `/proc/self/stat` (proc(5)), in 1/100 s.
fn cpu_secs_used() -> io::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // Because the second field is the program's name in parentheses and may hold spaces.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok());
    Ok(f64::from(ticks.sum::<u32>()) / 100.0)
}

/// Writes `lines` numbered lines of `width` characters to standard output.
pub(crate) fn log(lines: usize, width: usize) -> io::Result<usize> {
    let mut out = io::stdout().lock();
    for number in 0..lines {
        writeln!(out, "line {number:0width$}")?;
    }
    out.flush()?;
    Ok(lines)
}
