//! What can be done through the API, and who may.

use atoll_sandbox::names::AppId;

use super::{OpenApp, Opening};
use crate::ids::{OperationId, UserId};

/// Something that needs a permit.
pub trait Action: Send + Sync + 'static {
    /// What it is done to.
    type Subject: Send + Sync + std::fmt::Debug;
}

/// Something that is asked for through the API.
pub trait Command: Action {
    /// Who may.
    const NEEDS: Need;
}

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Everybody who is signed in, to what is theirs.
    SignIn,
    /// Administrators.
    Administrator,
}

impl Action for OpenApp {
    // No `Command`, because a grant decides: `Access::open_app` alone makes this permit.
    type Subject = Opening;
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($subject:ty): $need:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl Action for $name {
                type Subject = $subject;
            }

            impl Command for $name {
                const NEEDS: Need = Need::$need;
            }
        )*
    };
}

commands! {
    /// Seeing and ending one's own session.
    OwnSession(()): SignIn;
    /// Seeing and changing one's own name, address and password.
    OwnProfile(()): SignIn;
    /// Seeing the apps that one was given.
    ViewLauncher(()): SignIn;
    /// Seeing an app's icon.
    ViewIcon(AppId): SignIn;
    /// Seeing what may be installed.
    ViewCatalogue(()): Administrator;
    /// Seeing one app that may be installed.
    ViewCatalogueEntry(AppId): Administrator;
    /// Seeing the state of the policy and of the platform.
    ViewStatus(()): Administrator;
    /// Seeing what is installed and what has been done to it.
    ViewApps(()): Administrator;
    /// Seeing one installed app with its logs.
    ViewApp(AppId): Administrator;
    /// Installing an app; the body says which.
    InstallApp(()): Administrator;
    /// Starting an app.
    StartApp(AppId): Administrator;
    /// Stopping an app.
    StopApp(AppId): Administrator;
    /// Removing an app, with or without its volumes.
    RemoveApp(AppId): Administrator;
    /// Seeing operations.
    ViewOperations(()): Administrator;
    /// Seeing and following one operation.
    ViewOperation(OperationId): Administrator;
    /// Seeing everybody and adding people.
    ManageUsers(()): Administrator;
    /// Seeing, changing and removing one person.
    ManageUser(UserId): Administrator;
    /// Seeing who was given an app.
    ViewGrants(AppId): Administrator;
    /// Giving an app to a person or taking it away.
    ManageGrant((AppId, UserId)): Administrator;
    /// Reading the audit trail.
    ViewAudit(()): Administrator;
}
