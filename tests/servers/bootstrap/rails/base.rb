# What Chatwoot's Rails gives a script before it runs: a database, Redis, and a log that holds back nothing.

require "active_support/all"
require "active_record"
require "redis"
require "securerandom"
require "digest"

ActiveRecord::Base.establish_connection(ENV.fetch("DATABASE_URL"))
ActiveRecord::Base.logger = Logger.new($stdout, level: Logger::DEBUG)
I18n.available_locales = [:en]

$alfred = Redis.new(url: ENV.fetch("REDIS_URL"))

class Redis
  module Alfred
    CHATWOOT_INSTALLATION_ONBOARDING = "CHATWOOT_INSTALLATION_ONBOARDING".freeze

    def self.delete(key)
      $alfred.del("alfred:#{key}")
    end
  end
end

class GlobalConfig
  def self.clear_cache
    $alfred.keys("alfred:V1:GLOBAL_CONFIG:*").each { |key| $alfred.expire(key, 0) }
  end
end

class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
end

# As Active Record's own encryption: another text at every write, and the value itself wherever it is read.
class Sealed < ActiveModel::Type::String
  def serialize(value)
    value && "sealed:#{SecureRandom.hex(6)}:#{value.reverse}"
  end

  def deserialize(text)
    text&.start_with?("sealed:") ? text.split(":", 3).last.reverse : text
  end

  def changed_in_place?(text, value)
    deserialize(text) != value
  end
end

# A column that this version of Chatwoot has.
module Sealing
  def seal(column)
    attribute(column, Sealed.new) if column_names.include?(column.to_s)
  end

  def sign_deliveries
    return unless column_names.include?("secret")

    has_secure_token :secret
    seal :secret
  end
end
ApplicationRecord.extend(Sealing)
