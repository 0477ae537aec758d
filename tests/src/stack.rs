//! The stack under test: its administrator, its users, its apps, each made when first asked for.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::machine::Machine;
use crate::person::{Person, SESSION_COOKIE, host_of};

const ADMIN: (&str, &str) = ("admin@example.com", "correct horse battery staple");
const PASSWORD: &str = "a long enough password";

/// Where the console is.
pub fn base_url() -> String {
    std::env::var("ATOLL_BASE_URL").unwrap_or_else(|_| "http://atoll.localhost:8080".into())
}

/// The running stack, in the hands of its administrator.
pub struct Stack {
    /// Signed in as administrator.
    pub admin: Person,
    /// The machine it runs on.
    pub machine: Machine,
}

impl Stack {
    /// The stack with an administrator signed in; sets it up when it is new.
    pub async fn ready() -> Self {
        let machine = Machine::here();
        let admin = Person::new();
        if admin.api(Method::GET, "/setup", None).await.expect_status(200).json()["needed"] == true {
            set_up(&admin, machine).await;
        }
        Self { admin: signed_in(admin, ADMIN).await, machine }
    }

    /// The stack with both probes running, and a user who may open both.
    pub async fn with_probes() -> (Self, Person) {
        let stack = Self::ready().await;
        let user = stack.user("prober").await;
        for app in ["probe-a", "probe-b"] {
            stack.installed(app).await;
            stack.grant(app, "prober").await;
        }
        (stack, user)
    }

    /// A member called `name`, signed in; made when there is none.
    pub async fn user(&self, name: &str) -> Person {
        let body = json!({"name": name, "email": email(name), "password": PASSWORD, "role": "member"});
        let made = self.admin.api(Method::POST, "/users", Some(body)).await;
        assert!(matches!(made.status, 200 | 201 | 409), "could not make user `{name}`: {made:?}");
        let (email, password) = (email(name), PASSWORD);
        signed_in(Person::new(), (&email, password)).await
    }

    /// The id of the user called `name`.
    ///
    /// # Panics
    /// When there is none.
    pub async fn user_id(&self, name: &str) -> String {
        let listed = self.admin.api(Method::GET, "/users", None).await.expect_status(200).json();
        let users = listed["users"].as_array().expect("a list").clone();
        let user = users.iter().find(|user| user["email"] == email(name)).expect("the user was made");
        user["id"].as_str().expect("an id").to_owned()
    }

    /// Lets a user open an app.
    pub async fn grant(&self, app: &str, user: &str) {
        let path = format!("/apps/{app}/grants/{}", self.user_id(user).await);
        self.admin.api(Method::PUT, &path, Some(json!({"role": "user"}))).await.expect_status(200);
    }

    /// Takes that right away.
    pub async fn revoke(&self, app: &str, user: &str) {
        let path = format!("/apps/{app}/grants/{}", self.user_id(user).await);
        self.admin.api(Method::DELETE, &path, None).await.expect_status(204);
    }

    /// The administrator's view of an app.
    pub async fn app(&self, app: &str) -> Value {
        self.admin.api(Method::GET, &format!("/apps/{app}"), None).await.expect_status(200).json()
    }

    /// Installs an app when it is not, starts it when it is stopped, and waits until it answers.
    pub async fn installed(&self, app: &str) {
        let view = self.admin.api(Method::GET, &format!("/apps/{app}"), None).await;
        if view.status == 404 {
            self.succeeds(Method::POST, "/apps", Some(json!({"app": app}))).await;
        } else if view.json()["desired"] == "stopped" {
            self.succeeds(Method::POST, &format!("/apps/{app}/start"), None).await;
        }
        self.wait_for_state(app, "ready").await;
    }

    /// Removes an app and its data when it is installed.
    pub async fn removed(&self, app: &str) {
        if self.admin.api(Method::GET, &format!("/apps/{app}"), None).await.status == 200 {
            self.succeeds(Method::DELETE, &format!("/apps/{app}?volumes=delete"), None).await;
        }
    }

    /// Starts an operation and waits until it has ended, one way or the other.
    pub async fn operation(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let begun = self.admin.api(method, path, body).await.expect_status(202).json();
        self.ended(begun["id"].as_str().expect("an operation has an id")).await
    }

    /// As [`Stack::operation`], and it must succeed.
    pub async fn succeeds(&self, method: Method, path: &str, body: Option<Value>) {
        let ended = self.operation(method, path, body).await;
        assert_eq!(ended["state"], "succeeded", "{path}: {ended:#}");
    }

    /// Waits until an operation has ended.
    pub async fn ended(&self, id: &str) -> Value {
        let path = format!("/operations/{id}");
        eventually(&format!("operation {id} ends"), 90, async || {
            let view = self.try_api(&path).await?;
            matches!(view["state"].as_str(), Some("succeeded" | "failed")).then_some(view)
        })
        .await
    }

    /// Waits until an app is in a state.
    pub async fn wait_for_state(&self, app: &str, state: &str) -> Value {
        let path = format!("/apps/{app}");
        eventually(&format!("`{app}` is {state}"), 90, async || {
            let view = self.try_api(&path).await?;
            (view["state"] == state).then_some(view)
        })
        .await
    }

    /// A `GET` that may fail because the control plane is just restarting.
    pub async fn try_api(&self, path: &str) -> Option<Value> {
        let request = self.admin.api_request(Method::GET, path, None);
        let answer = self.admin.try_send(request).await.ok().filter(|answer| answer.status == 200)?;
        Some(answer.json())
    }

    /// Waits until the control plane says that it is ready.
    pub async fn wait_until_up(&self) {
        eventually("the control plane is ready", 60, async || {
            let request = self.admin.request(Method::GET, &format!("{}/readyz", base_url()));
            self.admin.try_send(request).await.ok().filter(|answer| answer.status == 200)
        })
        .await;
    }
}

/// Tries again until there is a value.
///
/// # Panics
/// When there is none after `secs` seconds; the message says what was waited for.
pub async fn eventually<T>(what: &str, secs: u64, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(secs);
    loop {
        if let Some(value) = attempt().await {
            return value;
        }
        assert!(Instant::now() < deadline, "waited {secs} s in vain until {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The address of the user called `name`.
pub fn email(name: &str) -> String {
    format!("{name}@example.com")
}

async fn set_up(admin: &Person, machine: Machine) {
    let printed = machine.docker(&["exec", "atoll-controlplane", "/atoll-controlplane", "setup-code"]);
    let code = printed.split_whitespace().last().expect("a code is printed").to_owned();
    let body = json!({"code": code, "name": "Ada Admin", "email": ADMIN.0, "password": ADMIN.1});
    admin.api(Method::POST, "/setup", Some(body)).await.expect_status(201);
}

/// Signs in, or takes up the session of an earlier test.
/// Because each test is a process of its own, and signing in is limited in rate.
async fn signed_in(person: Person, (email, password): (&str, &str)) -> Person {
    let host = host_of(&base_url());
    let kept = session_file(email);
    if let Ok(token) = std::fs::read_to_string(&kept) {
        person.set_cookie(&host, SESSION_COOKIE, &token);
        if person.api(Method::GET, "/session", None).await.status == 200 {
            return person;
        }
    }
    person.sign_in(email, password).await.expect_status(200);
    let token = person.cookie(&host, SESSION_COOKIE).expect("signing in sets the session cookie");
    std::fs::write(&kept, token).expect("the test machine's /run can be written");
    person
}

fn session_file(email: &str) -> PathBuf {
    PathBuf::from(format!("/run/session-{email}"))
}
