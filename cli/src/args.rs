//! The command line.

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::{
    allowlist::AllowlistCommand, app::AppCommand, audit::AuditCommand, doctor::DoctorArgs,
    egress::EgressArgs, exit::Exit, failure::Failure, output::Output, server::ServerArgs, session::LoginArgs,
    token::TokenCommand, user::UserCommand,
};

const AFTER: &str = "\
Exit codes: 0 done · 1 failed · 2 wrong usage · 3 doctor found problems · 4 not signed in or not allowed
Environment: ATOLL_URL, ATOLL_TOKEN, DOCKER_HOST, NO_COLOR

Start with `atoll doctor` on the machine that runs Atoll, or `atoll login` from anywhere.";

/// The operator's tool of Atoll: allowlist, apps, users, doctor.
#[derive(Debug, Parser)]
#[command(name = "atoll", version, after_help = AFTER)]
pub(crate) struct Cli {
    /// Print JSON instead of text; errors too.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What may run: check, list, pin and render the allowlist.
    #[command(subcommand)]
    Allowlist(AllowlistCommand),
    /// Examine this machine: engine, limits, network, policy, address, stack.
    Doctor(DoctorArgs),
    /// Sign in to a control plane and remember the session.
    Login(LoginArgs),
    /// End the session, here and at the control plane.
    Logout(ServerArgs),
    /// Who is signed in where, and how the control plane is.
    Status(ServerArgs),
    /// Install, watch and remove apps.
    App(Serving<AppCommand>),
    /// Where an app may go, where it went, and what it was kept from.
    Egress(EgressArgs),
    /// People and what they may open.
    User(Serving<UserCommand>),
    /// Tokens, yours or another's, by which programs use the API and open apps.
    Token(Serving<TokenCommand>),
    /// What was done, by whom.
    Audit(Serving<AuditCommand>),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// Commands that talk to a control plane.
#[derive(Debug, Args)]
pub(crate) struct Serving<C: Subcommand> {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: C,
}

impl Command {
    /// Does it.
    pub(crate) async fn run(self, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Allowlist(command) => command.run(output).await,
            Self::Doctor(args) => args.run(output).await,
            Self::Login(args) => args.run(output).await,
            Self::Logout(server) => crate::session::logout(&server, output).await,
            Self::Status(server) => crate::session::status(&server, output).await,
            Self::App(app) => app.command.run(&app.server.api()?, output).await,
            Self::Egress(egress) => {
                let api = egress.server.api()?;
                egress.run(&api, output).await
            }
            Self::User(user) => user.command.run(&user.server.api()?, output).await,
            Self::Token(token) => token.command.run(&token.server.api()?, output).await,
            Self::Audit(audit) => audit.command.run(&audit.server.api()?, output).await,
            Self::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "atoll", &mut script);
                output.write(&String::from_utf8_lossy(&script)).map(|()| Exit::Done)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
