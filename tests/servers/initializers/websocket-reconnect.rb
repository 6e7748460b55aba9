require 'rails'
require 'action_cable/subscription_adapter/redis'

Adapter = ActionCable::SubscriptionAdapter::Redis
seen = []
Adapter.redis_connector = ->(config) { seen << config }
Rails.application.files = { cable: { adapter: 'redis', url: 'redis://cache' } }
load ARGV.fetch(0) if ARGV[0]
cable = Rails.application.config.action_cable.cable || Rails.application.files.fetch(:cable)
adapter = Adapter.new(cable)
alive = adapter.listen(61)
adapter.broadcast
publisher = seen.last
puts JSON.generate(alive: alive, slept: adapter.slept, publisher: publisher)
