# Verifies Redis by the authority in REDIS_AUTHORITY_FILE alone. Chatwoot has no setting for it: every connection of Rails,
# Action Cable and Sidekiq gets its TLS settings here.

require "redis_client/ruby_connection"

RedisClient::RubyConnection.singleton_class.prepend(
  Module.new do
    def ssl_context(ssl_params)
      super((ssl_params || {}).merge(ca_file: ENV.fetch("REDIS_AUTHORITY_FILE")))
    end
  end,
)
