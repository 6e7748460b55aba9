# Connects to Chatwoot's Redis without loading Chatwoot: needs only the gem `redis`, 4.8 or 5. Prints no value of the
# environment.

require "json"
require "redis"

options = { url: ENV.fetch("REDIS_URL"), timeout: 5 }
password = ENV["REDIS_PASSWORD"].to_s
options[:password] = password unless password.empty?
authority = ENV["REDIS_AUTHORITY_FILE"].to_s
options[:ssl_params] = { ca_file: authority } unless authority.empty?
options[:ssl_params] = { verify_mode: OpenSSL::SSL::VERIFY_NONE } if ENV["REDIS_OPENSSL_VERIFY_MODE"] == "none"
redis = Redis.new(**options)

