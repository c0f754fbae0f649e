package config

// note describes a key whose type is another package's and says it in no tag.
type note struct{ doc, secret string }

// notes are the descriptions of such keys, by their paths.
var notes = map[string]note{
	"kubernetes.accounts[].name":                             {doc: "The account's name, by which pipelines choose it."},
	"kubernetes.accounts[].environment":                      {doc: "A label, such as prod; the name where empty."},
	"kubernetes.accounts[].accountType":                      {doc: "A label; the name where empty."},
	"kubernetes.accounts[].kubeconfigFile":                   {doc: "Path of a kubeconfig; ~/.kube/config where neither it nor kubeconfigContents nor serviceAccount is set."},
	"kubernetes.accounts[].kubeconfigContents":               {doc: "The text of a kubeconfig, in place of a file.", secret: "true"},
	"kubernetes.accounts[].context":                          {doc: "The kubeconfig's context to use; its current one where empty."},
	"kubernetes.accounts[].serviceAccount":                   {doc: "Whether to use the service account of the pod that Gennaker runs in, in place of a kubeconfig."},
	"kubernetes.accounts[].namespaces":                       {doc: "The only namespaces to use; all where empty."},
	"kubernetes.accounts[].omitNamespaces":                   {doc: "Namespaces to leave alone. Excludes namespaces."},
	"kubernetes.accounts[].kinds":                            {doc: "The only kinds to use; all where empty."},
	"kubernetes.accounts[].omitKinds":                        {doc: "Kinds to leave alone. Excludes kinds."},
	"kubernetes.accounts[].customResources":                  {doc: "How kinds of your own are treated."},
	"kubernetes.accounts[].customResources[].kubernetesKind": {doc: "The kind with its group, such as Certificate.cert-manager.io."},
	"kubernetes.accounts[].customResources[].spinnakerKind":  {doc: "Its place in the views: instances, configs, serverGroups, loadBalancers, securityGroups, serverGroupManagers or unclassified, which is the default."},
	"kubernetes.accounts[].customResources[].deployPriority": {doc: "A number, smaller is deployed earlier, or the name of a priority, such as WORKLOAD; 100 where empty."},
	"kubernetes.accounts[].customResources[].versioned":      {doc: "Whether each deployment has a name with a version of its own."},
	"kubernetes.accounts[].customResources[].namespaced":     {doc: "Whether the kind stands in namespaces; true where unset."},
	"kubernetes.accounts[].onlySpinnakerManaged":             {doc: "Whether to leave objects out of the views that no pipeline has deployed."},
	"kubernetes.accounts[].permissions":                      {doc: "Who may use the account; everybody where empty."},
	"kubernetes.accounts[].permissions.READ":                 {doc: "Roles that may see it."},
	"kubernetes.accounts[].permissions.WRITE":                {doc: "Roles that may deploy to it."},
	"kubernetes.accounts[].permissions.EXECUTE":              {doc: "Roles that may run what is there."},
	"kubernetes.accounts[].kubectlRequestTimeoutSeconds":     {doc: "Limit of each request to the cluster, in seconds; 30 where 0. (There is no kubectl; the name is Spinnaker's.)"},
	"kubernetes.accounts[].qps":                              {doc: "Requests to the cluster a second; 50 where 0."},
	"kubernetes.accounts[].burst":                            {doc: "Requests to the cluster at once; 100 where 0."},
}
