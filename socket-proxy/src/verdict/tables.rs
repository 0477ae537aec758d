//! The verdict on each field that the Engine API knows, up to API 1.52 and back to 1.40.
//!
//! A field that is missing here is unknown and refused. Most are neutral: rendering leaves them out or sets them,
//! and a client has no say.

use super::{
    Field,
    Verdict::{Either, Endpoints, List, Neutral, Number, Object, Reference, Strict, Words},
};

macro_rules! fields {
    ($($verdict:expr => [$($name:literal),* $(,)?];)*) => {
        &[$($(Field { name: $name, verdict: $verdict },)*)*]
    };
}

/// `POST /containers/create`.
pub(crate) static CONTAINER: &[Field] = fields! {
    Reference => ["Image", "Labels", "Env"];
    // Attaching is not offered, so what was to be attached makes no difference.
    Either => ["AttachStdout", "AttachStderr"];
    Object(HOST_CONFIG) => ["HostConfig"];
    Object(NETWORKING_CONFIG) => ["NetworkingConfig"];
    Neutral => [
        "Hostname", "Domainname", "User", "AttachStdin", "ExposedPorts", "Tty", "OpenStdin", "StdinOnce", "Cmd",
        "Healthcheck", "ArgsEscaped", "Volumes", "WorkingDir", "Entrypoint", "NetworkDisabled", "MacAddress",
        "OnBuild", "StopSignal", "StopTimeout", "Shell",
        // No engine has it here, but docker-py sends it, always null.
        "Runtime",
    ];
};

static HOST_CONFIG: &[Field] = fields! {
    // An empty list unmasks /proc and /sys.
    Strict => ["MaskedPaths", "ReadonlyPaths"];
    // Zero means something here; -1 is how clients write "not set".
    Number(-1) => ["MemorySwappiness"];
    Words(&["default"]) => ["NetworkMode"];
    Object(RESTART_POLICY) => ["RestartPolicy"];
    Object(LOG_CONFIG) => ["LogConfig"];
    Neutral => [
        "Annotations", "AutoRemove", "Binds", "BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps",
        "BlkioDeviceWriteIOps", "BlkioWeight", "BlkioWeightDevice", "CapAdd", "CapDrop", "Capabilities", "Cgroup",
        "CgroupParent", "CgroupnsMode", "ConsoleSize", "ContainerIDFile", "CpuCount", "CpuPercent", "CpuPeriod",
        "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime", "CpuShares", "CpusetCpus", "CpusetMems",
        "DeviceCgroupRules", "DeviceRequests", "Devices", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "GroupAdd",
        "IOMaximumBandwidth", "IOMaximumIOps", "Init", "IpcMode", "Isolation", "KernelMemory", "KernelMemoryTCP",
        "Links", "Memory", "MemoryReservation", "MemorySwap", "Mounts", "NanoCpus", "OomKillDisable", "OomScoreAdj",
        "PidMode", "PidsLimit", "PortBindings", "Privileged", "PublishAllPorts", "ReadonlyRootfs", "Runtime",
        "SecurityOpt", "ShmSize", "StorageOpt", "Sysctls", "Tmpfs", "UTSMode", "Ulimits", "UsernsMode",
        "VolumeDriver", "VolumesFrom",
    ];
};

static RESTART_POLICY: &[Field] = fields! {
    Words(&["no"]) => ["Name"];
    Neutral => ["MaximumRetryCount"];
};

static LOG_CONFIG: &[Field] = fields! {
    Neutral => ["Type", "Config"];
};

static NETWORKING_CONFIG: &[Field] = fields! {
    Endpoints(ENDPOINT) => ["EndpointsConfig"];
};

static ENDPOINT: &[Field] = fields! {
    Object(ENDPOINT_IPAM) => ["IPAMConfig"];
    Neutral => [
        "Aliases", "DNSNames", "DriverOpts", "EndpointID", "Gateway", "GlobalIPv6Address", "GlobalIPv6PrefixLen",
        "GwPriority", "IPAddress", "IPPrefixLen", "IPv6Gateway", "Links", "MacAddress", "NetworkID",
    ];
};

static ENDPOINT_IPAM: &[Field] = fields! {
    Neutral => ["IPv4Address", "IPv6Address", "LinkLocalIPs"];
};

/// `POST /networks/create`.
pub(crate) static NETWORK: &[Field] = fields! {
    Reference => ["Labels"];
    // Asked of engines before 1.44 by rendering itself.
    Either => ["CheckDuplicate"];
    // False would take the addresses away.
    Strict => ["EnableIPv4"];
    Words(&["local"]) => ["Scope"];
    Object(IPAM) => ["IPAM"];
    Object(CONFIG_FROM) => ["ConfigFrom"];
    Neutral => ["Name", "Driver", "Internal", "Attachable", "Ingress", "ConfigOnly", "EnableIPv6", "Options"];
};

static IPAM: &[Field] = fields! {
    Words(&["default"]) => ["Driver"];
    List(IPAM_CONFIG) => ["Config"];
    Neutral => ["Options"];
};

static IPAM_CONFIG: &[Field] = fields! {
    Neutral => ["Subnet", "IPRange", "Gateway", "AuxiliaryAddresses"];
};

static CONFIG_FROM: &[Field] = fields! {
    Neutral => ["Network"];
};

/// `POST /networks/{id}/connect`.
pub(crate) static CONNECT: &[Field] = fields! {
    Reference => ["Container"];
    Object(ENDPOINT) => ["EndpointConfig"];
};

/// `POST /networks/{id}/disconnect`.
pub(crate) static DISCONNECT: &[Field] = fields! {
    Reference => ["Container"];
    Either => ["Force"];
};

/// `POST /volumes/create`.
pub(crate) static VOLUME: &[Field] = fields! {
    Reference => ["Labels"];
    Words(&["local"]) => ["Driver"];
    Neutral => ["Name", "DriverOpts", "Opts", "ClusterVolumeSpec"];
};
