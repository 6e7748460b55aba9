require 'json'
require 'sidekiq'

load ARGV.fetch(0) if ARGV[0]

$clock = 0
$at_each_second = nil
if ARGV[0]
  WaitForRedis.prepend(Module.new do
    def sleep(seconds)
      $clock += seconds
      $at_each_second&.call
    end
  end)
  WaitForRedis.define_singleton_method(:now) { $clock }
end

# As Sidekiq runs a job: an error writes a retry to Redis, and without Redis the job is dropped.
def process(away:, error:, loading: false)
  $clock = 0
  refusal = loading ? RedisClient::CommandError.new('LOADING Redis is loading the dataset in memory') : nil
  Sidekiq.server = Sidekiq::Server.new(away: away, **(refusal ? { error: refusal } : {}))
  job = -> { raise error }
  middleware = Sidekiq.config.server_middleware.entries
  middleware.reverse.inject(job) { |inner, klass| -> { klass.new.call(nil, {}, 'default') { inner.call } } }.call
rescue Sidekiq::Shutdown
  { end: 'requeued', seconds: $clock }
rescue StandardError => e
  begin
    Sidekiq.redis { |redis| redis.call('ZADD', 'retry', e.class.name) }
    { end: "retry #{e.class}", seconds: $clock }
  rescue RedisClient::Error
    { end: 'dropped', seconds: $clock }
  end
end

def caused_by(cause)
  begin
    raise cause
  rescue StandardError
    raise ArgumentError, 'no list'
  end
rescue ArgumentError => e
  e
end

away = RedisClient::CannotConnectError.new('Connection refused')
loading = RedisClient::CommandError.new('LOADING Redis is loading the dataset in memory')
results = {
  away: process(away: 60, error: away),
  redis_rb: process(away: 3, error: Redis::BaseConnectionError.new('gone')),
  wrapped: process(away: 3, error: caused_by(away)),
  loading: process(away: 26, error: loading, loading: true),
  back: process(away: 0, error: away),
  other: process(away: 0, error: ArgumentError.new('no list'))
}
$at_each_second = -> { raise Sidekiq::Shutdown if $clock == 5 }
results[:killed] = process(away: 1000, error: away)
$at_each_second = -> { Sidekiq.config.fire(:shutdown) if $clock == 5 }
results[:stopped] = process(away: 1000, error: away)
puts JSON.generate(results)
