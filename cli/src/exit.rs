//! How the program ends. Scripts rely on these numbers; `cli/README.md` lists them.

use std::process::ExitCode;

/// The exit status. 2, a command line that cannot be understood, is clap's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: what was asked is done, or was so already.
    Done,
    /// 1: it could not be done; standard error says why.
    Failed,
    /// 3: `doctor` finished and found problems.
    ProblemsFound,
    /// 4: not signed in, or signed in as somebody who may not do this.
    NotAllowed,
    /// 130: interrupted by Ctrl-C, as a shell reports it.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::ProblemsFound => 3,
            Exit::NotAllowed => 4,
            Exit::Interrupted => 130,
        })
    }
}
