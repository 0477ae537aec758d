//! The verdict on each field that the Engine API knows, from API 1.40 up to 1.56, with the reason.
//!
//! A field that is missing here is unknown and refused. Most are neutral: rendering leaves them out or sets them,
//! and a client has no say. `docs/engine-policy.md` is written from these tables, and a test fails when it is not what
//! they say, or when a field of `fields-1.56.txt` has no verdict.

use super::{
    Field,
    Verdict::{Either, Endpoints, List, Neutral, Number, Object, Reference, Strict, Words},
};

macro_rules! fields {
    ($($verdict:expr, $why:literal => [$($name:literal),* $(,)?];)*) => {
        &[$($(Field { name: $name, verdict: $verdict, why: $why },)*)*]
    };
}

/// `POST /containers/create`.
pub(crate) static CONTAINER: &[Field] = fields! {
    Reference, "says which service is meant; its seal is ours to write" => ["Labels"];
    Reference, "must be the service's own reference or pin; the engine is told the image's id" => ["Image"];
    Reference, "values of declared holes are taken, everything else must be what is rendered" => ["Env"];
    Either, "attaching is not offered, so what was to be attached makes no difference" => ["AttachStdout", "AttachStderr"];
    Object(HOST_CONFIG), "field by field" => ["HostConfig"];
    Object(NETWORKING_CONFIG), "field by field" => ["NetworkingConfig"];
    Neutral, "rendered from the entry, numeric: the image's own user may be root" => ["User"];
    Neutral, "rendered from the entry" => [
        "Cmd", "Entrypoint", "Healthcheck", "Hostname", "StopSignal", "StopTimeout", "WorkingDir",
    ];
    Neutral, "nothing attaches, so nothing is read from a terminal" => ["AttachStdin", "OpenStdin", "StdinOnce", "Tty"];
    Neutral, "apps publish no port: the gateway comes to them" => ["ExposedPorts"];
    Neutral, "would make volumes that no entry names and no seal covers" => ["Volumes"];
    Neutral, "a second name on the network" => ["Domainname"];
    Neutral, "an address of one's own on the network is a way to pose as a neighbour" => ["MacAddress"];
    Neutral, "every island has its network" => ["NetworkDisabled"];
    Neutral, "of builds and of Windows" => ["ArgsEscaped", "OnBuild", "Shell"];
    Neutral, "no engine has it here, but docker-py sends it, always null" => ["Runtime"];
};

static HOST_CONFIG: &[Field] = fields! {
    Strict, "an empty list unmasks /proc and /sys" => ["MaskedPaths", "ReadonlyPaths"];
    Number(-1), "0 means something here; -1 is how clients write that it was never set" => ["MemorySwappiness"];
    Words(&["default"]), "the island's own network, by its id; `host` and `container:` reach past it" => ["NetworkMode"];
    Object(RESTART_POLICY), "the control plane restarts, with back-off" => ["RestartPolicy"];
    Object(LOG_CONFIG), "other drivers write to sockets, hosts and files, or without bound" => ["LogConfig"];
    Neutral, "rendered from the limits of the entry; 0 and -1 mean no limit" => ["Memory", "NanoCpus", "PidsLimit"];
    Neutral, "rendered as the memory limit: 0 would double it, -1 lift it" => ["MemorySwap"];
    Neutral, "a second way to say a limit" => [
        "CpuCount", "CpuPercent", "CpuPeriod", "CpuQuota", "CpuShares", "CpusetCpus", "CpusetMems",
        "KernelMemory", "KernelMemoryTCP", "MemoryReservation",
    ];
    Neutral, "real-time scheduling starves the host" => ["CpuRealtimePeriod", "CpuRealtimeRuntime"];
    Neutral, "names of host devices answer whether a path exists there" => [
        "BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps", "BlkioDeviceWriteIOps",
        "BlkioWeight", "BlkioWeightDevice",
    ];
    Neutral, "raw access to the host's hardware" => ["DeviceCgroupRules", "DeviceRequests", "Devices"];
    Neutral, "paths of the host, and the back doors to them" => [
        "Binds", "ContainerIDFile", "VolumeDriver", "VolumesFrom",
    ];
    Neutral, "rendered: volumes of the island's own and tmpfs with a size" => ["Mounts"];
    Neutral, "a raw option string, with `exec` and `suid`; tmpfs is rendered as a mount" => ["Tmpfs"];
    Neutral, "full power over the host" => ["CapAdd", "Capabilities", "Privileged"];
    Neutral, "rendered as ALL" => ["CapDrop"];
    Neutral, "rendered as no-new-privileges; the last of several wins, so the list is compared whole" => ["SecurityOpt"];
    Neutral, "rendered as true, unless the entry relaxes it with a reason" => ["ReadonlyRootfs"];
    Neutral, "another's namespace" => ["Cgroup", "CgroupnsMode", "IpcMode", "PidMode", "UTSMode", "UsernsMode"];
    Neutral, "out of the accounting that limits rest on" => ["CgroupParent"];
    Neutral, "groups of the host, such as the engine's own" => ["GroupAdd"];
    Neutral, "knobs of the kernel and of runtimes" => ["Annotations", "Sysctls", "Ulimits"];
    Neutral, "another runtime isolates in another way" => ["Isolation", "Runtime"];
    Neutral, "names resolve within the island only; `host-gateway` would show the host" => [
        "Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "Links",
    ];
    Neutral, "apps publish no port: the gateway comes to them" => ["PortBindings", "PublishAllPorts"];
    Neutral, "lets an app outlive the host's own services when memory runs out" => ["OomKillDisable", "OomScoreAdj"];
    Neutral, "rendered or left to the engine" => ["AutoRemove", "Init", "ShmSize", "StorageOpt"];
    Neutral, "of Windows" => ["ConsoleSize", "IOMaximumBandwidth", "IOMaximumIOps"];
};

static RESTART_POLICY: &[Field] = fields! {
    Words(&["no"]), "`no` is how the docker CLI writes none" => ["Name"];
    Neutral, "there is no policy to count for" => ["MaximumRetryCount"];
};

static LOG_CONFIG: &[Field] = fields! {
    Neutral, "rendered as the `local` driver with a bound" => ["Type", "Config"];
};

static NETWORKING_CONFIG: &[Field] = fields! {
    Endpoints(ENDPOINT), "the island's network only; the docker CLI names `default` with neutral values" => ["EndpointsConfig"];
};

static ENDPOINT: &[Field] = fields! {
    Object(ENDPOINT_IPAM), "field by field" => ["IPAMConfig"];
    Neutral, "rendered: another's name on the network is a way into its traffic" => ["Aliases", "DNSNames", "Links"];
    Neutral, "options of drivers reach the kernel's network settings" => ["DriverOpts"];
    Neutral, "an address of one's own on the network is a way to pose as a neighbour" => ["MacAddress"];
    Neutral, "the island has one network, so there is no choice of gateway" => ["GwPriority"];
    Neutral, "the engine's to say; clients send back what an inspect told them" => [
        "EndpointID", "Gateway", "GlobalIPv6Address", "GlobalIPv6PrefixLen", "IPAddress", "IPPrefixLen",
        "IPv6Gateway", "NetworkID",
    ];
};

static ENDPOINT_IPAM: &[Field] = fields! {
    Neutral, "addresses are rendered" => ["IPv4Address", "IPv6Address", "LinkLocalIPs"];
};

/// `POST /networks/create`.
pub(crate) static NETWORK: &[Field] = fields! {
    Reference, "says which island is meant; its seal is ours to write" => ["Labels"];
    Either, "rendered as true before API 1.44, where engines take a second network of a name otherwise" => ["CheckDuplicate"];
    Strict, "false would take the addresses away" => ["EnableIPv4"];
    Words(&["local"]), "one machine's network" => ["Scope"];
    Object(IPAM), "field by field" => ["IPAM"];
    Object(CONFIG_FROM), "field by field" => ["ConfigFrom"];
    Neutral, "rendered" => ["Name"];
    Neutral, "rendered as `bridge`: others put apps on the host's own network" => ["Driver"];
    Neutral, "rendered as true: no road to the host nor to the internet" => ["Internal"];
    Neutral, "rendered: no host address on the bridge; others enslave interfaces of the host" => ["Options"];
    Neutral, "rendered as off: a second protocol past the first one's rules" => ["EnableIPv6"];
    Neutral, "others could join, or be configured by it" => ["Attachable", "ConfigOnly", "Ingress"];
};

static IPAM: &[Field] = fields! {
    Words(&["default"]), "plugins hand out addresses outside of the pool" => ["Driver"];
    List(IPAM_CONFIG), "field by field" => ["Config"];
    Neutral, "of plugins" => ["Options"];
};

static IPAM_CONFIG: &[Field] = fields! {
    Neutral, "rendered: the island's /28 of the pool, where no other network is shadowed" => [
        "AuxiliaryAddresses", "Gateway", "IPRange", "Subnet",
    ];
};

static CONFIG_FROM: &[Field] = fields! {
    Neutral, "another network's settings" => ["Network"];
};

/// `POST /networks/{id}/connect`.
pub(crate) static CONNECT: &[Field] = fields! {
    Reference, "the control plane's container and no other; the engine is told its id" => ["Container"];
    Object(ENDPOINT), "as in a create" => ["EndpointConfig"];
};

/// `POST /networks/{id}/disconnect`.
pub(crate) static DISCONNECT: &[Field] = fields! {
    Reference, "the control plane's container and no other; the engine is told its id" => ["Container"];
    Either, "passed on" => ["Force"];
};

/// `POST /volumes/create`.
pub(crate) static VOLUME: &[Field] = fields! {
    Reference, "says which volume is meant; its seal is ours to write" => ["Labels"];
    Words(&["local"]), "plugins mount anything" => ["Driver"];
    Neutral, "rendered" => ["Name"];
    Neutral, "`type=none,o=bind,device=/` is the host's root as a volume" => ["DriverOpts", "Opts"];
    Neutral, "of clusters" => ["ClusterVolumeSpec"];
};
