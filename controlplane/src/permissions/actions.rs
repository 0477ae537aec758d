//! What can be done through the API, and who may.

use atoll_sandbox::names::AppId;

use super::{OpenApp, Opening};
use crate::{
    identity::tokens::Reach,
    ids::{AccessTokenId, OperationId, UserId},
};

/// Something that needs a permit.
pub trait Action: Send + Sync + 'static {
    /// What it is done to.
    type Subject: Send + Sync + std::fmt::Debug;
}

/// Something that is asked for through the API.
pub trait Command: Action {
    /// Who may.
    const NEEDS: Need;
    /// How much of the API a token must cover to do it.
    const REACH: Reach;
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
    ($($(#[$doc:meta])* $name:ident($subject:ty): $need:ident, $reach:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl Action for $name {
                type Subject = $subject;
            }

            impl Command for $name {
                const NEEDS: Need = Need::$need;
                const REACH: Reach = Reach::$reach;
            }
        )*
    };
}

commands! {
    /// Seeing who one is signed in as.
    ViewSession(()): SignIn, Read;
    /// Signing out.
    EndSession(()): SignIn, Login;
    /// Seeing one's own name and address.
    ViewProfile(()): SignIn, Read;
    /// Changing one's own name, address and password.
    ChangeProfile(()): SignIn, Login;
    /// Seeing one's own tokens, without the secrets.
    ViewTokens(()): SignIn, Read;
    /// Making a token for oneself.
    CreateToken(()): SignIn, Login;
    /// Ending a token of one's own.
    RevokeToken(AccessTokenId): SignIn, Write;
    /// Seeing the apps that one was given.
    ViewLauncher(()): SignIn, Read;
    /// Seeing an app's icon.
    ViewIcon(AppId): SignIn, Read;
    /// Seeing what may be installed.
    ViewCatalogue(()): Administrator, Read;
    /// Seeing one app that may be installed.
    ViewCatalogueEntry(AppId): Administrator, Read;
    /// Seeing the state of the policy and of the platform.
    ViewStatus(()): Administrator, Read;
    /// Seeing what is installed and what has been done to it.
    ViewApps(()): Administrator, Read;
    /// Seeing one installed app with its logs.
    ViewApp(AppId): Administrator, Read;
    /// Installing an app; the body says which.
    InstallApp(()): Administrator, Write;
    /// Starting an app.
    StartApp(AppId): Administrator, Write;
    /// Stopping an app.
    StopApp(AppId): Administrator, Write;
    /// Removing an app, with or without its volumes.
    RemoveApp(AppId): Administrator, Write;
    /// Seeing operations.
    ViewOperations(()): Administrator, Read;
    /// Seeing and following one operation.
    ViewOperation(OperationId): Administrator, Read;
    /// Seeing everybody.
    ViewUsers(()): Administrator, Read;
    /// Adding a person.
    AddUser(()): Administrator, Write;
    /// Seeing one person and what they were given.
    ViewUser(UserId): Administrator, Read;
    /// Changing and removing one person.
    ManageUser(UserId): Administrator, Write;
    /// Ending somebody's token.
    RevokeTokenOf((UserId, AccessTokenId)): Administrator, Write;
    /// Seeing who was given an app.
    ViewGrants(AppId): Administrator, Read;
    /// Giving an app to a person or taking it away.
    ManageGrant((AppId, UserId)): Administrator, Write;
    /// Reading the audit trail.
    ViewAudit(()): Administrator, Read;
}
