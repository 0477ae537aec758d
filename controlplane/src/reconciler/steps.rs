//! The named steps of each operation: what people watch, in the order in which they read it.
//!
//! Steps of one operation may overlap in time (the gateway joins the network while containers are created), so a
//! step's place in the list is where a person looks for it, not a promise that the one above has ended.

use atoll_sandbox::allowlist::App;

use super::{
    operation::{OperationKind, Step, VolumeFate},
    words::stored_words,
};

stored_words! {
    /// One step of an operation.
    StepName {
        /// The app is on the allowlist, pinned, and asks for nothing that cannot be given.
        Policy = "policy",
        /// The pinned images are on the engine.
        Images = "images",
        /// The island has an address range of its own.
        Address = "address",
        /// The island's network exists.
        Network = "network",
        /// The control plane is a member of the network.
        Gateway = "gateway",
        /// The island's volumes exist.
        Volumes = "volumes",
        /// The island's containers exist.
        Containers = "containers",
        /// They run.
        Start = "start",
        /// They run as was asked for.
        Verify = "verify",
        /// The app answers.
        Ready = "ready",
        /// Nothing of the app runs.
        Stop = "stop",
        /// The containers are gone.
        RemoveContainers = "remove_containers",
        /// The network is gone.
        RemoveNetwork = "remove_network",
        /// The volumes are gone, or were kept.
        RemoveVolumes = "remove_volumes",
        /// The app is no longer installed.
        Forget = "forget",
        /// What a failed install had made is gone.
        RollBack = "roll_back",
    }
}

/// The steps of an operation on `app`, all pending. `app` is `None` where the allowlist no longer has it.
pub fn plan(kind: OperationKind, app: Option<&App>, volumes: VolumeFate) -> Vec<Step> {
    use StepName::{
        Address, Containers, Forget, Gateway, Images, Network, Policy, Ready, RemoveContainers,
        RemoveNetwork, RemoveVolumes, Start, Stop, Verify, Volumes,
    };
    let names: &[StepName] = match kind {
        OperationKind::Install => {
            &[Policy, Images, Address, Network, Gateway, Volumes, Containers, Start, Verify, Ready]
        }
        OperationKind::Start => {
            &[Policy, Images, Network, Gateway, Volumes, Containers, Start, Verify, Ready]
        }
        OperationKind::Stop => &[Stop],
        OperationKind::Remove => &[Stop, RemoveContainers, RemoveNetwork, RemoveVolumes, Forget],
    };
    names.iter().map(|name| Step::pending(*name, title(*name, app, volumes))).collect()
}

/// What people read for a step.
pub fn title(name: StepName, app: Option<&App>, volumes: VolumeFate) -> &'static str {
    let several = app.is_some_and(|app| app.services.len() > 1);
    match (name, several) {
        (StepName::Policy, _) => "Check the approved list",
        (StepName::Images, false) => "Check the image",
        (StepName::Images, true) => "Check the images",
        (StepName::Address, _) => "Reserve an address range",
        (StepName::Network, _) => "Create the app's own network",
        (StepName::Gateway, _) => "Join the gateway to the network",
        (StepName::Volumes, _) => "Create the volumes",
        (StepName::Containers, false) => "Create the container",
        (StepName::Containers, true) => "Create the containers",
        (StepName::Start, _) => "Start the app",
        (StepName::Verify, _) => "Compare what runs with what was approved",
        (StepName::Ready, _) => "Wait until the app answers",
        (StepName::Stop, _) => "Stop the app",
        (StepName::RemoveContainers, false) => "Remove the container",
        (StepName::RemoveContainers, true) => "Remove the containers",
        (StepName::RemoveNetwork, _) => "Remove the network",
        (StepName::RemoveVolumes, _) => match volumes {
            VolumeFate::Keep => "Keep the data",
            VolumeFate::Delete => "Delete the data",
        },
        (StepName::Forget, _) => "Forget the app",
        (StepName::RollBack, _) => "Remove what the failed install had made",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_reads_back_as_itself() {
        use OperationKind::{Install, Remove, Start, Stop};
        for kind in [Install, Start, Stop, Remove] {
            for step in plan(kind, None, VolumeFate::Keep) {
                assert_eq!(step.name.as_str().parse(), Ok(step.name));
                assert_eq!(serde_json::to_value(step.name).unwrap(), step.name.as_str());
            }
        }
        assert!("defrost".parse::<StepName>().is_err());
    }

    #[test]
    fn a_removal_says_what_becomes_of_the_data() {
        let titles = |volumes| {
            plan(OperationKind::Remove, None, volumes).into_iter().map(|step| step.title).collect::<Vec<_>>()
        };
        assert!(titles(VolumeFate::Keep).contains(&"Keep the data".to_owned()));
        assert!(titles(VolumeFate::Delete).contains(&"Delete the data".to_owned()));
    }
}
