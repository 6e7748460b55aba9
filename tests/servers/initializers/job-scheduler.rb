require 'json'
require 'sidekiq'
require 'sidekiq/scheduled'

load ARGV.fetch(0) if ARGV[0]

# A scheduler of another library, as sidekiq-cron's, inherits from Sidekiq's.
class CronPoller < Sidekiq::Scheduled::Poller; end

rounds = [0, 1].product([Sidekiq::Scheduled::Poller, CronPoller]).map do |away, poller|
  Sidekiq.server = Sidekiq::Server.new(away: away)
  scheduler = poller.new
  scheduler.run
  scheduler.rounds
end
Sidekiq.server = Sidekiq::Server.new(away: 1, error: RedisClient::CommandError.new('LOADING'))
loading = Sidekiq::Scheduled::Poller.new
loading.run
puts JSON.generate(rounds: [*rounds, loading.rounds], log: Sidekiq.logger.lines)
