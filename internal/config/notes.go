package config

// note describes a key whose type is another package's and says it in no tag.
type note struct{ doc, secret string }

// notes are the descriptions of such keys, by their paths.
var notes = map[string]note{
	"webhook.preconfigured[].url":                       {doc: "The URL to call.", secret: "url"},
	"webhook.preconfigured[].customHeaders":             {doc: "Headers to send.", secret: "true"},
	"webhook.preconfigured[].parameterValues":           {doc: "Values of the parameters, by their names."},
	"webhook.preconfigured[].parameterData":             {doc: "More about the parameters, by their names."},
	"webhook.preconfigured[].method":                    {doc: "The HTTP method."},
	"webhook.preconfigured[].payload":                   {doc: "The body, as JSON."},
	"webhook.preconfigured[].failFastStatusCodes":       {doc: "Status codes that end the stage at once."},
	"webhook.preconfigured[].waitForCompletion":         {doc: "Whether to ask for a status until it is final."},
	"webhook.preconfigured[].statusUrlResolution":       {doc: "Where the status is asked for: getMethod (the same URL), locationHeader, or webhookResponse."},
	"webhook.preconfigured[].statusUrlJsonPath":         {doc: "JSON path of the status URL in the response."},
	"webhook.preconfigured[].statusJsonPath":            {doc: "JSON path of the status in the response."},
	"webhook.preconfigured[].progressJsonPath":          {doc: "JSON path of the progress in the response."},
	"webhook.preconfigured[].successStatuses":           {doc: "The statuses that mean success, separated by commas."},
	"webhook.preconfigured[].canceledStatuses":          {doc: "The statuses that mean that it was cancelled, separated by commas."},
	"webhook.preconfigured[].terminalStatuses":          {doc: "The statuses that mean failure, separated by commas."},
	"webhook.preconfigured[].permissions":               {doc: "Roles that can use it, by READ and WRITE. If empty, everyone."},
	"webhook.preconfigured[].signalCancellation":        {doc: "If true, a canceled stage sends a notification."},
	"webhook.preconfigured[].cancelEndpoint":            {doc: "The URL to call then.", secret: "url"},
	"webhook.preconfigured[].cancelMethod":              {doc: "The HTTP method to call it with."},
	"webhook.preconfigured[].cancelPayload":             {doc: "The body to send there, as JSON."},
	"webhook.preconfigured[].parameters[].name":         {doc: "The parameter's name."},
	"webhook.preconfigured[].parameters[].label":        {doc: "Its name for people."},
	"webhook.preconfigured[].parameters[].defaultValue": {doc: "The default value."},
	"webhook.preconfigured[].parameters[].description":  {doc: "What it is for."},
	"webhook.preconfigured[].parameters[].type":         {doc: "The type, such as string."},
	"webhook.preconfigured[].parameters[].order":        {doc: "Its place among the parameters."},
}
