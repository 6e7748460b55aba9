# Sidekiq drops a job that fails while Redis is away, because it cannot write the retry. This middleware waits for Redis
# before the error reaches Sidekiq.
class WaitForRedis
  AWAY = [RedisClient::ConnectionError, Redis::BaseConnectionError].freeze

  # Sidekiq gives its jobs 25 seconds when it stops. A job that still waits ends before Sidekiq kills it.
  STOP_SECONDS = 20

  @stop_at = nil
  class << self
    def stop
      @stop_at = now + STOP_SECONDS
    end

    def stopping?
      !@stop_at.nil? && now >= @stop_at
    end

    private

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end

  def call(_job, _payload, _queue)
    yield
  rescue StandardError => e
    wait if away?(e)
    raise
  end

  private

  def away?(error)
    while error
      return true if AWAY.any? { |kind| error.is_a?(kind) } || error.message.start_with?('LOADING')

      error = error.cause
    end
    false
  end

  def wait
    sleep 1 until answers? || self.class.stopping?
  end

  def answers?
    Sidekiq.redis { |redis| redis.call('PING') } == 'PONG'
  rescue RedisClient::Error
    false
  end
end

Sidekiq.configure_server do |config|
  config.server_middleware { |chain| chain.prepend WaitForRedis }
  config.on(:shutdown) { WaitForRedis.stop }
end
