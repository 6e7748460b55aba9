# Double of Sidekiq 7.3.1's scheduler: an error of the clean-up after the first wait ends its thread.
module Sidekiq
  module Scheduled
    class Poller
      attr_reader :rounds

      def run
        @rounds = 0
        initial_wait
        @rounds += 1
      rescue StandardError
        nil
      end

      def logger
        Sidekiq.logger
      end

      private

      def initial_wait
        raise IOError, 'timeout'
      rescue IOError
        nil
      ensure
        cleanup
      end

      def cleanup
        Sidekiq.redis { |redis| redis.call('SET', 'process_cleanup') }
      end
    end
  end
end
