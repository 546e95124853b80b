// Program get-order answers GET /order/{id}, and GET /openapi.json.
package main

import (
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/order/dynamostore"
	"eda-demo/internal/order/httpapi"
)

func main() {
	lambdastart.Run("get-order", []string{"ORDERS_TABLE"}, func(env awsenv.Env, log *slog.Logger) (any, error) {
		return httpapi.Get(dynamostore.New(dynamodb.NewFromConfig(env.AWS), env.Vars["ORDERS_TABLE"]), log), nil
	})
}
