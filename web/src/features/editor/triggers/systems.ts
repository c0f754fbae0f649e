/** What people call the message systems. */
export const systems: Record<string, string> = {
  google: 'Google Pub/Sub',
  amazon: 'Amazon SQS and SNS',
  azure: 'Azure Service Bus',
  kafka: 'Kafka',
  nats: 'NATS',
  amqp: 'RabbitMQ (AMQP)',
}
