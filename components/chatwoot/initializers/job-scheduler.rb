# If Redis is away at the end of the scheduler's first wait, its thread ends and no scheduled job or retry runs until the
# worker restarts. Later errors do not end it.
module SchedulerFirstWait
  private

  def initial_wait
    super
  rescue RedisClient::Error => e
    logger.warn("scheduler: #{e.class} at the start. It continues.")
  end
end

Sidekiq.configure_server do
  require 'sidekiq/scheduled'
  Sidekiq::Scheduled::Poller.prepend SchedulerFirstWait
end
