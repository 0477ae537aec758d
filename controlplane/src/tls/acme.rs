//! Certificates by ACME (RFC 8555): one for each host, fetched when the host appears, replaced in time.
//!
//! The server proves to itself that a host is ours by asking over plain HTTP (HTTP-01) or on the TLS port (TLS-ALPN-01).
//! Both are offered in turn, so one of the two ports being shut off delays a certificate and does not prevent it.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::PathBuf,
    time::Duration,
};

use atoll_certificates::{Facts, Finding, Pair, Subject};
use instant_acme::{Account, AccountCredentials, ChallengeType, NewAccount};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;
use tracing::{info, warn};

use super::{
    Hosts, TlsError, certificates::Certificates, challenges::Challenges, check, config::AcmeSettings,
    files::is_due, problems::Problems,
};
use crate::{clock::Clock, private_file};

mod order;

/// How often it is looked whether a host needs a certificate.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// The first wait after a refusal; each further one is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);
/// The longest. Public servers allow five failures an hour for each name.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(12);

/// Fetches certificates.
#[derive(Debug)]
pub struct Acme {
    settings: AcmeSettings,
    certificates: Certificates,
    challenges: Challenges,
    clock: Clock,
    account: OnceCell<AccountOf>,
}

struct AccountOf(Account);

/// Because its key is a secret.
impl std::fmt::Debug for AccountOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Account")
    }
}

/// How it went for one host so far.
#[derive(Debug, Default)]
struct Tries {
    failures: u32,
    due: Option<Timestamp>,
    problem: Option<Finding>,
}

impl Acme {
    /// Makes the folder, which only its owner may enter. The server is not asked before [`Acme::keep`].
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(
        settings: AcmeSettings,
        certificates: Certificates,
        challenges: Challenges,
    ) -> Result<Self, TlsError> {
        private_file::make_folder(&settings.folder)
            .map_err(|source| TlsError::Folder { path: settings.folder.clone(), source })?;
        Ok(Self { settings, certificates, challenges, clock: Clock::system(), account: OnceCell::new() })
    }

    /// Sees to it that every host has a certificate, for ever.
    pub(super) async fn keep(&self, hosts: &Hosts, problems: &Problems) {
        let mut known: HashMap<String, Facts> = HashMap::new();
        let mut tries: HashMap<String, Tries> = HashMap::new();
        let mut resolved: HashSet<String> = HashSet::new();
        loop {
            match hosts.now().await {
                Ok(hosts) => {
                    for host in &hosts {
                        self.see_to(host, &mut known, tries.entry(host.clone()).or_default()).await;
                    }
                    tries.retain(|host, _| hosts.contains(host));
                    let mut found: Vec<Finding> =
                        hosts.iter().filter_map(|host| tries.get(host)?.problem.clone()).collect();
                    let new: Vec<String> =
                        hosts.into_iter().filter(|host| !resolved.contains(host)).collect();
                    let unresolved = check::names(&new).await;
                    let is_unresolved =
                        |host: &String| unresolved.iter().any(|problem| problem.host.as_ref() == Some(host));
                    resolved.extend(new.iter().filter(|host| !is_unresolved(host)).cloned());
                    found.extend(unresolved);
                    problems.tell(found);
                }
                Err(error) => warn!(%error, "could not list the hosts that need a certificate"),
            }
            self.clock.sleep(LOOK_EVERY).await;
        }
    }

    /// One host: what was kept is taken over, what is missing or old is fetched.
    async fn see_to(&self, host: &str, known: &mut HashMap<String, Facts>, tries: &mut Tries) {
        if !known.contains_key(host)
            && let Some(facts) = self.take_kept(host)
        {
            known.insert(host.to_owned(), facts);
        }
        let now = self.clock.now();
        let needed = known.get(host).is_none_or(|facts| is_due(facts, now));
        if !needed || tries.due.is_some_and(|due| now < due) {
            return;
        }
        // One way after the other, beginning with the port that is open more often.
        let ways = [ChallengeType::Http01, ChallengeType::TlsAlpn01];
        let way = ways[usize::try_from(tries.failures % 2).unwrap_or(0)].clone();
        match self.fetch(host, way).await {
            Ok(facts) => {
                info!(host, expires_at = %facts.not_after, "fetched a certificate");
                known.insert(host.to_owned(), facts);
                *tries = Tries::default();
            }
            Err(error) => *tries = tries.failed(host, &error, now),
        }
    }

    /// Takes over what an earlier run has kept.
    fn take_kept(&self, host: &str) -> Option<Facts> {
        let pem = fs::read(self.path(host)).ok()?;
        match pair_of(&pem) {
            Ok(pair) => Some(self.serve(host, pair)),
            Err(error) => {
                warn!(host, %error, "a certificate that was kept cannot be used; another is fetched");
                None
            }
        }
    }

    async fn fetch(&self, host: &str, way: ChallengeType) -> Result<Facts, TlsError> {
        let AccountOf(account) = self.account.get_or_try_init(|| self.open_account()).await?;
        let pem = order::fulfil(account, host, way, &self.certificates, &self.challenges).await?;
        let pair = pair_of(pem.expose().as_bytes())?;
        let path = self.path(host);
        private_file::write(&path, pem.expose().as_bytes())
            .map_err(|source| TlsError::Folder { path, source })?;
        Ok(self.serve(host, pair))
    }

    fn serve(&self, host: &str, pair: Pair) -> Facts {
        let facts = pair.facts().clone();
        self.certificates.set(host, pair.certified);
        facts
    }

    /// The account that was kept, or a new one.
    async fn open_account(&self) -> Result<AccountOf, TlsError> {
        let AcmeSettings { directory, email, root, folder, .. } = &self.settings;
        let builder = match root {
            Some(root) => Account::builder_with_root(root)?,
            None => Account::builder()?,
        };
        let path = folder.join("account.json");
        if let Ok(kept) = fs::read(&path) {
            let credentials: AccountCredentials =
                serde_json::from_slice(&kept).map_err(instant_acme::Error::from)?;
            return Ok(AccountOf(builder.from_credentials(credentials).await?));
        }
        let contact: Vec<&str> = email.iter().map(|email| email.expose()).collect();
        let asked =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let (account, credentials) = builder.create(&asked, directory.clone(), None).await?;
        let kept = serde_json::to_vec(&credentials).map_err(instant_acme::Error::from)?;
        private_file::write(&path, &kept).map_err(|source| TlsError::Folder { path, source })?;
        info!("opened an account at the ACME server");
        Ok(AccountOf(account))
    }

    /// Where a host's certificate and key are kept. Host names hold nothing that a path could trip over.
    fn path(&self, host: &str) -> PathBuf {
        self.settings.folder.join(format!("{host}.pem"))
    }
}

/// A pair out of one PEM text that holds both, as it is kept after it was fetched.
fn pair_of(pem: &[u8]) -> Result<Pair, TlsError> {
    Pair::read(pem, pem).map_err(|error| TlsError::Unusable(error.to_string()))
}

impl Tries {
    fn failed(&self, host: &str, error: &TlsError, now: Timestamp) -> Self {
        let failures = self.failures.saturating_add(1);
        // Because the other way may work at once, the first two follow each other without a wait.
        let wait = match failures {
            1 => SignedDuration::ZERO,
            more => (FIRST_WAIT * 2_i32.pow((more - 2).min(10))).min(LONGEST_WAIT),
        };
        let due = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        let problem = Finding::of_host(
            Subject::Acme,
            host,
            format!("There is no fresh certificate for `{host}`: {error}."),
            format!(
                "See that `{host}` resolves to this machine and that ports 80 and 443 reach it. Tried again at {due}."
            ),
        );
        Self { failures, due: Some(due), problem: Some(problem) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_tried_again_ever_less_often() {
        let now = Timestamp::UNIX_EPOCH;
        let error = TlsError::Unusable("x".to_owned());
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        for _ in 0..14 {
            tries = tries.failed("a.example", &error, now);
            waits.push(tries.due.unwrap().duration_since(now).as_secs() / 60);
        }
        assert_eq!(waits[..6], [0, 1, 2, 4, 8, 16]);
        assert_eq!(waits[13], 720);
    }
}
