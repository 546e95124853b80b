package iam

// awsPolicyPrefix begins the ARNs of the managed policies that AWS owns.
const awsPolicyPrefix = "arn:aws:iam::aws:policy/"

// awsPolicies are the AWS managed policies that roles can have here, by what
// follows the prefix in their ARN. They allow what AWS's documents allow, as
// far as the services here go: ReadOnlyAccess is the reading actions of these
// services only, and its document on AWS has hundreds more.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
var awsPolicies = map[string]*Policy{
	"AdministratorAccess": allowing("*"),
	"ReadOnlyAccess": allowing(
		"apigateway:GET",
		"cloudformation:Describe*", "cloudformation:Detect*", "cloudformation:EstimateTemplateCost",
		"cloudformation:Get*", "cloudformation:List*", "cloudformation:ValidateTemplate",
		"cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*",
		"dynamodb:BatchGet*", "dynamodb:Describe*", "dynamodb:Get*", "dynamodb:List*",
		"dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan",
		"ecr:BatchCheck*", "ecr:BatchGet*", "ecr:Describe*", "ecr:Get*", "ecr:List*",
		"events:Describe*", "events:List*", "events:Test*",
		"iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*",
		"lambda:Get*", "lambda:List*",
		"logs:Describe*", "logs:FilterLogEvents", "logs:Get*", "logs:List*",
		"logs:StartLiveTail", "logs:StartQuery", "logs:StopLiveTail", "logs:StopQuery", "logs:TestMetricFilter",
		"s3:DescribeJob", "s3:Get*", "s3:List*",
		"sns:Check*", "sns:Get*", "sns:List*",
		"sqs:Get*", "sqs:List*", "sqs:Receive*",
		"ssm:Describe*", "ssm:Get*", "ssm:List*",
		"states:Describe*", "states:GetExecutionHistory", "states:List*", "states:ValidateStateMachineDefinition",
		"sts:GetAccessKeyInfo", "sts:GetCallerIdentity", "sts:GetSessionToken",
	),
	"AWSCloudFormationReadOnlyAccess": allowing(
		"cloudformation:Describe*", "cloudformation:EstimateTemplateCost", "cloudformation:Get*",
		"cloudformation:List*", "cloudformation:ValidateTemplate", "cloudformation:Detect*",
	),
	"service-role/AWSLambdaBasicExecutionRole": allowing(
		"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents",
	),
}

// allowing is a policy that allows actions on everything.
func allowing(actions ...string) *Policy {
	return &Policy{Version: "2012-10-17", Statements: []Statement{{Allow: true, Actions: actions, Resources: []string{"*"}}}}
}
