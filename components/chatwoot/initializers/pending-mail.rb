# If Redis is away when a mail arrives, the mail is stored and no job routes it; the sender's retry counts as a duplicate.
# Each worker looks for such mail at its start and every five minutes.
module PendingMail
  EVERY_SECONDS = 300
  OLDER_THAN_SECONDS = 600

  class << self
    # The claim changes updated_at only if no other worker did, so one worker routes a mail, and again after ten minutes
    # if it is still pending. Mail whose job waits in a long queue is left alone.
    def route
      mails = pending.to_a
      return if mails.empty?

      waiting = waiting_ids
      mails.each do |mail|
        next if waiting.include?(mail.to_global_id.to_s)

        claim = pending.where(id: mail.id, updated_at: mail.updated_at)
        mail.route_later if claim.update_all(updated_at: Time.current) == 1
      end
    end

    def start
      Thread.new do
        loop do
          attempt
          sleep EVERY_SECONDS
        end
      end
    end

    def attempt
      Rails.application.executor.wrap { route }
    rescue StandardError => e
      Sidekiq.logger.warn("pending mail: #{e.class}. It is looked for again in #{EVERY_SECONDS} seconds.")
    end

    private

    def pending
      ActionMailbox::InboundEmail.pending.where(updated_at: ...(Time.current - OLDER_THAN_SECONDS))
    end

    # Global ids of the mails whose job is queued, scheduled or waits for its retry.
    def waiting_ids
      places = [*Sidekiq::Queue.all, Sidekiq::ScheduledSet.new, Sidekiq::RetrySet.new]
      jobs = places.flat_map { |place| place.select { |job| job['wrapped'] == 'ActionMailbox::RoutingJob' } }
      jobs.to_set { |job| job.args.dig(0, 'arguments', 0, '_aj_globalid') }
    end
  end
end

Sidekiq.configure_server do |config|
  require 'sidekiq/api'
  config.on(:startup) { PendingMail.start }
end
