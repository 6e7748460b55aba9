# Doubles of Sidekiq 7.3.1's queues and sets, which hold jobs.
module Sidekiq
  JobRecord = Struct.new(:item) do
    def [](name)
      item[name]
    end

    def args
      item['args']
    end
  end

  class Queue
    include Enumerable

    def self.all
      [new($queued)]
    end

    def initialize(jobs)
      @jobs = jobs
    end

    def each(&block)
      @jobs.each(&block)
    end
  end

  class JobSet < Queue
    def initialize
      super([])
    end
  end

  class ScheduledSet < JobSet; end
  # The last place that is read.
  class RetrySet < JobSet
    def each
      $after_reading_queue&.call
    end
  end
end
