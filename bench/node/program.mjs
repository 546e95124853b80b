// A Lambda program in Node.js for comparison with the Go programs: it speaks
// the Runtime API and makes the same calls of AWS, one program for each
// argument. Only the clients that a program needs are loaded, and created
// before the first event, as one would do it in production.
import http from "node:http";

const env = process.env;
const now = () => new Date().toISOString();

const programs = {
  "create-order": async () => {
    const { DynamoDBClient, PutItemCommand } = await import("@aws-sdk/client-dynamodb");
    const db = new DynamoDBClient({});
    return async (event) => {
      const order = JSON.parse(event.body);
      await db.send(new PutItemCommand({
        TableName: env.ORDERS_TABLE,
        Item: {
          id: { N: String(order.id) }, amount: { N: String(order.amount) }, status: { S: "OrderCreated" },
          createdAt: { S: now() }, updatedAt: { S: now() },
        },
        ConditionExpression: "attribute_not_exists(id)",
      }));
      return { statusCode: 202, body: JSON.stringify({ ...order, status: "OrderCreated" }) };
    };
  },
  "get-order": async () => {
    const { DynamoDBClient, GetItemCommand } = await import("@aws-sdk/client-dynamodb");
    const db = new DynamoDBClient({});
    return async (event) => {
      const { Item } = await db.send(new GetItemCommand({
        TableName: env.ORDERS_TABLE, Key: { id: { N: event.pathParameters.id } },
      }));
      return { statusCode: 200, body: JSON.stringify({ id: Number(Item.id.N), amount: Number(Item.amount.N), status: Item.status.S }) };
    };
  },
  "update-order": async () => {
    const { DynamoDBClient, UpdateItemCommand, ConditionalCheckFailedException } = await import("@aws-sdk/client-dynamodb");
    const db = new DynamoDBClient({});
    return async (event) => {
      try {
        await db.send(new UpdateItemCommand({
          TableName: env.ORDERS_TABLE, Key: { id: { N: String(event.detail.id) } },
          UpdateExpression: "SET #status = :final, updatedAt = :now",
          ConditionExpression: "#status = :created",
          ExpressionAttributeNames: { "#status": "status" },
          ExpressionAttributeValues: { ":final": { S: "OrderCompleted" }, ":created": { S: "OrderCreated" }, ":now": { S: now() } },
        }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    };
  },
  "notification": async () => {
    const { DynamoDBClient, PutItemCommand, UpdateItemCommand } = await import("@aws-sdk/client-dynamodb");
    const { SNSClient, PublishCommand } = await import("@aws-sdk/client-sns");
    const db = new DynamoDBClient({});
    const sns = new SNSClient({});
    return async (event) => {
      const key = { eventId: { S: event.detail.metadata.eventId + "-node" } };
      await db.send(new PutItemCommand({
        TableName: env.NOTIFIED_EVENTS_TABLE, Item: key, ConditionExpression: "attribute_not_exists(eventId)",
      }));
      await sns.send(new PublishCommand({
        TopicArn: env.TOPIC_ARN, Subject: `Order ${event.detail.id} created`, Message: JSON.stringify(event),
      }));
      await db.send(new UpdateItemCommand({
        TableName: env.NOTIFIED_EVENTS_TABLE, Key: key,
        UpdateExpression: "SET done = :now", ExpressionAttributeValues: { ":now": { S: now() } },
      }));
    };
  },
  "publish-events": async () => {
    const { EventBridgeClient, PutEventsCommand } = await import("@aws-sdk/client-eventbridge");
    const bus = new EventBridgeClient({});
    return async (event) => {
      await bus.send(new PutEventsCommand({
        Entries: event.Records.map(({ dynamodb: { NewImage } }) => ({
          EventBusName: env.EVENT_BUS_NAME, Source: env.EVENT_SOURCE,
          DetailType: NewImage.outbox.M.detailType.S, Detail: NewImage.outbox.M.detail.S,
        })),
      }));
      return { batchItemFailures: [] };
    };
  },
};

const agent = new http.Agent({ keepAlive: true });
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(":");

function request(method, path, body) {
  return new Promise((resolve, reject) => {
    const call = http.request({ agent, host, port, method, path: "/2018-06-01/runtime" + path }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

const handle = await programs[process.argv[2]]();
for (;;) {
  const next = await request("GET", "/invocation/next");
  const id = next.headers["lambda-runtime-aws-request-id"];
  try {
    const answer = await handle(JSON.parse(next.body));
    await request("POST", `/invocation/${id}/response`, JSON.stringify(answer ?? null));
  } catch (error) {
    await request("POST", `/invocation/${id}/error`, JSON.stringify({ errorMessage: String(error), errorType: error.name }));
  }
}
