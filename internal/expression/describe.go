package expression

import (
	"slices"
	"strings"
)

// Function describes a function to those who write expressions.
type Function struct {
	Name        string
	Description string
	// Parameters are those that an expression gives; the execution, which many
	// functions also take, is given by the evaluator.
	Parameters []Parameter
}

// Parameter describes a parameter; Type is Java's, such as String or Object.
type Parameter struct{ Name, Type, Description string }

// Functions lists the functions there are, by their names.
func Functions() []Function {
	out := slices.Clone(described)
	slices.SortFunc(out, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// VersionNote describes a version of the evaluator.
type VersionNote struct {
	Version     Version
	Description string
	Deprecated  bool
}

// Versions lists the versions of the evaluator, the one to use first.
func Versions() []VersionNote {
	return []VersionNote{
		{Version: V4, Description: "Evaluates a stage's expressions when it starts, and the variables of an Evaluate Variables stage one after another."},
		{Version: V3, Description: "Evaluates expressions as soon as it can. Use v4."},
		{Version: V2, Description: "The first version. Use v4.", Deprecated: true},
	}
}

func takes(name, kind, description string) Parameter { return Parameter{name, kind, description} }

var (
	stageToFind  = takes("idOrName", "String", "the stage's name or id")
	givenText    = takes("value", "String", "the text")
	givenURL     = takes("url", "String", "where the text is")
	pipelineName = takes("pipelineName", "String", "the pipeline's name")
)

var described = []Function{
	{"alphanumerical", "The letters and digits of a text, without the rest.", []Parameter{givenText}},
	{"toInt", "Converts a text to an integer.", []Parameter{givenText}},
	{"toFloat", "A text as a number.", []Parameter{givenText}},
	{"toBoolean", "Returns true if the text is \"true\".", []Parameter{givenText}},
	{"toBase64", "A text in base64.", []Parameter{givenText}},
	{"fromBase64", "The text that is in base64.", []Parameter{givenText}},
	{"toJson", "A value as JSON.", []Parameter{takes("value", "Object", "the value")}},
	{"doNotEval", "A value whose expressions are left as they are.", []Parameter{takes("value", "Object", "the value")}},
	{"fetchReference", "Resolves a reference to the artifact store; returns any other text unchanged.", []Parameter{takes("reference", "String", "the reference")}},

	{"stage", "A stage of the execution.", []Parameter{stageToFind}},
	{"stageExists", "Whether the execution has a stage.", []Parameter{stageToFind}},
	{"stageByRefId", "The stage of a refId.", []Parameter{takes("refId", "String", "the stage's refId")}},
	{"currentStage", "The stage that the expression is in.", nil},
	{"currentUser", "Whom the execution runs for.", nil},
	{"judgment", "What was chosen in a manual judgment.", []Parameter{stageToFind}},
	{"judgement", "The same as judgment.", []Parameter{stageToFind}},
	{"deployedServerGroups", "The server groups that the named stages have deployed, or all stages if none is named.", []Parameter{takes("ids", "String[]", "names or ids of stages")}},
	{"manifestLabelValue", "A label of the pods of a Deployment or ReplicaSet that a stage has deployed.", []Parameter{
		takes("stageName", "String", "the name of the Deploy (Manifest) stage"), takes("kind", "String", "Deployment or ReplicaSet"), takes("labelKey", "String", "the label's key"),
	}},
	{"cfServiceKey", "The service key that a Cloud Foundry stage has created.", []Parameter{stageToFind}},

	{"triggerResolvedArtifact", "An artifact that the trigger was bound to, by its name.", []Parameter{takes("name", "String", "the artifact's name")}},
	{"triggerResolvedArtifactByType", "An artifact that the trigger was bound to, by its type.", []Parameter{takes("type", "String", "the artifact's type")}},
	{"resolvedArtifacts", "The artifacts that stages of the execution have found or made.", nil},

	{"pipelineId", "The id of a pipeline of the same application.", []Parameter{pipelineName}},
	{"pipelineIdOrNull", "The id of a pipeline in the same application, or null if there is none.", []Parameter{pipelineName}},
	{"pipelineIdInApplication", "The id of a pipeline of another application.", []Parameter{pipelineName, takes("applicationName", "String", "the application's name")}},
	{"applicationMetadata", "An application's attributes.", []Parameter{takes("applicationName", "String", "the application's name")}},

	{"canaryConfigNameToId", "The id of a canary configuration.", []Parameter{
		takes("name", "String", "the configuration's name"), takes("applicationName", "String", "the application's name"),
	}},

	{"readJson", "Parses a JSON text.", []Parameter{givenText}},
	{"readYaml", "Parses a YAML text.", []Parameter{givenText}},
	{"readAllYaml", "What the documents of a YAML text say, as a list.", []Parameter{givenText}},
	{"fromUrl", "The text at a URL.", []Parameter{givenURL}},
	{"jsonFromUrl", "Reads and parses JSON from a URL.", []Parameter{givenURL}},
	{"yamlFromUrl", "Reads and parses YAML from a URL.", []Parameter{givenURL}},
	{"propertiesFromUrl", "Reads and parses a properties file from a URL.", []Parameter{givenURL}},
}
