//! The engine's request types with their Go types: embedded structs are written out where Go promotes their fields.

use super::Go::{self, Bool, Int, List, Map, Nothing, Pointer, Struct, Text};

const TEXTS: Go = List(&Text);
const TEXT_MAP: Go = Map(&Text);

/// `POST /containers/create`: `container.Config` with `HostConfig` and `NetworkingConfig` beside it.
pub(crate) const CONTAINER_CREATE: Go = Struct(&[
    ("Hostname", Text),
    ("Domainname", Text),
    ("User", Text),
    ("AttachStdin", Bool),
    ("AttachStdout", Bool),
    ("AttachStderr", Bool),
    ("ExposedPorts", Map(&Nothing)),
    ("Tty", Bool),
    ("OpenStdin", Bool),
    ("StdinOnce", Bool),
    ("Env", TEXTS),
    ("Cmd", TEXTS),
    ("Healthcheck", Pointer(&HEALTHCHECK)),
    ("ArgsEscaped", Bool),
    ("Image", Text),
    ("Volumes", Map(&Nothing)),
    ("WorkingDir", Text),
    ("Entrypoint", TEXTS),
    ("NetworkDisabled", Bool),
    ("MacAddress", Text),
    ("OnBuild", TEXTS),
    ("Labels", TEXT_MAP),
    ("StopSignal", Text),
    ("StopTimeout", Pointer(&Int)),
    ("Shell", TEXTS),
    ("HostConfig", Pointer(&HOST_CONFIG)),
    ("NetworkingConfig", Pointer(&NETWORKING_CONFIG)),
]);

const HEALTHCHECK: Go = Struct(&[
    ("Test", TEXTS),
    ("Interval", Int),
    ("Timeout", Int),
    ("StartPeriod", Int),
    ("StartInterval", Int),
    ("Retries", Int),
]);

const WEIGHT_DEVICE: Go = Struct(&[("Path", Text), ("Weight", Int)]);
const THROTTLE_DEVICE: Go = Struct(&[("Path", Text), ("Rate", Int)]);
const THROTTLES: Go = List(&Pointer(&THROTTLE_DEVICE));
const PORT_BINDING: Go = Struct(&[("HostIp", Text), ("HostPort", Text)]);
const DEVICE: Go = Struct(&[("PathOnHost", Text), ("PathInContainer", Text), ("CgroupPermissions", Text)]);
const DEVICE_REQUEST: Go = Struct(&[
    ("Driver", Text),
    ("Count", Int),
    ("DeviceIDs", TEXTS),
    ("Capabilities", List(&TEXTS)),
    ("Options", TEXT_MAP),
]);
const ULIMIT: Go = Struct(&[("Name", Text), ("Soft", Int), ("Hard", Int)]);

const HOST_CONFIG: Go = Struct(&[
    ("Binds", TEXTS),
    ("ContainerIDFile", Text),
    ("LogConfig", Struct(&[("Type", Text), ("Config", TEXT_MAP)])),
    ("NetworkMode", Text),
    ("PortBindings", Map(&List(&PORT_BINDING))),
    ("RestartPolicy", Struct(&[("Name", Text), ("MaximumRetryCount", Int)])),
    ("AutoRemove", Bool),
    ("VolumeDriver", Text),
    ("VolumesFrom", TEXTS),
    ("ConsoleSize", List(&Int)),
    ("Annotations", TEXT_MAP),
    ("CapAdd", TEXTS),
    ("CapDrop", TEXTS),
    ("Capabilities", TEXTS),
    ("CgroupnsMode", Text),
    ("Dns", TEXTS),
    ("DnsOptions", TEXTS),
    ("DnsSearch", TEXTS),
    ("ExtraHosts", TEXTS),
    ("GroupAdd", TEXTS),
    ("IpcMode", Text),
    ("Cgroup", Text),
    ("Links", TEXTS),
    ("OomScoreAdj", Int),
    ("PidMode", Text),
    ("Privileged", Bool),
    ("PublishAllPorts", Bool),
    ("ReadonlyRootfs", Bool),
    ("SecurityOpt", TEXTS),
    ("StorageOpt", TEXT_MAP),
    ("Tmpfs", TEXT_MAP),
    ("UTSMode", Text),
    ("UsernsMode", Text),
    ("ShmSize", Int),
    ("Sysctls", TEXT_MAP),
    ("Runtime", Text),
    ("Isolation", Text),
    ("CpuShares", Int),
    ("Memory", Int),
    ("NanoCpus", Int),
    ("CgroupParent", Text),
    ("BlkioWeight", Int),
    ("BlkioWeightDevice", List(&Pointer(&WEIGHT_DEVICE))),
    ("BlkioDeviceReadBps", THROTTLES),
    ("BlkioDeviceWriteBps", THROTTLES),
    ("BlkioDeviceReadIOps", THROTTLES),
    ("BlkioDeviceWriteIOps", THROTTLES),
    ("CpuPeriod", Int),
    ("CpuQuota", Int),
    ("CpuRealtimePeriod", Int),
    ("CpuRealtimeRuntime", Int),
    ("CpusetCpus", Text),
    ("CpusetMems", Text),
    ("Devices", List(&DEVICE)),
    ("DeviceCgroupRules", TEXTS),
    ("DeviceRequests", List(&DEVICE_REQUEST)),
    ("KernelMemory", Int),
    ("KernelMemoryTCP", Int),
    ("MemoryReservation", Int),
    ("MemorySwap", Int),
    ("MemorySwappiness", Pointer(&Int)),
    ("OomKillDisable", Pointer(&Bool)),
    ("PidsLimit", Pointer(&Int)),
    ("Ulimits", List(&Pointer(&ULIMIT))),
    ("CpuCount", Int),
    ("CpuPercent", Int),
    ("IOMaximumIOps", Int),
    ("IOMaximumBandwidth", Int),
    ("Mounts", List(&MOUNT)),
    ("MaskedPaths", TEXTS),
    ("ReadonlyPaths", TEXTS),
    ("Init", Pointer(&Bool)),
]);

const MOUNT: Go = Struct(&[
    ("Type", Text),
    ("Source", Text),
    ("Target", Text),
    ("ReadOnly", Bool),
    ("Consistency", Text),
    (
        "BindOptions",
        Pointer(&Struct(&[("Propagation", Text), ("NonRecursive", Bool), ("CreateMountpoint", Bool)])),
    ),
    ("VolumeOptions", Pointer(&VOLUME_OPTIONS)),
    ("ImageOptions", Pointer(&Struct(&[("Subpath", Text)]))),
    ("TmpfsOptions", Pointer(&Struct(&[("SizeBytes", Int), ("Mode", Int), ("Options", List(&TEXTS))]))),
]);

const VOLUME_OPTIONS: Go = Struct(&[
    ("NoCopy", Bool),
    ("Labels", TEXT_MAP),
    ("Subpath", Text),
    ("DriverConfig", Pointer(&Struct(&[("Name", Text), ("Options", TEXT_MAP)]))),
]);

const NETWORKING_CONFIG: Go = Struct(&[("EndpointsConfig", Map(&Pointer(&ENDPOINT)))]);

const ENDPOINT: Go = Struct(&[
    (
        "IPAMConfig",
        Pointer(&Struct(&[("IPv4Address", Text), ("IPv6Address", Text), ("LinkLocalIPs", TEXTS)])),
    ),
    ("Links", TEXTS),
    ("Aliases", TEXTS),
    ("MacAddress", Text),
    ("DriverOpts", TEXT_MAP),
    ("GwPriority", Int),
    ("NetworkID", Text),
    ("EndpointID", Text),
    ("Gateway", Text),
    ("IPAddress", Text),
    ("IPPrefixLen", Int),
    ("DNSNames", TEXTS),
]);

/// `POST /networks/create`.
pub(crate) const NETWORK_CREATE: Go = Struct(&[
    ("Name", Text),
    ("CheckDuplicate", Bool),
    ("Driver", Text),
    ("Scope", Text),
    ("EnableIPv4", Pointer(&Bool)),
    ("EnableIPv6", Pointer(&Bool)),
    ("IPAM", Pointer(&IPAM)),
    ("Internal", Bool),
    ("Attachable", Bool),
    ("Ingress", Bool),
    ("ConfigOnly", Bool),
    ("ConfigFrom", Pointer(&Struct(&[("Network", Text)]))),
    ("Options", TEXT_MAP),
    ("Labels", TEXT_MAP),
]);

const IPAM: Go = Struct(&[
    ("Driver", Text),
    ("Options", TEXT_MAP),
    (
        "Config",
        List(&Struct(&[
            ("Subnet", Text),
            ("IPRange", Text),
            ("Gateway", Text),
            ("AuxiliaryAddresses", TEXT_MAP),
        ])),
    ),
]);

/// `POST /networks/{id}/connect`.
pub(crate) const NETWORK_CONNECT: Go =
    Struct(&[("Container", Text), ("EndpointConfig", Pointer(&ENDPOINT)), ("Force", Bool)]);

/// `POST /volumes/create`.
pub(crate) const VOLUME_CREATE: Go =
    Struct(&[("Name", Text), ("Driver", Text), ("DriverOpts", TEXT_MAP), ("Labels", TEXT_MAP)]);
