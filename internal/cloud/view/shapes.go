package view

// The answers, field by field as Clouddriver's. It leaves out what is null.

// Resource are the fields that all things have. Those that name a manifest
// (DisplayName, APIVersion, Kind) are empty where the cloud has no manifests.
type Resource struct {
	Account     string            `json:"account"`
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace,omitempty"`
	Region      string            `json:"region,omitempty"`
	DisplayName string            `json:"displayName,omitempty"`
	APIVersion  string            `json:"apiVersion,omitempty"`
	Kind        string            `json:"kind,omitempty"`
	Labels      map[string]string `json:"labels,omitzero"`
	Moniker     Moniker           `json:"moniker"`
	// CreatedTime is in milliseconds since the epoch.
	CreatedTime   int64  `json:"createdTime,omitempty"`
	CloudProvider string `json:"cloudProvider"`
}

// Health is one judgment of an instance: the platform's, a load balancer's, a
// container's.
type Health struct {
	State    string `json:"state"`
	Source   string `json:"source"`
	Type     string `json:"type"`
	Platform string `json:"platform"`
}

// Instance is a virtual machine, a task, a pod.
type Instance struct {
	Resource
	HumanReadableName string   `json:"humanReadableName"`
	Health            []Health `json:"health"`
	HealthState       string   `json:"healthState"`
	Zone              string   `json:"zone"`
	ProviderType      string   `json:"providerType"`
	// HealthStatus is how it is doing, in words that all clouds share.
	HealthStatus HealthStatus `json:"healthStatus,omitzero"`
}

// InstanceSummary is an instance in a list of server groups.
type InstanceSummary struct {
	ID               string          `json:"id"`
	Name             string          `json:"name"`
	Health           []HealthSummary `json:"health"`
	HealthState      string          `json:"healthState"`
	AvailabilityZone string          `json:"availabilityZone"`
	HealthStatus     HealthStatus    `json:"healthStatus,omitzero"`
}

// HealthSummary is a health in a list of server groups.
type HealthSummary struct {
	Type  string `json:"type"`
	State string `json:"state"`
}

// Counts are a server group's instances by their health.
type Counts struct {
	Total        int `json:"total"`
	Up           int `json:"up"`
	Down         int `json:"down"`
	Unknown      int `json:"unknown"`
	OutOfService int `json:"outOfService"`
	Starting     int `json:"starting"`
}

// Add adds other counts to these.
func (c *Counts) Add(other Counts) {
	c.Total += other.Total
	c.Up += other.Up
	c.Down += other.Down
	c.Unknown += other.Unknown
	c.OutOfService += other.OutOfService
	c.Starting += other.Starting
}

// Capacity is how many instances there should be.
type Capacity struct {
	Desired int64 `json:"desired"`
	Pinned  bool  `json:"pinned"`
}

// ManagerReference names a server group's manager.
type ManagerReference struct {
	Name     string `json:"name"`
	Location string `json:"location"`
	Account  string `json:"account"`
}

// BuildInfo says what a server group runs.
type BuildInfo struct {
	Images []string `json:"images,omitzero"`
}

// ServerGroup is a number of equal instances: an auto scaling group, a service
// of tasks, a ReplicaSet.
type ServerGroup struct {
	Resource
	Type                string             `json:"type"`
	Disabled            bool               `json:"disabled"`
	Instances           []Instance         `json:"instances"`
	InstanceCounts      Counts             `json:"instanceCounts"`
	LoadBalancers       []string           `json:"loadBalancers"`
	ServerGroupManagers []ManagerReference `json:"serverGroupManagers"`
	Capacity            Capacity           `json:"capacity"`
	BuildInfo           BuildInfo          `json:"buildInfo"`
	ImagesSummary       ImagesSummary      `json:"imagesSummary"`
	Zones               []string           `json:"zones"`
	SecurityGroups      []string           `json:"securityGroups"`
	LaunchConfig        map[string]any     `json:"launchConfig,omitzero"`
	ExtraAttributes     map[string]any     `json:"extraAttributes,omitzero"`
	HealthStatus        HealthStatus       `json:"healthStatus,omitzero"`
	// HealthCounts are the instances by their health status.
	HealthCounts HealthCounts `json:"healthCounts"`
}

// ImagesSummary says again what a server group runs.
type ImagesSummary struct {
	Summaries []ImageSummary `json:"summaries"`
}

// ImageSummary is what one server group runs.
type ImageSummary struct {
	ServerGroupName string    `json:"serverGroupName"`
	BuildInfo       BuildInfo `json:"buildInfo"`
}

// ServerGroupSummary is a server group in an application's list.
type ServerGroupSummary struct {
	Name                string             `json:"name"`
	Account             string             `json:"account"`
	Region              string             `json:"region"`
	Cluster             string             `json:"cluster"`
	Type                string             `json:"type"`
	CloudProvider       string             `json:"cloudProvider"`
	IsDisabled          bool               `json:"isDisabled"`
	Moniker             Moniker            `json:"moniker"`
	BuildInfo           BuildInfo          `json:"buildInfo"`
	CreatedTime         int64              `json:"createdTime,omitempty"`
	Capacity            Capacity           `json:"capacity"`
	Instances           []InstanceSummary  `json:"instances"`
	InstanceCounts      Counts             `json:"instanceCounts"`
	LoadBalancers       []string           `json:"loadBalancers"`
	SecurityGroups      []string           `json:"securityGroups"`
	ServerGroupManagers []ManagerReference `json:"serverGroupManagers"`
	Labels              map[string]string  `json:"labels,omitempty"`
	HealthStatus        HealthStatus       `json:"healthStatus,omitzero"`
	// ClusterHealth is that of the cluster that it is in, in its region: what its manager says, or
	// else what all its server groups say together.
	ClusterHealth HealthStatus `json:"clusterHealth,omitzero"`
	// HealthCounts are the instances by their health status.
	HealthCounts HealthCounts `json:"healthCounts"`
}

// ExpandedServerGroup is a server group in an application's list with
// everything about it.
type ExpandedServerGroup struct {
	ServerGroup
	AccountName    string `json:"accountName"`
	Cluster        string `json:"cluster"`
	Application    string `json:"application"`
	Stack          string `json:"stack,omitempty"`
	FreeFormDetail string `json:"freeFormDetail,omitempty"`
}

// ServerGroupManager makes server groups and replaces them: a Deployment.
type ServerGroupManager struct {
	Resource
	ServerGroups []GroupReference `json:"serverGroups"`
	HealthStatus HealthStatus     `json:"healthStatus,omitzero"`
}

// GroupReference names a manager's server group.
type GroupReference struct {
	Name      string  `json:"name"`
	Account   string  `json:"account"`
	Namespace string  `json:"namespace"`
	Region    string  `json:"region"`
	Moniker   Moniker `json:"moniker"`
}

// LoadBalancer sends traffic to server groups.
type LoadBalancer struct {
	Resource
	Type         string          `json:"type"`
	ServerGroups []BalancedGroup `json:"serverGroups"`
	HealthStatus HealthStatus    `json:"healthStatus,omitzero"`
	// Targets are where it sends traffic: a service to workloads, an ingress to services.
	Targets []TrafficTarget `json:"targets,omitempty"`
	// Ports are those that a service listens on.
	Ports []int64 `json:"ports,omitempty"`
	// Addresses are where it is reached from outside: host names and IP addresses.
	Addresses []string `json:"addresses,omitempty"`
	// PendingAddress says that such an address is still to be assigned.
	PendingAddress bool `json:"pendingAddress,omitempty"`
}

// TrafficTarget is a workload or a service that a load balancer sends traffic to.
type TrafficTarget struct {
	Name   string `json:"name"`
	Region string `json:"region,omitempty"`
	// Host, Path and Port are those of an ingress's rule.
	Host string `json:"host,omitempty"`
	Path string `json:"path,omitempty"`
	Port string `json:"port,omitempty"`
	// TLS says that the host is served over TLS.
	TLS bool `json:"tls,omitempty"`
	// Ready is how many of the Total instances get traffic.
	Ready        int          `json:"ready"`
	Total        int          `json:"total"`
	HealthStatus HealthStatus `json:"healthStatus,omitzero"`
}

// BalancedGroup is a server group behind a load balancer.
type BalancedGroup struct {
	Name              string             `json:"name"`
	Account           string             `json:"account"`
	Region            string             `json:"region"`
	IsDisabled        bool               `json:"isDisabled"`
	DetachedInstances []string           `json:"detachedInstances"`
	Instances         []BalancedInstance `json:"instances"`
	CloudProvider     string             `json:"cloudProvider"`
}

// BalancedInstance is an instance behind a load balancer.
type BalancedInstance struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Zone string `json:"zone"`
	// Health is the last one of its healths, empty if there is none.
	Health       map[string]string `json:"health"`
	HealthStatus HealthStatus      `json:"healthStatus,omitzero"`
}

// Cluster is the server groups of an application that are versions of each
// other, with the load balancers that they share.
type Cluster struct {
	Name          string         `json:"name"`
	Moniker       Moniker        `json:"moniker"`
	Type          string         `json:"type"`
	AccountName   string         `json:"accountName"`
	ServerGroups  []ServerGroup  `json:"serverGroups"`
	LoadBalancers []LoadBalancer `json:"loadBalancers"`
	Application   string         `json:"application"`
}

// SecurityGroup is a firewall.
type SecurityGroup struct {
	Resource
	ID            string               `json:"id"`
	Type          string               `json:"type"`
	AccountName   string               `json:"accountName"`
	Application   string               `json:"application"`
	InboundRules  []PortRule           `json:"inboundRules"`
	OutboundRules []PortRule           `json:"outboundRules"`
	Summary       SecurityGroupSummary `json:"summary"`
}

// SecurityGroupSummary is a firewall in a list.
type SecurityGroupSummary struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// PortRule is one port that a firewall opens, or all of a protocol.
type PortRule struct {
	PortRanges []PortRange `json:"portRanges,omitempty"`
	Protocol   string      `json:"protocol,omitempty"`
}

// PortRange is a port by its number or by its name.
type PortRange struct {
	StartPort     *int   `json:"startPort,omitempty"`
	EndPort       *int   `json:"endPort,omitempty"`
	StartPortName string `json:"startPortName,omitempty"`
	EndPortName   string `json:"endPortName,omitempty"`
}

// RawResource is anything of an application that a manifest describes.
type RawResource struct {
	Resource
	HealthStatus HealthStatus `json:"healthStatus,omitzero"`
}
