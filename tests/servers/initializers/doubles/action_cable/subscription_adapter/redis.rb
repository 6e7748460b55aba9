# Double of ActionCable 7.1.5.2's adapter: it takes its options from the configured cable, tries to reconnect as often as
# `reconnect_attempts` has entries, and then its listener ends for good.
module ActionCable
  module SubscriptionAdapter
    class Redis
      class << self
        attr_accessor :redis_connector
      end

      attr_reader :slept

      def initialize(cable)
        @options = cable.transform_keys(&:to_sym)
        @slept = 0
      end

      def broadcast
        self.class.redis_connector.call(@options)
      end

      # Whether the listener lives after Redis refused this many connections.
      def listen(refusals)
        attempts = @options.fetch(:reconnect_attempts, 1)
        attempts = Array.new(attempts, 0) if attempts.is_a?(Integer)
        refusals.times do |index|
          return false if index >= attempts.size

          @slept += attempts[index]
        end
        true
      end
    end
  end
end
