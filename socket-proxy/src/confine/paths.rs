//! Landlock: of the whole file system only a few folders remain, and of the network nothing.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, PathBeneath, PathFd,
    RestrictionStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

use super::{Hold, Reach};

/// The newest set of rights that is asked for. Kernels that know fewer enforce what they know, and it is reported.
const NEWEST: ABI = ABI::V6;

pub(super) fn restrict(reach: &Reach) -> Hold {
    match apply(reach) {
        Err(error) => Hold::Missing(error.to_string()),
        Ok(status) => told(&status),
    }
}

fn told(status: &RestrictionStatus) -> Hold {
    match (&status.ruleset, &status.landlock) {
        (RulesetStatus::NotEnforced, _) => {
            Hold::Missing("the kernel has no landlock, or it is off".to_owned())
        }
        (RulesetStatus::PartiallyEnforced, LandlockStatus::Available { effective_abi, .. }) => {
            Hold::Enforced(format!("ABI {}, files; the kernel cannot do the rest", *effective_abi as i32))
        }
        (_, LandlockStatus::Available { effective_abi, .. }) => {
            Hold::Enforced(format!("ABI {}", *effective_abi as i32))
        }
        (_, LandlockStatus::NotEnabled | LandlockStatus::NotImplemented) => {
            Hold::Missing("the kernel has no landlock".to_owned())
        }
    }
}

fn apply(reach: &Reach) -> Result<RestrictionStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = read | AccessFs::WriteFile | AccessFs::MakeReg | AccessFs::RemoveFile | AccessFs::Truncate;
    let sockets = AccessFs::RemoveFile | AccessFs::WriteFile | AccessFs::ReadFile;
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    for (folders, access) in [(&reach.read, read), (&reach.write, write), (&reach.sockets, sockets)] {
        ruleset = ruleset.add_rules(folders.iter().filter_map(|folder| beneath(folder, access)))?;
    }
    ruleset.restrict_self()
}

/// A folder that is not there needs no right, and gets none.
fn beneath(
    folder: &std::path::Path,
    access: BitFlags<AccessFs>,
) -> Option<Result<PathBeneath<PathFd>, RulesetError>> {
    Some(Ok(PathBeneath::new(PathFd::new(folder).ok()?, access)))
}
