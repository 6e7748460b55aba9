# Doubles of Sidekiq 7.3.1 and redis-client 0.26.4: only the classes and calls that the initializers use.
class RedisClient
  class Error < StandardError; end
  class ConnectionError < Error; end
  class CannotConnectError < ConnectionError; end
  class CommandError < Error; end
end

class Redis
  class BaseConnectionError < StandardError; end
end

module Sidekiq
  class Shutdown < Interrupt; end

  # Refuses connections, or is loading, for a number of calls.
  class Server
    attr_reader :calls

    def initialize(away: 0, error: RedisClient::CannotConnectError.new('Connection refused'))
      @away = away
      @error = error
      @calls = []
    end

    def call(*command)
      @calls << command
      raise @error if (@away -= 1) >= 0

      'PONG'
    end
  end

  class Chain
    def entries
      @entries ||= []
    end

    def prepend(klass)
      entries.unshift(klass)
    end
  end

  class Log
    def lines
      @lines ||= []
    end

    def warn(line)
      lines << line
    end
  end

  class Config
    ERROR_HANDLER = ->(error, context, config) { config.logger.warn("#{context.inspect} #{error.message}") }

    attr_reader :logger, :events

    def initialize
      @logger = Log.new
      @events = { startup: [], quiet: [], shutdown: [] }
    end

    def error_handlers
      @error_handlers ||= [ERROR_HANDLER]
    end

    def server_middleware
      @server_middleware ||= Chain.new
      yield @server_middleware if block_given?
      @server_middleware
    end

    def on(event, &block)
      events.fetch(event) << block
    end

    def fire(event)
      events.fetch(event).each(&:call)
    end
  end

  class << self
    attr_accessor :server

    def config
      @config ||= Config.new
    end

    def configure_server
      yield config
    end

    def logger
      config.logger
    end

    def redis
      yield server
    end
  end
end
