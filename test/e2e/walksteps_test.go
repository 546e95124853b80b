package e2e

var dynamodbSteps = []step{
	verb("dynamodb create-table --table-name walk --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S AttributeName=kind,AttributeType=S --key-schema AttributeName=id,KeyType=HASH --global-secondary-indexes IndexName=kinds,KeySchema=[{AttributeName=kind,KeyType=HASH}],Projection={ProjectionType=ALL}",
		"TableDescription.[TableName,TableStatus]", "walk\tCREATING"),
	verb("dynamodb wait table-exists --table-name walk", "", ""),
	verb("dynamodb list-tables", "TableNames", ".*eda-demo-notified-events\teda-demo-orders.*\twalk.*"),
	verb("dynamodb describe-table --table-name walk", "Table.[TableStatus,KeySchema[0].AttributeName,GlobalSecondaryIndexes[0].IndexName]", "ACTIVE\tid\tkinds"),
	verb("dynamodb update-time-to-live --table-name walk --time-to-live-specification Enabled=true,AttributeName=end", "TimeToLiveSpecification.AttributeName", "end"),
	verb("dynamodb describe-time-to-live --table-name walk", "TimeToLiveDescription.[AttributeName,TimeToLiveStatus]", "end\tENABL(ED|ING)"),
	refusal("dynamodb create-table --table-name walk --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH", "ResourceInUseException"),
	verb("dynamodb delete-table --table-name walk", "TableDescription.TableStatus", "DELETING"),
	verb("dynamodb wait table-not-exists --table-name walk", "", ""),
	refusal("dynamodb delete-table --table-name walk", "ResourceNotFoundException"),
	refusal("dynamodb list-backups", "UnknownOperationException"),
}

// itemSteps use the app's table of events that were notified.
var itemSteps = []step{
	verb(`dynamodb put-item --table-name eda-demo-notified-events --item {"eventId":{"S":"walk-1"},"kind":{"S":"a"}} --return-values ALL_OLD`, "Attributes", "None"),
	verb(`dynamodb get-item --table-name eda-demo-notified-events --key {"eventId":{"S":"walk-1"}} --consistent-read`, "Item.kind.S", "a"),
	verb(`dynamodb update-item --table-name eda-demo-notified-events --key {"eventId":{"S":"walk-1"}} --update-expression SET~kind=:k --expression-attribute-values {":k":{"S":"b"}} --return-values UPDATED_NEW`, "Attributes.kind.S", "b"),
	verb(`dynamodb query --table-name eda-demo-notified-events --key-condition-expression eventId=:e --expression-attribute-values {":e":{"S":"walk-1"}}`, "[Count,Items[0].kind.S]", "1\tb"),
	verb(`dynamodb scan --table-name eda-demo-notified-events --filter-expression begins_with(eventId,:e) --expression-attribute-values {":e":{"S":"walk-"}}`, "Items[].eventId.S", "(.*\t)?walk-1(\t.*)?"),
	verb(`dynamodb batch-write-item --request-items {"eda-demo-notified-events":[{"PutRequest":{"Item":{"eventId":{"S":"walk-2"}}}}]}`, "length(UnprocessedItems)", "0"),
	verb(`dynamodb batch-get-item --request-items {"eda-demo-notified-events":{"Keys":[{"eventId":{"S":"walk-2"}},{"eventId":{"S":"walk-9"}}]}}`, `Responses."eda-demo-notified-events"[].eventId.S`, "walk-2"),
	verb(`dynamodb transact-write-items --transact-items [{"Put":{"TableName":"eda-demo-notified-events","Item":{"eventId":{"S":"walk-3"}}}},{"ConditionCheck":{"TableName":"eda-demo-notified-events","Key":{"eventId":{"S":"walk-2"}},"ConditionExpression":"attribute_exists(eventId)"}}]`, "", ""),
	verb(`dynamodb transact-get-items --transact-items [{"Get":{"TableName":"eda-demo-notified-events","Key":{"eventId":{"S":"walk-3"}}}}]`, "Responses[0].Item.eventId.S", "walk-3"),
	refusal(`dynamodb transact-write-items --transact-items [{"Put":{"TableName":"eda-demo-notified-events","Item":{"eventId":{"S":"walk-3"}},"ConditionExpression":"attribute_not_exists(eventId)"}}]`, "TransactionCanceledException"),
	verb(`dynamodb delete-item --table-name eda-demo-notified-events --key {"eventId":{"S":"walk-1"}} --return-values ALL_OLD`, "Attributes.kind.S", "b"),
	verb(`dynamodb batch-write-item --request-items {"eda-demo-notified-events":[{"DeleteRequest":{"Key":{"eventId":{"S":"walk-2"}}}},{"DeleteRequest":{"Key":{"eventId":{"S":"walk-3"}}}}]}`, "", ""),
	refusal(`dynamodb put-item --table-name eda-demo-notified-events --item {"eventId":{"N":"1"}}`, "ValidationException"),
}

var eventsSteps = []step{
	verb("events list-event-buses", "EventBuses[].Name", "AircraftBookingBus\tdefault\teda-demo"),
	verb("events list-rules --event-bus-name eda-demo", "Rules[].[Name,State]", "cw-catch-all\tENABLED\nnotification-service\tENABLED\norder-service-filtering-payments\tENABLED\npayment-service-filtering-orders\tENABLED"),
	verb("events list-targets-by-rule --event-bus-name eda-demo --rule notification-service", "Targets[].[Arn,RetryPolicy.MaximumRetryAttempts,DeadLetterConfig.Arn]", `arn:aws:lambda:us-east-1:000000000000:function:eda-demo-notification\t\d+\tarn:aws:sqs:.*`),
	verb("events describe-rule --event-bus-name eda-demo --name payment-service-filtering-orders", "EventPattern", `.*"OrderCreated".*`).kept("pattern"),
	verb(`events test-event-pattern --event-pattern {pattern} --event {"id":"1","account":"000000000000","region":"us-east-1","time":"2026-11-20T00:00:00Z","resources":[],"source":"order-service","detail-type":"OrderCreated","detail":{}}`, "Result", "True"),
	verb(`events put-events --entries [{"EventBusName":"eda-demo","Source":"walk","DetailType":"Walked","Detail":"{}"}]`, "[FailedEntryCount,length(Entries[0].EventId)]", "0\t36"),
	verb(`events put-events --entries [{"EventBusName":"eda-demo","Source":"aws.walk","DetailType":"Walked","Detail":"{}"}]`, "[FailedEntryCount,Entries[0].ErrorCode]", "1\tNotAuthorizedForSourceException"),
	refusal("events describe-rule --event-bus-name eda-demo --name walk", "ResourceNotFoundException"),
	refusal(`events test-event-pattern --event {} --event-pattern {"source":"walk"}`, "InvalidEventPatternException"),
	refusal("events list-partner-event-sources --name-prefix a", "UnknownOperationException"),
}

var stepfunctionsSteps = []step{
	verb("stepfunctions list-state-machines", "stateMachines[].[name,type]", "eda-demo-payment-service\tSTANDARD"),
	verb(`stepfunctions start-execution --state-machine-arn {machine} --name walk --input {"detail":{"id":{other},"amount":900,"metadata":{"eventId":"walk-payment","correlationId":"walk","schemaVersion":"1"}}}`, "executionArn", ".*:execution:eda-demo-payment-service:walk").kept("execution"),
	verb("stepfunctions list-executions --state-machine-arn {machine}", "executions[?name=='walk'].name", "walk"),
	verb("stepfunctions describe-execution --execution-arn {execution}", "[status,stateMachineArn]", "(RUNNING|SUCCEEDED)\tarn:.*:stateMachine:eda-demo-payment-service"),
	verb("stepfunctions get-execution-history --execution-arn {execution}", "events[?type=='PassStateEntered' || type=='TaskStateEntered'].stateEnteredEventDetails.name", "Payment Failed\tNotify EventBus"),
	refusal("stepfunctions describe-execution --execution-arn {execution}-2", "ExecutionDoesNotExist"),
	refusal(`stepfunctions start-execution --state-machine-arn {machine} --input nothing`, "InvalidExecutionInput"),
	refusal("stepfunctions list-activities", "UnknownOperationException"),
}

var logsSteps = []step{
	verb("logs describe-log-groups", "logGroups[?retentionInDays].logGroupName", ".*/aws/lambda/eda-demo-create-order.*eda-demo-all.*"),
	verb("logs filter-log-events --log-group-name eda-demo-all --filter-pattern {~$.detail.id~=~{id}~}", "length(events)", "3"),
	verb("logs filter-log-events --log-group-name /aws/lambda/eda-demo-create-order --max-items 1", "events[0].message", ".+"),
	refusal("logs filter-log-events --log-group-name walk", "ResourceNotFoundException"),
	refusal("logs describe-queries", "UnknownOperationException"),
}

var sqsSteps = []step{
	verb("sqs list-queues --queue-name-prefix eda-demo-notification", "QueueUrls", ".*/000000000000/eda-demo-notification-failures.*"),
	verb("sqs create-queue --queue-name walk-dead", "QueueUrl", ".*/000000000000/walk-dead").kept("dead"),
	verb("sqs get-queue-attributes --queue-url {dead} --attribute-names All", "Attributes.QueueArn", "arn:aws:sqs:us-east-1:000000000000:walk-dead").kept("deadArn"),
	verb(`sqs create-queue --queue-name walk --attributes {"RedrivePolicy":"{\"deadLetterTargetArn\":\"{deadArn}\",\"maxReceiveCount\":\"1\"}"}`, "QueueUrl", ".*/walk").kept("live"),
	verb("sqs send-message --queue-url {dead} --message-body hello --message-attributes step={DataType=Number,StringValue=1}", "MD5OfMessageBody", "5d41402abc4b2a76b9719d911017c592"),
	verb("sqs start-message-move-task --source-arn {deadArn} --destination-arn arn:aws:sqs:us-east-1:000000000000:walk", "TaskHandle", ".+"),
	verb("sqs receive-message --queue-url {live} --wait-time-seconds 5 --attribute-names All --message-attribute-names All", "Messages[0].[Body,MessageAttributes.step.StringValue,Attributes.ApproximateReceiveCount]", "hello\t1\t1"),
	verb("sqs list-message-move-tasks --source-arn {deadArn}", "Results[].[Status,ApproximateNumberOfMessagesMoved]", "COMPLETED\t1"),
	refusal("sqs receive-message --queue-url {endpoint}/000000000000/nowhere", "AWS.SimpleQueueService.NonExistentQueue"),
	refusal("sqs start-message-move-task --source-arn arn:aws:sqs:us-east-1:000000000000:nowhere", "ResourceNotFoundException"),
	refusal("sqs untag-queue --queue-url {endpoint}/000000000000/walk --tag-keys a", "UnknownOperationException"),
}

var stackSteps = []step{
	verb("cloudformation describe-stacks", "Stacks[0].[StackName,StackStatus,Outputs[?OutputKey=='EventBusName']|[0].OutputValue]", "EdaDemo\tCREATE_COMPLETE\teda-demo"),
	verb("cloudformation list-stack-resources --stack-name EdaDemo", "StackResourceSummaries[?ResourceType=='AWS::Events::EventBus'].[PhysicalResourceId,ResourceStatus]", "AircraftBookingBus\tCREATE_COMPLETE\neda-demo\tCREATE_COMPLETE"),
	verb("cloudformation describe-stack-resources --stack-name EdaDemo", "length(StackResources)", "100"), // there are more
	verb("cloudformation get-template --stack-name EdaDemo", "TemplateBody.Outputs.EventBusName.Description", "Bus that carries the events of orders"),
	verb("cloudformation wait stack-create-complete --stack-name EdaDemo", "", ""),
	refusal("cloudformation describe-stacks --stack-name walk", "ValidationError"),
	refusal("cloudformation detect-stack-drift --stack-name EdaDemo", "InvalidAction"),
	verb("sts get-caller-identity", "[Account,Arn]", "000000000000\tarn:aws:iam::000000000000:user/.+"),
	refusal("sts get-session-token", "InvalidAction"),
}
