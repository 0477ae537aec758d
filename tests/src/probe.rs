//! The probe app, driven through the gateway by somebody who may open it.

use serde_json::Value;

use crate::machine::Machine;
use crate::person::Person;

/// One probe app and the person who drives it.
pub struct Probe<'a> {
    /// Its id on the allowlist.
    pub app: &'static str,
    person: &'a Person,
}

impl<'a> Probe<'a> {
    /// The probe `app`, opened by `person`.
    pub async fn opened(app: &'static str, person: &'a Person) -> Self {
        let (answer, passed) = person.open(app).await;
        assert_eq!(answer.status, 200, "`{app}` did not open by {passed:?}: {answer:?}");
        Self { app, person }
    }

    /// Asks it for JSON.
    pub async fn ask(&self, path: &str) -> Value {
        self.person.get_at(self.app, path).await.expect_status(200).json()
    }

    /// Asks it for text.
    pub async fn text(&self, path: &str) -> String {
        self.person.get_at(self.app, path).await.expect_status(200).text
    }

    /// Whether it reaches an address from the inside, and how the try ended.
    pub async fn reaches(&self, protocol: &str, host: &str, port: u16) -> (bool, String) {
        let host = host.replace('%', "%25");
        let answer = self.ask(&format!("/connect?proto={protocol}&host={host}&port={port}")).await;
        (answer["result"] == "connected", answer.to_string())
    }

    /// The name of its container.
    pub fn container(&self) -> String {
        format!("atoll-{}-main-web", self.app)
    }

    /// Its address on its island.
    ///
    /// # Panics
    /// When it has none.
    pub fn address(&self) -> String {
        let networks = Machine::here().inspect(&self.container())["NetworkSettings"]["Networks"].clone();
        let network = &networks[format!("atoll-{}-main", self.app)];
        network["IPAddress"].as_str().expect("a running container has an address").to_owned()
    }

    /// The address with this last number on its island's network: 1 is the gateway that nobody has, 14 the control plane.
    ///
    /// # Panics
    /// When the probe has no address.
    pub fn sibling(&self, last: u8) -> String {
        let own: std::net::Ipv4Addr = self.address().parse().expect("an IPv4 address");
        std::net::Ipv4Addr::from((u32::from(own) & !0xf) + u32::from(last)).to_string()
    }
}
