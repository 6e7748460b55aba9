require 'action_cable/subscription_adapter/redis'

# By default, the listener of the websockets tries to connect once after Redis restarts, and ends for good if it fails. It
# gets one attempt per second for a day. Connections that publish get one attempt, because a request waits for them.
Rails.application.config.action_cable.cable =
  Rails.application.config_for(:cable).to_h.merge(reconnect_attempts: [0] + ([1] * 86_400)).with_indifferent_access
connector = ActionCable::SubscriptionAdapter::Redis.redis_connector
ActionCable::SubscriptionAdapter::Redis.redis_connector =
  ->(config) { connector.call(config.merge(reconnect_attempts: 1)) }
