package price

import (
	"fmt"
	"slices"
)

// byUse has the resource types that cost by use only and nothing by how they
// are made: what was counted is billed, whoever made it.
var byUse = map[string]string{
	"AWS::ApiGatewayV2::Api": "requests",
	"AWS::Events::EventBus":  "events",
	"AWS::SNS::Subscription": "mails",
	"AWS::SQS::Queue":        "calls; dead letters only",
}

// free has the resource types that cost nothing, and why.
var free = map[string]string{
	"AWS::ApiGatewayV2::Authorizer":     "of tokens; only functions as authorizers would cost",
	"AWS::ApiGatewayV2::Integration":    "part of the API",
	"AWS::ApiGatewayV2::Route":          "part of the API",
	"AWS::ApiGatewayV2::Stage":          "part of the API; HTTP APIs have no cache",
	"AWS::CodeDeploy::Application":      "free for Lambda",
	"AWS::CodeDeploy::DeploymentConfig": "free for Lambda",
	"AWS::CodeDeploy::DeploymentGroup":  "free for Lambda",
	"AWS::Events::EventBusPolicy":       "a policy",
	"AWS::Events::Rule":                 "matching and delivering in the account is part of the event",
	"AWS::IAM::ManagedPolicy":           "a policy",
	"AWS::IAM::Policy":                  "a policy",
	"AWS::IAM::Role":                    "a role",
	"AWS::KMS::Alias":                   "a name",
	"AWS::Lambda::Alias":                "a name; provisioned concurrency would cost",
	"AWS::Lambda::EventInvokeConfig":    "a setting",
	"AWS::Lambda::EventSourceMapping":   "its reads of DynamoDB streams are free; only its invocations cost",
	"AWS::Lambda::Permission":           "a policy",
	"AWS::Lambda::Version":              "kept code; far below the 75 GB that are included",
	"AWS::Logs::MetricFilter":           "only its custom metric would cost",
	"AWS::Logs::QueryDefinition":        "a saved text; running it is billed by what it reads",
	"AWS::Logs::ResourcePolicy":         "a policy",
	"AWS::SNS::TopicPolicy":             "a policy",
	"AWS::SQS::QueuePolicy":             "a policy",
}

// modelled has the properties that change what a resource costs, and the only
// values that the model is right for. Where it has none, the property must not
// be set.
var modelled = []struct {
	kind, property string
	values         []string
}{
	{"AWS::ApiGatewayV2::Api", "ProtocolType", []string{"HTTP"}},
	{"AWS::DynamoDB::Table", "BillingMode", []string{"PAY_PER_REQUEST"}},
	{"AWS::DynamoDB::Table", "GlobalSecondaryIndexes", nil},
	{"AWS::DynamoDB::Table", "LocalSecondaryIndexes", nil},
	{"AWS::DynamoDB::Table", "TableClass", []string{"STANDARD"}},
	{"AWS::DynamoDB::Table", "KinesisStreamSpecification", nil},
	{"AWS::Events::EventBus", "KmsKeyIdentifier", nil},
	{"AWS::Lambda::Alias", "ProvisionedConcurrencyConfig", nil},
	{"AWS::Lambda::EventSourceMapping", "ProvisionedPollerConfig", nil},
	{"AWS::Lambda::Function", "EphemeralStorage", nil},
	{"AWS::Lambda::Function", "SnapStart", nil},
	{"AWS::Logs::LogGroup", "KmsKeyId", nil},
	{"AWS::Logs::LogGroup", "LogGroupClass", []string{"STANDARD"}},
	{"AWS::SNS::Subscription", "Protocol", []string{"email"}},
	{"AWS::SNS::Topic", "FifoTopic", nil},
	{"AWS::SQS::Queue", "FifoQueue", nil},
	{"AWS::SQS::Queue", "KmsMasterKeyId", nil},
}

// required are the properties of modelled whose lack means another value than
// the modelled one.
var required = map[string]string{"AWS::DynamoDB::Table": "BillingMode"}

// check refuses a resource whose price the model does not know.
func (r resource) check() error {
	_, isBilled := billed[r.Type]
	if !isBilled && byUse[r.Type] == "" && free[r.Type] == "" {
		return fmt.Errorf("what %s costs is not known: add it to package price", r.Type)
	}
	if property := required[r.Type]; property != "" && r.Properties[property] == nil {
		return fmt.Errorf("%s without %s is not modelled", r.Type, property)
	}
	for _, m := range modelled {
		value, set := r.Properties[m.property]
		if m.kind != r.Type || !set {
			continue
		}
		if text, _ := value.(string); !slices.Contains(m.values, text) {
			return fmt.Errorf("%s with %s %v is not modelled", r.Type, m.property, value)
		}
	}
	return nil
}
