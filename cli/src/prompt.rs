//! Asking for passwords: at the terminal without echo, or from standard input for scripts. Never as an argument, which
//! every user of the machine could read in the process list.

use std::{
    fmt,
    io::{self, BufRead},
};

use clap::Args;
use serde::{Serialize, Serializer};

use crate::failure::Failure;

/// A password. It goes into a request's body and nowhere else.
pub(crate) struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Where passwords come from.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct PasswordSource {
    /// Read the password from standard input instead of asking, one a line.
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordSource {
    /// A password that exists already.
    pub(crate) fn existing(self, question: &str) -> Result<Password, Failure> {
        if self.password_stdin { from_stdin() } else { ask(question) }
    }

    /// A new password; a person types it twice.
    pub(crate) fn new_one(self, question: &str) -> Result<Password, Failure> {
        let password = self.existing(question)?;
        if self.password_stdin || ask("The same again: ")?.0 == password.0 {
            return Ok(password);
        }
        Err(Failure::new("the two passwords differ").cure("run the command again"))
    }
}

fn ask(question: &str) -> Result<Password, Failure> {
    rpassword::prompt_password(question).map(Password).map_err(|error| {
        Failure::because("could not ask for a password", &error)
            .cure("run this at a terminal, or give the password with --password-stdin")
    })
}

fn from_stdin() -> Result<Password, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::because("could not read the password from standard input", &error))?;
    let password = line.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        return Err(Failure::new("standard input held no password")
            .cure("write it on one line, such as: atoll login --password-stdin < password.txt"));
    }
    Ok(Password(password.to_owned()))
}
