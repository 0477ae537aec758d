//! Capabilities, new privileges and core dumps: read back from the kernel after they are given up.

use std::io;

use rustix::{
    process::{
        DumpableBehavior, Resource, Rlimit, dumpable_behavior, getrlimit, set_dumpable_behavior, setrlimit,
    },
    thread::{self, CapabilitySet, CapabilitySets},
};

use super::{Hold, hold};

pub(super) fn drop_all() -> Vec<(&'static str, Hold)> {
    vec![
        ("noNewPrivileges", hold(no_new_privileges(), "set")),
        ("capabilities", hold(no_capabilities(), "none")),
        ("coreDumps", hold(no_core_dumps(), "off")),
    ]
}

fn no_new_privileges() -> io::Result<()> {
    thread::set_no_new_privs(true)?;
    holds(thread::no_new_privs()?, "the flag is not set")
}

fn no_capabilities() -> io::Result<()> {
    // Not every process may shrink its bounding set; without new privileges nothing comes back out of it anyway.
    for capability in CapabilitySet::all().iter() {
        let _ = thread::remove_capability_from_bounding_set(capability);
    }
    let none = CapabilitySet::empty();
    thread::set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    let left = thread::capabilities(None)?;
    holds(left.effective.is_empty() && left.permitted.is_empty(), "some are left")
}

/// The key of the seals is in this process's memory, so neither a dump nor a debugger may have it.
fn no_core_dumps() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let limit = getrlimit(Resource::Core);
    holds(limit.maximum == Some(0) && dumpable_behavior()? == DumpableBehavior::NotDumpable, "still dumpable")
}

fn holds(holds: bool, otherwise: &str) -> io::Result<()> {
    if holds { Ok(()) } else { Err(io::Error::other(otherwise)) }
}
